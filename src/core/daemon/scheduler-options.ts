/** `--procsched` and `--iosched`: classes and priorities by name, as start-stop-daemon reads them. */
import { parseUnsigned } from '../c-number.ts';

export interface SchedulerChoice {
  readonly name: string;
  /** The kernel's number of the policy or class. */
  readonly number: number;
  readonly priority: number;
}

/** `fatal`: the original ends with its run-time code here instead of the usage code. */
export type ParsedScheduler =
  | SchedulerChoice
  | { readonly problem: string; readonly kind: 'usage' | 'fatal' };

/** SCHED_*; see sched(7). */
const POLICIES: Readonly<Record<string, number>> = { other: 0, fifo: 1, rr: 2 };
/** IOPRIO_CLASS_*; see ioprio_set(2). */
const IO_CLASSES: Readonly<Record<string, number>> = { 'real-time': 1, 'best-effort': 2, idle: 3 };

const MAX_REALTIME_PRIORITY = 99;
const DEFAULT_IO_PRIORITY = 4;
const LOWEST_IO_PRIORITY = 7;

/** @param text `POLICY[:PRIORITY]`; `other` takes no priority. */
export function parseProcessScheduler(text: string): ParsedScheduler {
  const [name = '', priorityText] = splitWords(text);
  const priority = priorityText === undefined ? 0 : parseUnsigned(priorityText);
  if (priority === undefined) return { kind: 'fatal', problem: 'invalid process scheduler priority' };
  const number = Object.hasOwn(POLICIES, name) ? POLICIES[name] : undefined;
  if (number === undefined) return { kind: 'usage', problem: 'invalid process scheduler policy' };
  if (name === 'other') return { name, number, priority: 0 };
  if (priority < 1) return { kind: 'usage', problem: 'process scheduler priority less than min' };
  if (priority > MAX_REALTIME_PRIORITY)
    return { kind: 'usage', problem: 'process scheduler priority greater than max' };
  return { name, number, priority };
}

/** @param text `CLASS[:PRIORITY]`, 0 (first) to 7; `idle` has no other than 7. */
export function parseIoScheduler(text: string): ParsedScheduler {
  const [name = '', priorityText] = splitWords(text);
  const priority = priorityText === undefined ? DEFAULT_IO_PRIORITY : parseUnsigned(priorityText);
  if (priority === undefined) return { kind: 'fatal', problem: 'invalid IO scheduler priority' };
  const number = Object.hasOwn(IO_CLASSES, name) ? IO_CLASSES[name] : undefined;
  if (number === undefined) return { kind: 'usage', problem: 'invalid IO scheduler policy' };
  if (name === 'idle') return { name, number, priority: LOWEST_IO_PRIORITY };
  if (priority > LOWEST_IO_PRIORITY)
    return { kind: 'usage', problem: 'IO scheduler priority greater than max' };
  return { name, number, priority };
}

/** strtok(3) with `:`: several in a row count as one. */
function splitWords(text: string): readonly string[] {
  return text.split(':').filter((word) => word !== '');
}
