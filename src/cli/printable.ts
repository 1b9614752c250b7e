/** Text of files on a terminal, which shall not obey it. */

/** A tab becomes a blank, every other control character a question mark. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll('\t', ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
