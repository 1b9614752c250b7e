import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { APPLETS, startPid1, whyNoPid1 } from '../support/pid1.ts';
import { writeTree } from '../support/with-tree.ts';

const reason = whyNoPid1('overlay');
const RCINIT = join(APPLETS, 'rcinit');

async function startMachine(argv: readonly string[]) {
  const layer = mkdtempSync(join(tmpdir(), 'rcinit-layer-'));
  onTestFinished(() => rmSync(layer, { recursive: true, force: true }));
  chmodSync(layer, 0o755);
  writeTree(layer, { 'etc/inittab': 'id:2:initdefault:\nw2:2:respawn:/bin/sleep 1000\n' });
  const hidden = ['/usr/sbin/init', '/usr/lib/rcinit', '/var/lib/rcinit'];
  const machine = await startPid1({ kind: 'overlay', layer, hidden, argv, console: 'pipe' });
  onTestFinished(() => machine.end());
  return machine;
}

test.skipIf(reason !== undefined)(`refuses to replace a running systemd ${reason ?? ''}`, async () => {
  const machine = await startMachine(['/bin/sh', '-c', 'while :; do sleep 1000; done']);
  await machine.run(['mkdir', '-p', '/run/systemd/system']);
  expect(await machine.run([RCINIT, 'install', '--dry-run'])).toEqual({
    code: 1,
    signal: null,
    stdout: '',
    stderr:
      'rcinit: cannot install into "/": systemd is running this machine, and its commands (shutdown, reboot, telinit) would be ' +
      'replaced under it; install from a rescue system with --root DIR, or go on all the same with --force\n',
  });
  expect(await machine.run([RCINIT, 'install', '--dry-run', '--force'])).toMatchObject({
    code: 0,
    stderr: '',
  });
});

test.skipIf(reason !== undefined || process.getuid?.() !== 0)(
  `only root installs into the machine ${reason ?? ''}`,
  async () => {
    const machine = await startMachine(['/bin/sh', '-c', 'while :; do sleep 1000; done']);
    const asNobody = ['setpriv', '--reuid', '65534', '--clear-groups'];
    expect(await machine.run([...asNobody, RCINIT, 'install'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        'rcinit: cannot install into "/": only root can; become root, or name a folder with --root DIR\n',
    });
  },
);

test.skipIf(reason !== undefined)(
  `installs under the running init, and says how it becomes that ${reason ?? ''}`,
  async () => {
    const machine = await startMachine([join(APPLETS, 'init')]);
    await machine.console.waitForLine(/Entering runlevel: 2/);
    const { code, stdout, stderr } = await machine.run([RCINIT, 'install']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').slice(-4)).toEqual([
      'record installed',
      `rcinit is installed in /, run by ${process.execPath}; rcinit uninstall takes it back`,
      'telinit u lets the running init become this one, without a restart',
      '',
    ]);
    expect(await machine.run(['/sbin/runlevel'])).toMatchObject({ stdout: 'N 2\n' });
    const removed = await machine.run(['rcinit', 'uninstall']);
    expect(removed).toMatchObject({ code: 0, stderr: '' });
    expect((await machine.run(['ls', '/sbin/init', '/usr/lib/rcinit'])).code).toBe(2);
  },
);
