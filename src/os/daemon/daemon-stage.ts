/**
 * The end of the shim's way where a shell and setpriv(1) cannot go: into another root, or where only the kernel may say
 * how a file is run. A Node of its own, which becomes the daemon.
 */
import { closeSync, writeSync } from 'node:fs';
import { becomeProgram, type ProgramPlan } from '../process/become-program.ts';
import { duplicateOnto } from '../libc/libc-process.ts';
import { closeOnExecFrom } from '../libc/libc.ts';

/** The plan as text: JSON has no bigint. */
export function formatStagePlan(plan: ProgramPlan): string {
  return JSON.stringify(plan, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

function parseStagePlan(text: string): ProgramPlan {
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
  ) as ProgramPlan;
}

/**
 * Becomes the daemon, or tells the starter why not, in the words of the shim.
 * @param status The descriptor to the starter.
 * @param err The daemon's standard error.
 * @returns An exit status if it failed.
 */
export function runDaemonStage(planText: string, status: number, err: number): number {
  try {
    const plan = parseStagePlan(planText);
    duplicateOnto(err, 2);
    closeSync(err);
    closeOnExecFrom(3);
    writeSync(status, 'go\n');
    return becomeProgram(plan);
  } catch (error) {
    writeSync(status, `error ${error instanceof Error ? error.message : String(error)}\nfail 1\n`);
    return 1;
  }
}
