/** The local time through libc. Throws OsError as all of `libc*`. */
import type { EpochMillis } from '../../core/units.ts';
import { declareLibc } from './ffi.ts';

/** More than struct tm has anywhere; its first five ints are the same everywhere. */
const TM_BYTES = 64;

const localtimeCall = declareLibc('localtime_r', 'const long *, _Out_ void *', { result: 'intptr_t' });

export interface LocalTime {
  /** From 0. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/**
 * The wall clock in the machine's zone. Node could tell it too, but to find the zone's name it compares /etc/localtime
 * with every file below /usr/share/zoneinfo, if that is no link: 30 ms, before the first program of a boot.
 */
export function localTime(when: EpochMillis): LocalTime {
  const tm = Buffer.alloc(TM_BYTES);
  localtimeCall([Math.floor(when / 1_000)], tm);
  const [second = 0, minute = 0, hour = 0, day = 0, month = 0] = new Int32Array(tm.buffer, tm.byteOffset, 5);
  return { month, day, hour, minute, second };
}
