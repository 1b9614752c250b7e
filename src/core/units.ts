/** Plain numbers with their unit in the type, so that a signature says what it takes. */

/** A duration or a monotonic time stamp, in milliseconds. */
export type Millis = number;

/** A wall-clock time, in milliseconds since 1970-01-01 UTC. */
export type EpochMillis = number;

export type Pid = number;

/** How a process ended: exactly one of the two is set. */
export type ExitStatus =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signaled'; readonly signal: string };
