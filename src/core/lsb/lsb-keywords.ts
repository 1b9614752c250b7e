/** The keywords of an LSB header, in every spelling that insserv takes. */

export const LSB_LISTS = [
  'Provides',
  'Required-Start',
  'Required-Stop',
  'Should-Start',
  'Should-Stop',
  'X-Start-Before',
  'X-Stop-After',
] as const;

/** Keywords whose value is a list of facilities. */
export type LsbList = (typeof LSB_LISTS)[number];

export type LsbKeyword =
  | LsbList
  | 'Default-Start'
  | 'Default-Stop'
  | 'X-Interactive'
  | 'Short-Description'
  | 'Description';

/** Those whose absence insserv complains about, in its order. */
export const EXPECTED_KEYWORDS: readonly LsbKeyword[] = [
  'Required-Start',
  'Required-Stop',
  'Default-Start',
  'Default-Stop',
];

const PLAIN: Readonly<Record<string, LsbKeyword>> = {
  provides: 'Provides',
  'required-start': 'Required-Start',
  'required-stop': 'Required-Stop',
  'default-start': 'Default-Start',
  'default-stop': 'Default-Stop',
  'short-description': 'Short-Description',
  description: 'Description',
};

/** These may have `X-` or `X-Vendor-` before them, or nothing. */
const EXTENSIONS: Readonly<Record<string, LsbKeyword>> = {
  'should-start': 'Should-Start',
  'should-stop': 'Should-Stop',
  'start-before': 'X-Start-Before',
  'stop-after': 'X-Stop-After',
  interactive: 'X-Interactive',
};

/**
 * Recognizes a keyword. Case does not count; `-`, `_` and repeats of them are the same.
 * @returns Undefined for what means nothing to insserv, such as `X-Foo`.
 * @see insserv(8), and observed behaviour of insserv 1.24
 */
export function findKeyword(word: string): LsbKeyword | undefined {
  const plain = word.toLowerCase().replace(/[-_]+/g, '-');
  const known = PLAIN[plain];
  if (known !== undefined) return known;
  const [, extension = ''] =
    /^(?:x-(?:.*-)?)?(should-start|should-stop|start-before|stop-after|interactive)$/.exec(plain) ?? [];
  return EXTENSIONS[extension];
}
