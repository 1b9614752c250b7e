/** struct utmp of Linux: 384 bytes a record on every 64-bit architecture. */

export const UTMP_BYTES = 384;
const RUN_LVL = 1;
const TYPE_AT = 0;
const PID_AT = 4;

/**
 * The first run level record of a utmp file, as runlevel(8) reads it.
 * @returns Undefined if there is none. `previous` is `N` where the record has none.
 */
export function firstRunLevel(
  bytes: Uint8Array,
): { readonly level: string; readonly previous: string } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + UTMP_BYTES <= bytes.length; at += UTMP_BYTES) {
    if (view.getInt16(at + TYPE_AT, true) !== RUN_LVL) continue;
    const pid = view.getInt32(at + PID_AT, true);
    const previous = (pid >> 8) & 0xff;
    return {
      level: String.fromCharCode(pid & 0xff),
      previous: previous === 0 ? 'N' : String.fromCharCode(previous),
    };
  }
  return undefined;
}
