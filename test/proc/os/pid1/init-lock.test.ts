import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ffiProblem } from '../../../../src/os/libc/libc.ts';
import { runProgram } from '../../../support/run-program.ts';
import { withTree } from '../../../support/with-tree.ts';

const noFfi = ffiProblem();

test.skipIf(noFfi !== undefined)(
  'takeInitLock gives a root to one process, and to the next when that is killed',
  async () => {
    const root = withTree({});
    const first = runProgram('init-lock', [root]);
    expect(await first.nextLine()).toBe('taken');
    const second = runProgram('init-lock', [root]);
    expect(await second.nextLine()).toBe('held');
    process.kill(first.pid, 'SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    expect(await runProgram('init-lock', [root]).nextLine()).toBe('taken');
    expect(statSync(join(root, 'run/rcinit/init.lock')).mode & 0o777).toBe(0o600);
  },
);

test.skipIf(noFfi !== undefined)('takeInitLock gives different roots to different processes', async () => {
  const programs = [runProgram('init-lock', [withTree({})]), runProgram('init-lock', [withTree({})])];
  expect(await Promise.all(programs.map((one) => one.nextLine()))).toEqual(['taken', 'taken']);
});

test('takeInitLock does not know where no lock file can be made, and follows no link to another one', async () => {
  const plain = withTree({ run: 'no folder' });
  const linked = withTree({ 'run/rcinit/': '', 'run/rcinit/init.lock=': '/precious' });
  const programs = [runProgram('init-lock', [plain]), runProgram('init-lock', [linked])];
  const [first, second] = await Promise.all(programs.map((one) => one.nextLine()));
  expect(first).toBe('unknown');
  expect(second).toBe(noFfi === undefined ? 'taken' : 'unknown');
  expect(existsSync('/precious')).toBe(false);
});
