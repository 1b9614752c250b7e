/** What the others do when a change of the link farm was interrupted. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applet as insserv } from '../../src/cli/insserv.ts';
import { applet as rcinit } from '../../src/cli/rcinit.ts';
import { applet as updateRc } from '../../src/cli/update-rc-d.ts';
import { takeFarmLock } from '../../src/os/links/farm-lock.ts';
import { listLinks } from '../support/insserv-golden.ts';
import { PATH, rc } from '../support/rc-level.ts';
import { callApplet, runApplet } from '../support/run-applet.ts';
import { withTree } from '../support/with-tree.ts';

const SCRIPT = `#!/bin/sh
### BEGIN INIT INFO
# Provides: foo
# Required-Start:
# Required-Stop:
# Default-Start: 2 3
# Default-Stop: 0
### END INIT INFO
echo "foo $1"
`;
const WHOLE = ['rc0.d/K01foo', 'rc2.d/S01foo', 'rc3.d/S01foo'].map((link) => `${link} -> ../init.d/foo`);
const PRELOAD = join(import.meta.dirname, '../fixtures/programs/die-at-call.cjs');
/** The journal is on the disk, and the first link is made. */
const AFTER_FIRST_LINK = '6';

/** A system in which update-rc.d was killed in the middle. */
async function interrupted(): Promise<string> {
  const root = withTree({
    'etc/init.d/foo!': SCRIPT,
    ...Object.fromEntries(['0', '2', '3'].map((level) => [`etc/rc${level}.d/`, ''])),
  });
  const env = {
    PATH,
    RCINIT_ROOT: root,
    NODE_OPTIONS: `--require=${PRELOAD}`,
    DIE_AT_CALL: AFTER_FIRST_LINK,
  };
  expect(await runApplet('update-rc.d', ['foo', 'defaults'], { env })).toMatchObject({ signal: 'SIGKILL' });
  expect(existsSync(join(root, 'etc/.rcinit-links.json'))).toBe(true);
  expect(listLinks(root).length).toBeLessThan(WHOLE.length);
  return root;
}

const call = (applet: typeof insserv, name: string, root: string, ...args: readonly string[]) =>
  callApplet(applet, args, { name, env: { PATH, RCINIT_ROOT: root } });

describe('an interrupted change of the links', () => {
  test('rc finishes it before it runs anything', async () => {
    const root = await interrupted();
    expect(await rc(root, ['2'])).toMatchObject({
      code: 0,
      err: 'rc: finished a change of the links that was interrupted\n',
      out: expect.stringContaining('foo start\n') as string,
    });
    expect(listLinks(root)).toEqual(WHOLE);
    expect(await rc(root, ['2'])).toMatchObject({ code: 0, err: '' });
  });

  test('rc waits for nobody who is at it', async () => {
    const root = await interrupted();
    const release = await takeFarmLock({ root, initDir: '/etc/init.d' }, 0);
    const run = await rc(root, ['2']);
    await release();
    expect(run).toMatchObject({ code: 0, err: 'rc: warning: the links are being changed at this moment\n' });
  });

  test('rc goes on with what is there where it cannot be finished', async () => {
    const root = await interrupted();
    writeFileSync(join(root, 'etc/.rcinit-links.json'), 'rubbish');
    const run = await rc(root, ['2']);
    expect(run.code).toBe(0);
    expect(run.err.replaceAll(root, 'ROOT')).toBe(
      'rc: warning: a change of the links was interrupted, and is still half done: cannot finish "ROOT/etc/.rcinit-links.json": it is no journal of this version; look at the links (rcinit check), then remove that file\n',
    );
  });

  test('rc --dry-run touches nothing', async () => {
    const root = await interrupted();
    const links = listLinks(root);
    expect(await rc(root, ['--dry-run', '2'])).toMatchObject({ code: 0 });
    expect(listLinks(root)).toEqual(links);
  });

  test('rcinit check calls it an error, rehearsals warn of it', async () => {
    const root = await interrupted();
    const check = await call(rcinit, 'rcinit', root, 'check');
    expect(check.code).toBe(1);
    expect(check.out.replaceAll(`${root.slice(1)}/`, '')).toContain(
      `etc/.rcinit-links.json: error: a change of the links was interrupted, or is under way
  hint: run insserv without a name: like update-rc.d and rc, it first finishes the change
`,
    );
    expect((await call(insserv, 'insserv', root, '-n', '-q')).err).toContain(
      'insserv: warning: an interrupted change of the links is still to be finished; the next run that is no rehearsal does so\n',
    );
    expect((await call(updateRc, 'update-rc.d', root, '--dry-run', 'foo', 'remove')).err).toBe(
      'update-rc.d: warning: an interrupted change of the links is still to be finished\n',
    );
    expect((await call(insserv, 'insserv', root, '-v')).err).toContain(
      'insserv: finished the change that was interrupted\n',
    );
    expect(listLinks(root)).toEqual(WHOLE);
    expect((await call(rcinit, 'rcinit', root, 'check')).out).not.toContain('interrupted');
  });

  test('without FFI a folder stands in for the lock', async () => {
    const root = await interrupted();
    rmSync(join(root, 'etc/.rcinit-links.lock'), { force: true });
    const env = { PATH, RCINIT_ROOT: root, RCINIT_NO_FFI: '1' };
    expect(await runApplet('update-rc.d', ['foo', 'disable', '2'], { env })).toMatchObject({
      code: 0,
      err: '',
    });
    expect(listLinks(root)).toEqual(WHOLE.map((link) => link.replace('rc2.d/S', 'rc2.d/K')));
  });
});
