/** What other Nodes than this one lack is taken from this one: see "Another Node" in docs/TESTING.md. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runApplet } from '../support/run-applet.ts';
import { startOnTerminal } from '../support/on-terminal.ts';
import { withSsd } from '../support/ssd.ts';
import { waitFor } from '../support/wait-for.ts';
import { withTree } from '../support/with-tree.ts';

const SCRIPTS = {
  'etc/init.d/down!': '#!/bin/sh\ncase $1 in status) exit 3 ;; esac\n',
  'etc/init.d/up!': '#!/bin/sh\ncase $1 in status) echo up ;; esac\n',
  'etc/rc2.d/S01up=': '../init.d/up',
};
/** What rc shows of level 2, with any time. */
const COLOURED = '[\u001b[32m ok \u001b[39m] up (N s)';

const withoutTime = (text: string) => text.replace(/\d+\.\d+ s/, 'N s');

describe('where CommonJS cannot load ES modules, as in Node 22.11', () => {
  const env = (root: string) => ({
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    NODE_OPTIONS: '--no-experimental-require-module',
    RCINIT_ROOT: root,
  });

  test('service --status-all asks all scripts', async () => {
    const root = withTree(SCRIPTS);
    expect(await runApplet('service', ['--status-all'], { env: env(root) })).toMatchObject({
      code: 0,
      out: ' [ - ]  down\n [ + ]  up\n',
      err: '',
    });
  });

  test('rc has its colours', async () => {
    const root = withTree(SCRIPTS);
    const { code, out, err } = await runApplet('rc', ['2'], { env: { ...env(root), FORCE_COLOR: '1' } });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(withoutTime(out)).toBe(`${COLOURED}\n`);
  });
});

describe('without process.getBuiltinModule, as in Node 22.2', () => {
  const withoutIt = () =>
    `--require=${join(withTree({ 'without.cjs': 'delete process.getBuiltinModule;\n' }), 'without.cjs')}`;

  test('a terminal is known for one', async () => {
    const root = withTree(SCRIPTS);
    const { shown, ended } = startOnTerminal('rc', ['2'], {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      TERM: 'linux',
      NODE_OPTIONS: withoutIt(),
      RCINIT_ROOT: root,
    });
    expect(await ended).toBe(0);
    await waitFor('the line on the terminal', () => shown().includes('\n'));
    expect(withoutTime(shown())).toBe(`${COLOURED}\r\n`);
  });

  test('a pid file may have a long name', async () => {
    const folder = 'x'.repeat(200);
    const { ssd, path, marker, daemons } = withSsd({ [`${folder}/`]: '' });
    const pidfile = path(`${folder}/${'y'.repeat(100)}`);
    const start = ['-S', '-b', '-m', '-p', pidfile, '-x', '/bin/sleep', '--', marker];
    expect(await ssd(start, { NODE_OPTIONS: withoutIt() })).toMatchObject({ code: 0, out: '', err: '' });
    expect(daemons()).toHaveLength(1);
  });
});
