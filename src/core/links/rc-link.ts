/** The names of the links in `rcN.d`. */

export interface RcLink {
  /** `S` starts, `K` (kill) stops. */
  readonly kind: 'S' | 'K';
  /** 0–99; lower comes first. */
  readonly order: number;
  /** The init script's name. */
  readonly name: string;
}

/**
 * Takes a link's name apart.
 * @returns Undefined when it is no start or stop link, like `README`.
 * @example parseRcLink('S20foo') // { kind: 'S', order: 20, name: 'foo' }
 */
export function parseRcLink(text: string): RcLink | undefined {
  const [, kind, order, name] = /^([SK])([0-9]{2})([^/]+)$/s.exec(text) ?? [];
  if ((kind !== 'S' && kind !== 'K') || name === undefined) return undefined;
  return { kind, order: Number(order), name };
}

/** Compares two names as a shell's glob sorts them in the C locale: by bytes, which is by code points. */
export function compareRcLinkNames(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    if (a[index] !== b[index]) return orderOf(a, index) - orderOf(b, index);
  }
  return a.length - b.length;
}

/** UTF-16 puts surrogates, which stand for the highest code points, before U+E000. */
function orderOf(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

/** Names in a link directory that are no links and nobody's mistake: hidden files, READMEs, what dpkg leaves. */
export function isHarmlessStranger(name: string): boolean {
  return /^\.|^README|\.dpkg-[^.]*$/.test(name);
}
