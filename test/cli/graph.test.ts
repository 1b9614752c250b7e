import { describe, expect, test } from 'vitest';
import { applet } from '../../src/cli/rcinit.ts';
import { callApplet, type AppletRun } from '../support/run-applet.ts';
import { withTree } from '../support/with-tree.ts';

function header(name: string, needs: string): string {
  return `#!/bin/sh\n### BEGIN INIT INFO\n# Provides: ${name}\n# Required-Start: ${needs}\n# Required-Stop: ${needs}\n# Default-Start: 2\n# Default-Stop: 0\n### END INIT INFO\n`;
}

const TREE = {
  'etc/init.d/a!': header('a', 'b'),
  'etc/init.d/b!': header('b', ''),
  'etc/rc2.d/S02a=': '../init.d/a',
  'etc/rc2.d/S01b=': '../init.d/b',
  'etc/rc0.d/K01a=': '../init.d/a',
  'etc/rc0.d/K02b=': '../init.d/b',
};

function graph(root: string, ...args: readonly string[]): Promise<AppletRun> {
  return callApplet(applet, ['graph', '--root', root, ...args], { name: 'rcinit' });
}

describe('rcinit graph', () => {
  test('shows who starts after whom, and with --stop who stops after whom', async () => {
    const root = withTree(TREE);
    expect(await graph(root)).toMatchObject({
      code: 0,
      out: 'S01 b (2)\nS02 a (2)\n    after b: Required-Start b, /etc/init.d/a:4\n',
      err: '',
    });
    expect((await graph(root, '--stop', '--level', '0')).out).toBe(
      'K01 a (0)\nK02 b (0)\n    after a: Required-Stop b, /etc/init.d/a:5\n',
    );
  });

  test.each([
    ['dot', /^digraph start \{\n/],
    ['svg', /^<svg xmlns=/],
    ['json', /^\{\n {2}"version": 1,\n {2}"kind": "start"/],
  ])('--format %s', async (format, start) => {
    expect((await graph(withTree(TREE), '--format', format)).out).toMatch(start);
  });

  test('a picture of a loop tells the loop on standard error', async () => {
    const root = withTree({ ...TREE, 'etc/init.d/b!': header('b', 'a') });
    const run = await graph(root, '--format', 'dot');
    expect([run.code, run.err.split('\n')[0]]).toEqual([
      0,
      'There is a loop between service a and b if started',
    ]);
  });

  test('says what is missing', async () => {
    const root = withTree({ 'etc/init.d/a!': header('a', '') });
    expect(await graph(root, '--level', '2')).toMatchObject({
      code: 1,
      err: `rcinit: no script has a start link in level 2 of "${root}"; update-rc.d NAME defaults makes some\n`,
    });
    expect(await graph('/nonexistent')).toMatchObject({ code: 1, out: '' });
    expect(await graph(root, '--level', '7')).toMatchObject({ code: 2 });
  });
});
