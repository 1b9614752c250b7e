/** The `--retry` schedule of start-stop-daemon: which signals are sent, and how long is waited in between. */
import { parseUnsigned } from '../c-number.ts';
import { parseSignal, SIGNAL_NUMBERS } from '../signal-names.ts';

export type StopStep =
  | { readonly kind: 'signal'; readonly signo: number }
  | { readonly kind: 'wait'; readonly seconds: number };

export interface StopSchedule {
  readonly steps: readonly StopStep[];
  /** Behind the last step, go on with this one for ever; undefined: give up there. */
  readonly repeatFrom: number | undefined;
}

export type ParsedSchedule = StopSchedule | { readonly problem: string };

const MAX_ITEM_LENGTH = 19;
const KILL = SIGNAL_NUMBERS['KILL'] ?? 9;

/**
 * Reads a schedule: `TIMEOUT`, which means `SIGNAL/TIMEOUT/KILL/TIMEOUT`, or items with `/` between them.
 * @param signo What `--signal` says; a schedule of several items ignores it.
 * @returns `problem` is the original's text, for a usage error.
 * @see start-stop-daemon(8), `--retry`
 */
export function parseStopSchedule(text: string, signo: number): ParsedSchedule {
  return text.includes('/') ? parseItems(text.split('/')) : parseTimeout(text, signo);
}

function parseTimeout(text: string, signo: number): ParsedSchedule {
  const item = parseItem(text);
  if ('problem' in item) return item;
  if (item.kind !== 'wait')
    return { problem: '--retry takes timeout, or schedule list of at least two items' };
  return {
    steps: [{ kind: 'signal', signo }, item, { kind: 'signal', signo: KILL }, item],
    repeatFrom: undefined,
  };
}

function parseItems(words: readonly string[]): ParsedSchedule {
  const steps: StopStep[] = [];
  let repeatFrom: number | undefined;
  for (const [index, word] of words.entries()) {
    if (word === '' && index > 0 && index === words.length - 1) return { problem: TRAILING_SLASH };
    if (word.length > MAX_ITEM_LENGTH) return { problem: TOO_LONG };
    const item = parseItem(word);
    if ('problem' in item) return item;
    if (item.kind !== 'forever') {
      steps.push(item);
      continue;
    }
    if (repeatFrom !== undefined) return { problem: "invalid schedule: 'forever' appears more than once" };
    repeatFrom = steps.length;
  }
  if (repeatFrom === steps.length)
    return { problem: "invalid schedule: 'forever' appears last, nothing to repeat" };
  return { steps, repeatFrom };
}

const TOO_LONG = 'invalid schedule item: far too long (you must delimit items with slashes)';
/** The original has an internal error here. */
const TRAILING_SLASH = 'invalid schedule: nothing after the last slash';
/** The bracket is missing in the original too. */
const INVALID_ITEM =
  "invalid schedule item (must be [-]<signal-name>, -<signal-number>, <timeout> or 'forever'";

function parseItem(word: string): StopStep | { readonly kind: 'forever' } | { readonly problem: string } {
  if (word === 'forever') return { kind: 'forever' };
  if (/^[0-9]/.test(word)) {
    const seconds = parseUnsigned(word);
    return seconds === undefined
      ? { problem: 'invalid timeout value in schedule' }
      : { kind: 'wait', seconds };
  }
  const signo = parseSignal(word.replace(/^-/, ''));
  return signo === undefined ? { problem: INVALID_ITEM } : { kind: 'signal', signo };
}
