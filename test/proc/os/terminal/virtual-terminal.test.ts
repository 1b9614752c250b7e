/** The device files are only looked at, never opened. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isVirtualTerminal } from '../../../../src/os/terminal/virtual-terminal.ts';
import { skipUnlessHarmless } from '../../../support/harmless.ts';
import { shutdown } from '../../../support/shutdown-run.ts';
import { utmpRecord } from '../../../support/utmp-file.ts';
import { withTree, type Tree } from '../../../support/with-tree.ts';

skipUnlessHarmless();

function makeRoot(tree: Tree): string {
  const root = withTree({ 'dev/': '', ...tree });
  for (const [name, minor] of Object.entries({ tty1: '1', tty63: '63', ttyS0: '64' }))
    execFileSync('mknod', [join(root, 'dev', name), 'c', '4', minor]);
  return root;
}

/** Root may make them, unless a container keeps it from that. */
const PROBE = 'd=$(mktemp -d) && mknod "$d/tty1" c 4 1; s=$?; rm -r "$d"; exit $s';
const noDevices = spawnSync('sh', ['-c', PROBE]).status !== 0;

test.skipIf(noDevices)('isVirtualTerminal knows the machine’s own screens from serial lines', () => {
  const root = makeRoot({ 'dev/file': '' });
  const lines = ['tty1', 'tty63', 'ttyS0', 'file', 'missing', ''];
  expect(lines.filter((line) => isVirtualTerminal(root, line))).toEqual(['tty1', 'tty63']);
});

test.skipIf(noDevices).each([
  ['tty1', 'joe', 'shutdown: cannot find pid of running shutdown.\n'],
  ['tty1', 'root', 'shutdown: cannot find pid of running shutdown.\n'],
  ['tty1', 'eve', 'shutdown: no authorized users logged in.\n'],
  ['ttyS0', 'joe', 'shutdown: no authorized users logged in.\n'],
])('shutdown -a -c with a login at %s of %s', async (line, user, err) => {
  const record = utmpRecord({ type: 7, line, id: '1', user }).toString('latin1');
  const root = makeRoot({ 'etc/shutdown.allow': '# who may\njoe\n', 'var/run/utmp': record });
  expect(await shutdown(root, '-a', '-c')).toMatchObject({
    code: 1,
    err,
  });
});
