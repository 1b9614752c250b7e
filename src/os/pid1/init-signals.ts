/** The signals that mean something to init, and the others, which must not end it. */
import { listenToRealtimeSignal } from '../libc/libc-signal.ts';
import type { InitSignal } from './ports.ts';

type RealtimeSignal = Extract<InitSignal, `SIGRTMIN${string}`>;

/** Each has a listener, also SIGUSR1: without one Node would start its inspector, a TCP port, on that signal. */
const NAMED = [
  'SIGHUP',
  'SIGINT',
  'SIGTERM',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGPWR',
  'SIGWINCH',
  'SIGTSTP',
  'SIGCONT',
] as const satisfies readonly Exclude<InitSignal, RealtimeSignal>[];

/** With the 34 that libcs leave for programs as SIGRTMIN. */
const REALTIME = { 'SIGRTMIN+3': 37, 'SIGRTMIN+4': 38 } satisfies Record<RealtimeSignal, number>;

/**
 * Whose default is to end a process. They get a listener that does nothing, and are not set to ignored, which would be
 * inherited by what we start. Left out: SIGKILL; SIGPIPE and SIGXFSZ, which Node ignores; SIGTTIN and SIGTTOU, which
 * would come again and again as the system call is restarted; SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGTRAP, which a
 * listener turns into an endless loop when they are genuine. PID 1 is not ended by those anyway: the kernel ignores
 * what has no handler there.
 */
const IGNORED = [
  'SIGABRT',
  'SIGALRM',
  'SIGVTALRM',
  'SIGPROF',
  'SIGXCPU',
  'SIGIO',
  'SIGSTKFLT',
  'SIGSYS',
] as const satisfies readonly NodeJS.Signals[];

export interface SignalListening {
  /** What cannot be heard: mostly the real-time signals, where there is no FFI or their descriptor is in use. */
  readonly unavailable: readonly InitSignal[];
  readonly stop: () => void;
}

/** Listens to all signals for init, until `stop`. The listeners alone do not keep the process alive. */
export function listenToSignals(onSignal: (signal: InitSignal) => void): SignalListening {
  const stops: (() => void)[] = [];
  const unavailable: InitSignal[] = [];
  const attempt = (listening: () => (() => void) | undefined): boolean => {
    const stop = tryListening(listening);
    if (stop !== undefined) stops.push(stop);
    return stop !== undefined;
  };
  for (const signal of NAMED)
    if (!attempt(() => listen(signal, () => onSignal(signal)))) unavailable.push(signal);
  for (const signal of IGNORED) attempt(() => listen(signal, () => undefined));
  for (const signal of Object.keys(REALTIME) as RealtimeSignal[]) {
    const signo = REALTIME[signal];
    if (!attempt(() => listenToRealtimeSignal(signo, () => onSignal(signal)))) unavailable.push(signal);
  }
  return {
    unavailable,
    stop: () => {
      for (const stop of stops.splice(0)) stop();
    },
  };
}

/** Without descriptors to spare, or where a sandbox forbids it, an init has more to care about than a signal. */
function tryListening(listening: () => (() => void) | undefined): (() => void) | undefined {
  try {
    return listening();
  } catch {
    return undefined;
  }
}

function listen(signal: NodeJS.Signals, listener: () => void): () => void {
  process.on(signal, listener);
  return () => {
    process.off(signal, listener);
  };
}
