/** The end of a process as a shell says it in `$?`. */
import { constants } from 'node:os';
import type { ExitStatus } from '../core/units.ts';

const KILLED = 128;

/** @returns The exit code, or 128 + n for signal n. */
export function shellStatus(status: ExitStatus): number {
  if (status.kind === 'exited') return status.code;
  return KILLED + ((constants.signals as Readonly<Record<string, number>>)[status.signal] ?? 0);
}
