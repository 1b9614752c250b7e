/** The signals that start-stop-daemon knows by name. */
import { parseUnsigned } from './c-number.ts';

/** Linux numbers, the same on every architecture that Node runs on. */
export const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  ABRT: 6,
  ALRM: 14,
  FPE: 8,
  HUP: 1,
  ILL: 4,
  INT: 2,
  KILL: 9,
  PIPE: 13,
  QUIT: 3,
  SEGV: 11,
  TERM: 15,
  USR1: 10,
  USR2: 12,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
};

/**
 * A number, or a name in upper case without `SIG`.
 * @returns Undefined for anything else; any number is fine, the kernel refuses what it does not know.
 */
export function parseSignal(word: string): number | undefined {
  return parseUnsigned(word) ?? (Object.hasOwn(SIGNAL_NUMBERS, word) ? SIGNAL_NUMBERS[word] : undefined);
}
