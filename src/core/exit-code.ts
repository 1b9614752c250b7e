/** How a process ended, as the one number that a shell or a container manager knows. */
import { SIGNAL_NUMBERS } from './signal-names.ts';
import type { ExitStatus } from './units.ts';

/** Signals that start-stop-daemon has no name for but a process can die of. Linux numbers, as there. */
const OTHER_SIGNALS: Readonly<Record<string, number>> = {
  TRAP: 5,
  BUS: 7,
  STKFLT: 16,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
};
/** glibc's; the names count from there. */
const SIGRTMIN = 34;
/** As shells do: the number of the signal is added. */
const EXIT_SIGNAL = 128;

/**
 * The exit code, or 128 and the number of the signal.
 * @param status Signals by name, `SIGTERM`, `SIGRTMIN+3`, `SIG64`.
 */
export function toExitCode(status: ExitStatus): number {
  return status.kind === 'exited' ? status.code : EXIT_SIGNAL + signalNumber(status.signal);
}

function signalNumber(signal: string): number {
  const name = signal.replace(/^SIG/, '');
  const [, realTime, number] = /^(?:RTMIN(\+\d+)?|(\d+))$/.exec(name) ?? [];
  if (name.startsWith('RTMIN')) return SIGRTMIN + Number(realTime ?? 0);
  return number === undefined ? (SIGNAL_NUMBERS[name] ?? OTHER_SIGNALS[name] ?? 0) : Number(number);
}
