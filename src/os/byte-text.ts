/**
 * Bytes as text and back without a loss: what is no UTF-8 becomes a half surrogate for each byte, U+DC80 to U+DCFF, which no
 * text has, and {@link toBytes} makes the byte of it again.
 */
import { isUtf8 } from 'node:buffer';

/** The first bytes of a letter of up to four, as latin1. */
const BEGUN_LETTER = /[\u00c2-\u00f4][\u0080-\u00bf]{0,2}$/;
const MAX_BEGUN = 3;
const ESCAPE = 0xdc00;
/** Only halves that stand alone, not the second ones of pairs. */
const ESCAPED = /([\udc80-\udcff]+)/u;

export interface ByteReader {
  /** The text of these bytes, but for a letter that is not complete yet. */
  readonly read: (bytes: Buffer) => string;
  /** What is left of such a letter. */
  readonly end: () => string;
}

export function createByteReader(): ByteReader {
  let begun = Buffer.alloc(0);
  return {
    read: (bytes) => {
      const all = begun.length === 0 ? bytes : Buffer.concat([begun, bytes]);
      begun = Buffer.alloc(0);
      if (isUtf8(all)) return all.toString();
      const [last = ''] = BEGUN_LETTER.exec(all.subarray(-MAX_BEGUN).toString('latin1')) ?? [];
      const whole = all.subarray(0, all.length - last.length);
      if (!isUtf8(whole)) return escapeBytes(all);
      begun = Buffer.from(last, 'latin1');
      return whole.toString();
    },
    end: () => escapeBytes(begun),
  };
}

function escapeBytes(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u00ff]/g, (byte) => String.fromCharCode(ESCAPE + byte.charCodeAt(0)));
}

/** The bytes that the text was made of. */
export function toBytes(text: string): Buffer {
  if (!ESCAPED.test(text)) return Buffer.from(text);
  const parts = text.split(ESCAPED);
  // Every second part is what stood for bytes: latin1 takes the low byte of each half.
  return Buffer.concat(parts.map((part, index) => Buffer.from(part, index % 2 === 1 ? 'latin1' : 'utf8')));
}
