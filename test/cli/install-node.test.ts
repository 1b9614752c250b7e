import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { APPLET_NAMES } from '../../src/cli/applet-names.ts';
import { APPLET_PLACES } from '../../src/cli/install/places.ts';
import {
  listRoot,
  makeInstallRoot,
  makeNodeFiles,
  type Layout,
  whyNoInstall,
} from '../support/install-root.ts';
import { runApplet, type AppletRun } from '../support/run-applet.ts';
import { runCommand } from '../support/run-command.ts';

let removeNode: () => void;
beforeAll(() => {
  removeNode = makeNodeFiles();
});
afterAll(() => removeNode());

const reason = whyNoInstall();
beforeEach(({ skip }) => skip(reason !== undefined, reason));

const install = (root: string, ...more: readonly string[]): Promise<AppletRun> =>
  runApplet('rcinit', ['install', '--root', root, ...more], { env: { PATH: process.env['PATH'] ?? '' } });

/** A user namespace, where the tests do not run as root. */
const ENTER = [...(process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user']), 'chroot'];

describe.each<Layout>(['usrmerge', 'split'])('in a root with %s folders', (layout) => {
  test('every command is at its place and runs there', async () => {
    const root = makeInstallRoot(layout);
    expect(await install(root)).toMatchObject({ code: 0, err: '' });
    for (const name of APPLET_NAMES) {
      expect(lstatSync(join(root, APPLET_PLACES[name])).isSymbolicLink(), name).toBe(true);
      expect(readFileSync(join(root, APPLET_PLACES[name]), 'utf8').split('\n')[0]).toBe(
        `#!${process.execPath}`,
      );
    }
    const inside = (...argv: readonly string[]) => runCommand('unshare', [...ENTER, root, ...argv]);
    expect(await inside('/sbin/runlevel')).toMatchObject({ code: 1, out: 'unknown\n' });
    expect(await inside('/usr/sbin/rcinit', '--version')).toMatchObject({ code: 0, out: '0.1.0\n' });
    expect(readFileSync(join(root, 'sbin/init.distrib'), 'utf8')).toBe('the init that was here\n');
    expect(readFileSync(join(root, 'lib/lsb/init-functions'), 'utf8')).toBe('the distribution’s\n');
    expect(readFileSync(join(root, 'lib/init/vars.sh'), 'utf8')).toContain('VERBOSE');
  });
});

test('--copy-node takes Node along, and says which library the root lacks', async () => {
  const root = makeInstallRoot('usrmerge');
  expect(await install(root, '--copy-node')).toMatchObject({ code: 0, err: '' });
  const [interpreter = ''] = readFileSync(join(root, 'sbin/init'), 'utf8').split('\n');
  expect(interpreter).toMatch(/^#!\/usr\/lib\/rcinit\/0\.1\.0-\w+\/node$/);
  expect(existsSync(join(root, interpreter.slice(2)))).toBe(true);

  const bare = makeInstallRoot('usrmerge', { withNode: false });
  const before = listRoot(bare);
  const { code, err } = await install(bare, '--copy-node');
  expect(code).toBe(1);
  expect(err).toContain(
    `rcinit: cannot install into "${bare}": a copy of ${process.execPath} does not run there: chroot: failed to run command`,
  );
  expect(listRoot(bare)).toEqual(before);
});

test('no Node', async () => {
  const root = makeInstallRoot('split', { withNode: false });
  expect(await install(root)).toEqual({
    code: 1,
    signal: null,
    out: '',
    err: `rcinit: cannot install into "${root}": there is no Node at ${process.execPath} in there; name one with --node PATH, or copy this one with --copy-node\n`,
  });
  expect((await install(root, '--node', 'node')).err).toBe(
    `rcinit: cannot install into "${root}": --node node is no absolute path\n`,
  );
});
