/** The signals that a waiting shutdown gets: what cancels it, what ends it, and what it does not hear. */

/** From `-c`, from a person at the terminal, or from somebody who ends processes. */
export type Interruption = 'SIGINT' | 'SIGTERM' | 'SIGUSR1';

export interface Interruptions {
  /** Sleeps, but not beyond the first interruption. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly interruption: () => Interruption | undefined;
}

/** Node would take SIGUSR1 as a wish to be debugged; it ends a program like SIGTERM does. */
const HEARD: readonly Interruption[] = ['SIGINT', 'SIGTERM', 'SIGUSR1'];
/** Whoever logs out or stops a job does not mean the shutdown. */
const DEAF: readonly NodeJS.Signals[] = ['SIGHUP', 'SIGQUIT', 'SIGCHLD', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'];

/** Listens for the rest of the process. */
export function listenForInterruptions(): Interruptions {
  let first: Interruption | undefined;
  let wake = (): void => undefined;
  for (const signal of HEARD) {
    process.on(signal, () => {
      first ??= signal;
      wake();
    });
  }
  for (const signal of DEAF) process.on(signal, () => undefined);
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (first !== undefined) return resolve();
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  return { sleep, interruption: () => first };
}
