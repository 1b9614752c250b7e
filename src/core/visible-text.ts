/** Text that is written onto other people's terminals. */

/** Tab, newline and carriage return are meant; every other control character could do things to a terminal. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Shows control characters as `^X`, as wall(1) does. */
export function showControls(text: string): string {
  return text.replace(CONTROL, (one) => `^${String.fromCharCode((one.charCodeAt(0) & 0x7f) ^ 0x40)}`);
}
