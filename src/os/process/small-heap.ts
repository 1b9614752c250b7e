/** Keeps the heap of a process small that lives as long as the machine and does little. */
import { setFlagsFromString } from 'node:v8';

/**
 * What V8 otherwise spends on speed: it doubles the space for young objects at each burst of work and keeps it (to
 * 16 MiB, twice), and compiles hot functions on three threads. With 100 children that were killed again and again
 * an init then has 72 MB, and 56 MB with these. A flag that a later V8 does not know is named on standard error and
 * ignored, unlike one on the interpreter line, which would keep PID 1 from starting.
 */
const FLAGS = ['--semi-space-growth-factor=1', '--no-opt', '--optimize-for-size'] as const;

/** To be called before there is a heap to speak of, since what was spent is not given back. */
export function keepHeapSmall(): void {
  for (const flag of FLAGS) setFlagsFromString(flag);
}
