/** How a process ended, in words. */
import type { LastEnd } from './slot.ts';

/** `exited with status 1`, `was killed by SIGKILL`, `could not be started (ENOENT)`. */
export function describeEnd(end: LastEnd['end']): string {
  switch (end.kind) {
    case 'exited':
      return `exited with status ${end.code}`;
    case 'signaled':
      return `was killed by ${end.signal}`;
    case 'not-started':
      return `could not be started (${end.code})`;
  }
}
