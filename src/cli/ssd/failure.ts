/** Run-time failures of start-stop-daemon: a text for people and, mostly, the same exit code. */

export class SsdFailure extends Error {
  override readonly name = 'SsdFailure';
}

export const EXIT_DONE = 0;
export const EXIT_NOTHING_DONE = 1;
/** Also every run-time failure, whatever the original's manual says: measured. */
export const EXIT_FAILED = 2;
export const EXIT_USAGE = 3;
export const EXIT_STATUS_DEAD_PIDFILE = 1;
export const EXIT_STATUS_DEAD = 3;
export const EXIT_STATUS_UNKNOWN = 4;

/** `TEXT (WHY)`, as the original adds strerror(3). */
export function failWith(text: string, why: string): SsdFailure {
  return new SsdFailure(`${text} (${why})`);
}
