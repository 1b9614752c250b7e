/** Numbers as C programs read them, so that a drop-in accepts and refuses the same words. */

/** INT_MAX. */
export const MAX_INT = 2_147_483_647;

/**
 * strtol(3) over the whole word: leading white space and a sign are fine, anything behind the digits is not.
 * @param base 10, or 0 for C's own prefixes: `0x1f`, `017`, `15`.
 * @returns Undefined if the word is no number, negative, or above INT_MAX.
 */
export function parseUnsigned(word: string, base: 10 | 0 = 10): number | undefined {
  const found = /^[ \t\n\v\f\r]*([+-]?)(0[xX][0-9a-fA-F]+|[0-9]+)$/.exec(word);
  const digits = found?.[2];
  if (digits === undefined) return undefined;
  const value = base === 10 ? decimal(digits) : prefixed(digits);
  if (value === undefined || value > MAX_INT) return undefined;
  return found?.[1] === '-' && value !== 0 ? undefined : value;
}

/** What `sscanf("%d")` finds at the start of a word; text behind the number does not matter. */
export function scanInt(word: string): number | undefined {
  const found = /^[ \t\n\v\f\r]*([+-]?[0-9]+)/.exec(word)?.[1];
  return found === undefined ? undefined : Number(found);
}

function decimal(digits: string): number | undefined {
  return /^[0-9]+$/.test(digits) ? Number(digits) : undefined;
}

function prefixed(digits: string): number | undefined {
  if (/^0[xX]/.test(digits)) return Number(digits);
  if (!digits.startsWith('0')) return Number(digits);
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}
