import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ffiProblem } from '../../../../src/os/libc/libc.ts';
import { runProgram } from '../../../support/run-program.ts';
import { withTree } from '../../../support/with-tree.ts';

const noFfi = ffiProblem();

test.skipIf(noFfi !== undefined).each<[what: string, code: string, name: string]>([
  ['a program that is not there', 'ENOENT', 'missing'],
  ['one that may not be executed', 'EACCES', 'plain'],
  ['one that is of no known format', 'ENOEXEC', 'odd'],
])('handOver to %s changes nothing: descriptors, signals, the loop', async (_what, code, name) => {
  const dir = withTree({ plain: '', 'odd!': 'odd' });
  const program = runProgram('hand-over', [join(dir, name)]);
  expect(JSON.parse(await program.nextLine())).toEqual({ code, differs: [] });
  process.kill(program.pid, 'SIGUSR2');
  expect(await program.nextLine()).toBe('SIGUSR2');
  expect(await program.ended).toBe(0);
});
