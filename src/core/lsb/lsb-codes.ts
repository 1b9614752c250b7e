/** What the exit codes of init scripts mean, in the words of the standard. Nothing here runs a script. */
import { assertNever } from '../errors.ts';
import type { ExitStatus } from '../units.ts';

/** Exit codes of every action but `status`. @see LSB core, "Init Script Actions" */
const ACTION_MEANINGS: readonly string[] = [
  'success',
  'generic or unspecified error',
  'invalid or excess argument(s)',
  'unimplemented feature',
  'insufficient privilege',
  'program is not installed',
  'program is not configured',
  'program is not running',
];

/** Exit codes of `status`. @see LSB core, "Init Script Actions" */
const STATUS_MEANINGS: readonly string[] = [
  'running',
  'dead, but its pid file exists',
  'dead, but its lock file exists',
  'not running',
  'status unknown',
];

/** The ranges both tables share, each with its last code. */
const RANGES: readonly (readonly [last: number, meaning: string])[] = [
  [99, 'reserved for future LSB use'],
  [149, 'reserved for the distribution'],
  [199, 'reserved for the application'],
];

/**
 * The meaning of an exit code.
 * @param action The argument the script was called with; only `status` has a table of its own.
 * @param code 0–255.
 */
function lsbMeaning(action: string, code: number): string {
  const meanings = action === 'status' ? STATUS_MEANINGS : ACTION_MEANINGS;
  return meanings[code] ?? RANGES.find(([last]) => code <= last)?.[1] ?? 'reserved';
}

/**
 * How a script ended, for people.
 * @example describeExit('start', { kind: 'exited', code: 6 }) // exit 6 (program is not configured)
 */
export function describeExit(action: string, status: ExitStatus): string {
  switch (status.kind) {
    case 'exited':
      return `exit ${status.code} (${lsbMeaning(action, status.code)})`;
    case 'signaled':
      return `killed by ${status.signal}`;
    default:
      return assertNever(status);
  }
}
