/** Finds the requests in what reads of the control fifo give, which may hold several, parts, and rubbish. */
import { MAGIC_BYTES, REQUEST_BYTES } from './initctl-message.ts';

export interface SplitRequests {
  /** Views of the input, each 384 bytes with the magic in front. */
  readonly requests: readonly Uint8Array[];
  /** How many runs of bytes belonged to no request. */
  readonly bogus: number;
  /** To be put before the next bytes. */
  readonly rest: Uint8Array;
}

const MAGIC_LENGTH = MAGIC_BYTES.length;
const [FIRST_BYTE = 0] = MAGIC_BYTES;

/**
 * Splits bytes from the fifo into requests; after rubbish it goes on at the next magic. Takes linear time.
 * The caller keeps `rest` and, when nothing follows it, hands it in again with `mayContinue` false.
 * @param bytes The rest of last time and what was read now.
 * @param mayContinue The read filled its buffer, so a request may be cut at the end of `bytes`.
 */
export function splitRequests(bytes: Uint8Array, mayContinue: boolean): SplitRequests {
  const requests: Uint8Array[] = [];
  let bogus = 0;
  let at = 0;
  while (at < bytes.length) {
    const head = findMagic(bytes, at, bytes.length, mayContinue);
    if (head > at) bogus++;
    if (head === bytes.length) return { requests, bogus, rest: bytes.subarray(head) };
    const end = endOfRequest(bytes, head, mayContinue);
    if (end === 'cut') {
      if (mayContinue) return { requests, bogus, rest: bytes.subarray(head) };
      return { requests, bogus: bogus + 1, rest: bytes.subarray(bytes.length) };
    }
    if (end - head === REQUEST_BYTES) requests.push(bytes.subarray(head, end));
    else bogus++;
    at = end;
  }
  return { requests, bogus, rest: bytes.subarray(bytes.length) };
}

/**
 * Where the request that begins at `head` ends. A short write directly before a whole request must not
 * swallow its first bytes: unless what stands 384 bytes on fits, the next magic inside is taken for the
 * beginning of a request, provided that from some magic inside on everything fits.
 */
function endOfRequest(bytes: Uint8Array, head: number, mayContinue: boolean): number | 'cut' {
  const end = head + REQUEST_BYTES;
  if (end <= bytes.length && isBoundary(bytes, end)) return end;
  const to = Math.min(end, bytes.length);
  const first = findMagic(bytes, head + MAGIC_LENGTH, to, false);
  for (let inner = first; inner < to; inner = findMagic(bytes, inner + MAGIC_LENGTH, to, false)) {
    const innerEnd = inner + REQUEST_BYTES;
    if (innerEnd <= bytes.length && isBoundary(bytes, innerEnd)) return first;
    if (innerEnd > bytes.length && mayContinue) return 'cut';
  }
  return end <= bytes.length ? end : 'cut';
}

/** True where the bytes end or the next request begins, as far as it can be seen. */
function isBoundary(bytes: Uint8Array, at: number): boolean {
  return matchesMagic(bytes, at, true);
}

/** The index of the next magic in [from, to), or `to`. A magic cut off by the end counts if `mayContinue`. */
function findMagic(bytes: Uint8Array, from: number, to: number, mayContinue: boolean): number {
  for (let at = bytes.indexOf(FIRST_BYTE, from); at >= 0 && at < to; at = bytes.indexOf(FIRST_BYTE, at + 1)) {
    if (matchesMagic(bytes, at, mayContinue)) return at;
  }
  return to;
}

function matchesMagic(bytes: Uint8Array, at: number, mayBeCut: boolean): boolean {
  if (!mayBeCut && at + MAGIC_LENGTH > bytes.length) return false;
  const length = Math.min(MAGIC_LENGTH, bytes.length - at);
  for (let index = 0; index < length; index++) {
    if (bytes[at + index] !== MAGIC_BYTES[index]) return false;
  }
  return true;
}
