import { expect, test } from 'vitest';
import { runProgram } from '../../../support/run-program.ts';

interface Report {
  readonly orphanEnds: Readonly<Record<string, number>>;
  readonly left: readonly number[];
  readonly childless: number;
  readonly statuses: readonly string[];
}

async function runReaper(...args: string[]): Promise<Report> {
  return JSON.parse(await runProgram('reaper', args).nextLine()) as Report;
}

test('startReaping reaps 1,000 orphans and leaves the children of libuv to it', async () => {
  const report = await runReaper('1000', '40');
  expect(report.orphanEnds).toEqual({ '{"kind":"exited","code":7}': 1000 });
  expect(report.left).toEqual([]);
  expect(report.statuses).toEqual(
    Array.from({ length: 40 }, (_, code) => `exit ${code}: {"kind":"exited","code":${code}}`).sort(),
  );
});

test('startReaping tells once that no child is left', async () => {
  const report = await runReaper('3', '2');
  expect(report.childless).toBe(1);
});

test('startReaping tells the signal that ended an orphan, real-time ones too', async () => {
  const report = await runReaper('2', '0', 'exec sh -c "kill -37 \\$\\$"');
  expect(report.orphanEnds).toEqual({ '{"kind":"signaled","signal":"SIGRTMIN+3"}': 2 });
});

test('startReaping says so where there is no FFI', async () => {
  const program = runProgram('reaper', [], { env: { RCINIT_NO_FFI: '1' } });
  expect(await program.nextLine()).toBe('no reaping');
});
