/** The name of a unit, and what specifiers in it stand for. */
import type { Specifiers } from './unit-words.ts';

export interface UnitName {
  /** `foo@bar.service` */
  readonly full: string;
  /** `foo`, the part before `@`. */
  readonly prefix: string;
  /** `bar`; empty without `@`. */
  readonly instance: string;
}

/** @param file A path or a name; without `.service` it is added. */
export function parseUnitName(file: string): UnitName {
  const base = file.slice(file.lastIndexOf('/') + 1);
  const full = base.endsWith('.service') ? base : `${base}.service`;
  const stem = full.slice(0, -'.service'.length);
  const at = stem.indexOf('@');
  return at < 0
    ? { full, prefix: stem, instance: '' }
    : { full, prefix: stem.slice(0, at), instance: stem.slice(at + 1) };
}

/**
 * @see systemd.unit(5), "Specifiers"; those of the system manager
 */
export function unitSpecifiers(name: UnitName): Specifiers {
  const stem = name.full.slice(0, -'.service'.length);
  const values: Readonly<Record<string, string>> = {
    n: name.full,
    N: stem,
    p: name.prefix,
    P: unescapeName(name.prefix),
    i: name.instance,
    I: unescapeName(name.instance),
    j: name.prefix.slice(name.prefix.lastIndexOf('-') + 1),
    J: unescapeName(name.prefix.slice(name.prefix.lastIndexOf('-') + 1)),
    f: `/${unescapeName(name.instance === '' ? name.prefix : name.instance)}`,
    t: '/run',
    S: '/var/lib',
    C: '/var/cache',
    L: '/var/log',
    E: '/etc',
    T: '/tmp',
    V: '/var/tmp',
    // Those of the manager, not of the service's user.
    h: '/root',
    u: 'root',
    U: '0',
    g: 'root',
    G: '0',
    s: '/bin/sh',
  };
  return (letter) => (Object.hasOwn(values, letter) ? values[letter] : undefined);
}

/** `-` is a slash, `\x2d` a character by its number. */
function unescapeName(text: string): string {
  return text
    .replaceAll('-', '/')
    .replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16)));
}
