/** Asks another program something: its standard output and exit status, nothing else of it is caught. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { toExitCode } from '../../core/exit-code.ts';

export interface ProgramAnswer {
  /** As a shell says it: 128 + n for signal n, 126 or 127 where it cannot be started. */
  readonly status: number;
  readonly output: string;
}

const CANNOT_EXECUTE = 126;
const NOT_FOUND = 127;

/** Waits for its end. It reads our standard input and complains on our standard error. */
export function askProgram(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ProgramAnswer {
  const result = spawnSync(path, args, { env, stdio: ['inherit', 'pipe', 'inherit'], encoding: 'utf8' });
  return { status: statusOf(result), output: result.error === undefined ? result.stdout : '' };
}

function statusOf({ status, signal, error }: SpawnSyncReturns<unknown>): number {
  if (error !== undefined) return 'code' in error && error.code === 'ENOENT' ? NOT_FOUND : CANNOT_EXECUTE;
  return signal === null ? (status ?? 0) : toExitCode({ kind: 'signaled', signal });
}

/** Runs another program on our standard streams. @returns Its exit status as a shell says it. */
export function runProgram(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): number {
  return statusOf(spawnSync(path, args, { env, stdio: 'inherit' }));
}
