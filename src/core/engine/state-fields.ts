/** The tagged lines of a state stream, and the numbers in them. Nothing here knows what a tag means. */
import type { Millis } from '../units.ts';

/** Values by tag, in the order in which they came. */
export type Fields = ReadonlyMap<string, readonly string[]>;

/** The last value of a tag counts, as with the original's reader; empty where there is none. */
export function last(fields: Fields, tag: string): string {
  return fields.get(tag)?.at(-1) ?? '';
}

/** A time after the latest possible one is that one. */
export function parseTime(text: string, latest: Millis): Millis | undefined {
  if (!/^\d{1,15}(\.\d+)?$/.test(text)) return undefined;
  return Math.min(Number(text), latest);
}

/** Whole numbers, as scanf reads them at the start of the text. */
export function parseNumber(
  text: string,
  range: { readonly least: number; readonly most: number },
): number | undefined {
  const number = Number.parseInt(text, 10);
  return number >= range.least && number <= range.most ? number : undefined;
}
