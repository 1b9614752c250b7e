/**
 * Records of utmp and wtmp files: `struct utmp` of Linux, 384 bytes a record on every 64-bit architecture.
 * @see utmp(5)
 */
import { LITTLE_ENDIAN } from './byte-order.ts';

export const UTMP_BYTES = 384;

/** What a record is about. The file may hold other numbers too. */
export const UTMP_TYPES = {
  RUN_LVL: 1,
  BOOT_TIME: 2,
  INIT_PROCESS: 5,
  LOGIN_PROCESS: 6,
  USER_PROCESS: 7,
  DEAD_PROCESS: 8,
} as const;

/** One record. Fields that init, login programs and `shutdown` never set are not kept: exit, session, address. */
export interface UtmpRecord {
  /** One of `UTMP_TYPES`, or any other number. */
  readonly type: number;
  readonly pid: number;
  /** The terminal without `/dev/`, at most 32 bytes. */
  readonly line: string;
  /** At most 4 bytes: an inittab id, `~~`, or the end of a terminal's name. */
  readonly id: string;
  /** At most 32 bytes. */
  readonly user: string;
  /** Where the user comes from; of init's own records in wtmp the kernel release. At most 256 bytes. */
  readonly host: string;
  /** Since 1970-01-01 UTC. The field has 32 bits, read without a sign: it lasts until 2106. */
  readonly seconds: number;
  readonly micros: number;
}

const TYPE_AT = 0;
const PID_AT = 4;
const LINE: Field = { at: 8, bytes: 32 };
const ID: Field = { at: 40, bytes: 4 };
const USER: Field = { at: 44, bytes: 32 };
const HOST: Field = { at: 76, bytes: 256 };
const SECONDS_AT = 340;
const MICROS_AT = 344;

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
const ENCODER = new TextEncoder();

interface Field {
  readonly at: number;
  readonly bytes: number;
}

/** The 384 bytes of a record. Texts that are too long are cut, as strncpy(3) does; what is not in it is zero. */
export function encodeUtmp(record: UtmpRecord): Uint8Array {
  const bytes = new Uint8Array(UTMP_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt16(TYPE_AT, record.type, LITTLE_ENDIAN);
  view.setInt32(PID_AT, record.pid, LITTLE_ENDIAN);
  putText(bytes, LINE, record.line);
  putText(bytes, ID, record.id);
  putText(bytes, USER, record.user);
  putText(bytes, HOST, record.host);
  view.setUint32(SECONDS_AT, record.seconds, LITTLE_ENDIAN);
  view.setInt32(MICROS_AT, record.micros, LITTLE_ENDIAN);
  return bytes;
}

/** All records of a file, in order. A record that was cut off at the end does not count. */
export function decodeUtmp(bytes: Uint8Array): readonly UtmpRecord[] {
  const count = Math.floor(bytes.length / UTMP_BYTES);
  return Array.from({ length: count }, (_, index) =>
    decodeRecord(bytes.subarray(index * UTMP_BYTES, (index + 1) * UTMP_BYTES)),
  );
}

function decodeRecord(bytes: Uint8Array): UtmpRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    type: view.getInt16(TYPE_AT, LITTLE_ENDIAN),
    pid: view.getInt32(PID_AT, LITTLE_ENDIAN),
    line: getText(bytes, LINE),
    id: getText(bytes, ID),
    user: getText(bytes, USER),
    host: getText(bytes, HOST),
    seconds: view.getUint32(SECONDS_AT, LITTLE_ENDIAN),
    micros: view.getInt32(MICROS_AT, LITTLE_ENDIAN),
  };
}

function putText(bytes: Uint8Array, { at, bytes: room }: Field, text: string): void {
  if (text !== '') bytes.set(ENCODER.encode(text).subarray(0, room), at);
}

/** A text that fills its field has no NUL behind it. */
function getText(bytes: Uint8Array, { at, bytes: room }: Field): string {
  const field = bytes.subarray(at, at + room);
  const end = field.indexOf(0);
  return end === 0 ? '' : DECODER.decode(end < 0 ? field : field.subarray(0, end));
}

/**
 * Where pututline(3) puts a record: the index of the first one it replaces, or -1 if it comes at the end.
 * Processes go by id, or by line where either has no id; everything else by type.
 */
export function findReplaced(
  records: readonly UtmpRecord[],
  record: Pick<UtmpRecord, 'type' | 'id' | 'line'>,
): number {
  if (!isOfProcess(record)) return records.findIndex(({ type }) => type === record.type);
  const { id, line } = decodeRecord(encodeUtmp({ ...BLANK, id: record.id, line: record.line }));
  return records.findIndex((known) => {
    if (!isOfProcess(known)) return false;
    return known.id !== '' && id !== '' ? known.id === id : known.line === line;
  });
}

const BLANK: UtmpRecord = { type: 0, pid: 0, line: '', id: '', user: '', host: '', seconds: 0, micros: 0 };

function isOfProcess({ type }: Pick<UtmpRecord, 'type'>): boolean {
  return type >= UTMP_TYPES.INIT_PROCESS && type <= UTMP_TYPES.DEAD_PROCESS;
}

/**
 * The first run level record of a utmp file, as runlevel(8) reads it.
 * @returns Undefined if there is none. `previous` is `N` where the record has none.
 */
export function firstRunLevel(
  bytes: Uint8Array,
): { readonly level: string; readonly previous: string } | undefined {
  const record = decodeUtmp(bytes).find(({ type }) => type === UTMP_TYPES.RUN_LVL);
  if (record === undefined) return undefined;
  const previous = (record.pid >> 8) & 0xff;
  return {
    level: String.fromCharCode(record.pid & 0xff),
    previous: previous === 0 ? 'N' : String.fromCharCode(previous),
  };
}

/** The `pid` of a run level record. */
export function runLevelPid(level: string, previous: string): number {
  return level.charCodeAt(0) + 256 * previous.charCodeAt(0);
}
