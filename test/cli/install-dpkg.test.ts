import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listRoot, makeInstallRoot, makeStubFiles, NODE_STUB } from '../support/install-root.ts';
import { runApplet } from '../support/run-applet.ts';
import { runCommand } from '../support/run-command.ts';
import { withTree, writeTree, type Tree } from '../support/with-tree.ts';

const hasDpkg = ['dpkg', 'dpkg-deb', 'dpkg-divert'].every(
  (program) => spawnSync(program, ['--version']).status === 0,
);
const reason = process.getuid?.() !== 0 ? 'needs root' : hasDpkg ? undefined : 'needs dpkg';

let removeFiles: () => void;
beforeAll(() => {
  removeFiles = makeStubFiles();
});
afterAll(() => removeFiles());

const rcinit = (...args: readonly string[]) =>
  runApplet('rcinit', args, { env: { PATH: process.env['PATH'] ?? '' } });
const install = (root: string) => rcinit('install', '--root', root, '--node', NODE_STUB);

/** A root of which dpkg knows nothing yet. */
function makeDpkgRoot(diversions = ''): string {
  return makeInstallRoot('usrmerge', {
    more: {
      'var/lib/dpkg/status': '',
      'var/lib/dpkg/info/': '',
      'var/lib/dpkg/updates/': '',
      'var/lib/dpkg/diversions': diversions,
    },
  });
}

/** Unpacks and configures a package of these files. */
async function unpack(root: string, name: string, version: string, files: Tree): Promise<void> {
  const source = withTree({
    'package/DEBIAN/control': `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n`,
  });
  writeTree(join(source, 'package'), files);
  const deb = join(source, 'package.deb');
  const built = await runCommand('dpkg-deb', ['--build', join(source, 'package'), deb]);
  const done = await runCommand('dpkg', [`--root=${root}`, '--force-script-chrootless', '--install', deb]);
  expect([built.code, done.code], done.err).toEqual([0, 0]);
}

describe.skipIf(reason !== undefined)(`in a root with dpkg ${reason ?? ''}`, () => {
  test('an upgrade of a package goes beside, also when it moves its file below /usr', async () => {
    const root = makeDpkgRoot();
    // Folders that no package has any more are removed.
    await unpack(root, 'base-files', '1', { 'sbin/': '', 'usr/sbin/': '' });
    const unpackInit = (version: string, path: string) =>
      unpack(root, 'other-init', version, { [`${path}!`]: `version ${version}\n` });
    await unpackInit('1', 'sbin/init');
    expect(await install(root)).toMatchObject({ code: 0, err: '' });
    const ours = readlinkSync(join(root, 'sbin/init'));
    await unpackInit('2', 'sbin/init');
    expect(readlinkSync(join(root, 'sbin/init'))).toBe(ours);
    expect(readFileSync(join(root, 'sbin/init.distrib'), 'utf8')).toBe('version 2\n');
    await unpackInit('3', 'usr/sbin/init');
    expect(readlinkSync(join(root, 'sbin/init'))).toBe(ours);
    expect(await rcinit('uninstall', '--root', root)).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(root, 'sbin/init'), 'utf8')).toBe('version 3\n');
    expect((await runCommand('dpkg', [`--root=${root}`, '--verify'])).out).toBe('');
    expect((await runCommand('dpkg-divert', ['--root', root, '--list'])).out).toBe('');
    expect(listRoot(root).filter((line) => line.includes('distrib'))).toEqual([]);
  });

  test('what an upgrade of a package below /usr has replaced is gone after uninstall, and install works again', async () => {
    const root = makeDpkgRoot();
    await unpack(root, 'base-files', '1', { 'sbin/': '', 'usr/sbin/': '' });
    const unpackInit = (version: string) =>
      unpack(root, 'other-init', version, { 'usr/sbin/init!': `version ${version}\n` });
    await unpackInit('1');
    expect(await install(root)).toMatchObject({ code: 0, err: '' });
    await unpackInit('2');
    expect(readFileSync(join(root, 'sbin/init.distrib'), 'utf8')).toBe('version 1\n');
    expect(await rcinit('uninstall', '--root', root)).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(root, 'sbin/init'), 'utf8')).toBe('version 2\n');
    expect((await runCommand('dpkg', [`--root=${root}`, '--verify'])).out).toBe('');
    expect(listRoot(root).filter((line) => line.includes('distrib'))).toEqual([]);
    expect(await install(root)).toMatchObject({ code: 0, err: '' });
  });

  test('uninstall brings diversions and files back', async () => {
    const root = makeDpkgRoot('/etc/x\n/etc/x.other\n:\n');
    const state = () => listRoot(root).filter((line) => !line.startsWith('var/lib/dpkg/diversions'));
    const before = state();
    await install(root);
    expect(await rcinit('uninstall', '--root', root)).toMatchObject({ code: 0, err: '' });
    expect(state()).toEqual(before);
    expect(readFileSync(join(root, 'var/lib/dpkg/diversions'), 'utf8')).toBe('/etc/x\n/etc/x.other\n:\n');
  });

  test('refuses where a package or the administrator diverts the same file', async () => {
    const root = makeDpkgRoot('/sbin/init\n/sbin/init.real\nmolly\n/sbin/telinit\n/sbin/telinit.old\n:\n');
    expect(await install(root)).toEqual({
      code: 1,
      signal: null,
      out: '',
      err:
        `rcinit: cannot install into "${root}": /sbin/init is diverted already, by package molly; dpkg-divert --list /sbin/init shows it\n` +
        `rcinit: cannot install into "${root}": /sbin/telinit is diverted already, by the administrator; dpkg-divert --list /sbin/telinit shows it\n`,
    });
  });

  test('names the package that owns another init', async () => {
    const root = makeDpkgRoot();
    rmSync(join(root, 'sbin/init'));
    await unpack(root, 'systemd-sysv', '1', { 'sbin/init=': '/lib/systemd/systemd' });
    expect((await install(root)).err).toBe(
      `rcinit: cannot install into "${root}": /sbin/init is systemd's (package systemd-sysv), and this system's services are set up for systemd; ` +
        'install sysvinit-core or another System V init first, or go on all the same with --force\n',
    );
  });
});
