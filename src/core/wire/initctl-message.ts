/** The 384-byte requests of the control fifo, as telinit, shutdown and UPS daemons write them. */
import { LITTLE_ENDIAN } from './byte-order.ts';

export type InitRequest =
  /** `level` is one character as it came, e.g. `3`, `s`, `q`; `?` for what is no printable character. */
  | { readonly kind: 'runlevel'; readonly level: string; readonly sleepSeconds: number }
  | { readonly kind: 'powerfail' | 'powerfailnow' | 'powerok'; readonly sleepSeconds: number }
  /** `NAME=VALUE` sets, a bare `NAME` unsets. Which names count is the receiver's business. */
  | { readonly kind: 'setenv'; readonly variables: readonly string[] }
  | { readonly kind: 'unimplemented'; readonly command: number }
  | { readonly kind: 'bogus' };

/** A request with a time in it: all but `setenv`, which may not fit. */
export type TimedRequest = Extract<InitRequest, { sleepSeconds: number }>;

/** Bytes of one request; writes of this size to a fifo are atomic (PIPE_BUF). */
export const REQUEST_BYTES = 384;

/** `INIT_MAGIC` of initreq.h. */
const MAGIC = 0x03091969;
const COMMAND_AT = 4;
const LEVEL_AT = 8;
const SLEEP_AT = 12;
const DATA_AT = 16;
const DATA_BYTES: number = REQUEST_BYTES - DATA_AT;

const COMMANDS = { runlevel: 1, powerfail: 2, powerfailnow: 3, powerok: 4, setenv: 6 } as const;

/** The magic as it stands in the fifo. */
export const MAGIC_BYTES: Uint8Array = magicBytes();

function magicBytes(): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, MAGIC, LITTLE_ENDIAN);
  return bytes;
}

/** Encodes a level change or a power event. The time is cut to a signed 32-bit number of seconds. */
export function encodeRequest(request: TimedRequest): Uint8Array {
  const bytes = new Uint8Array(REQUEST_BYTES);
  const view = writeHead(bytes, COMMANDS[request.kind]);
  if (request.kind === 'runlevel') view.setInt32(LEVEL_AT, request.level.charCodeAt(0), LITTLE_ENDIAN);
  view.setInt32(SLEEP_AT, request.sleepSeconds, LITTLE_ENDIAN);
  return bytes;
}

/**
 * Encodes environment variables, each `NAME=VALUE`, or `NAME` to unset it.
 * @returns Undefined when they do not fit; telinit then says `-e option data too large`.
 * @see telinit(8); measured: one string of 366 bytes fits, 367 do not, so two NULs must end the data.
 */
export function encodeSetenv(variables: readonly string[]): Uint8Array | undefined {
  const data = new TextEncoder().encode(variables.map((one) => `${one}\0`).join(''));
  if (data.length >= DATA_BYTES) return undefined;
  const bytes = new Uint8Array(REQUEST_BYTES);
  writeHead(bytes, COMMANDS.setenv);
  bytes.set(data, DATA_AT);
  return bytes;
}

function writeHead(bytes: Uint8Array, command: number): DataView {
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC_BYTES);
  view.setInt32(COMMAND_AT, command, LITTLE_ENDIAN);
  return view;
}

/** Decodes what one read gave. Anything but 384 bytes with the magic in front is `bogus`. */
export function decodeRequest(bytes: Uint8Array): InitRequest {
  if (bytes.length !== REQUEST_BYTES) return { kind: 'bogus' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, LITTLE_ENDIAN) !== MAGIC) return { kind: 'bogus' };
  const command = view.getInt32(COMMAND_AT, LITTLE_ENDIAN);
  const sleepSeconds = view.getInt32(SLEEP_AT, LITTLE_ENDIAN);
  switch (command) {
    case COMMANDS.runlevel:
      return {
        kind: 'runlevel',
        level: levelCharacter(view.getInt32(LEVEL_AT, LITTLE_ENDIAN)),
        sleepSeconds,
      };
    case COMMANDS.powerfail:
      return { kind: 'powerfail', sleepSeconds };
    case COMMANDS.powerfailnow:
      return { kind: 'powerfailnow', sleepSeconds };
    case COMMANDS.powerok:
      return { kind: 'powerok', sleepSeconds };
    case COMMANDS.setenv:
      return { kind: 'setenv', variables: decodeVariables(bytes.subarray(DATA_AT)) };
    default:
      return { kind: 'unimplemented', command };
  }
}

function levelCharacter(code: number): string {
  // So the original calls it.
  if (code === 0) return 'X';
  return code > 0x20 && code < 0x7f ? String.fromCharCode(code) : '?';
}

/** An empty string ends the list. One without its NUL was cut off, and is no variable. */
function decodeVariables(data: Uint8Array): readonly string[] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const variables: string[] = [];
  let from = 0;
  while (from < data.length && data[from] !== 0) {
    const end = data.indexOf(0, from);
    if (end < 0) break;
    variables.push(decoder.decode(data.subarray(from, end)));
    from = end + 1;
  }
  return variables;
}
