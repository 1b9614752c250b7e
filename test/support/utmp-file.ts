/** Records of utmp and wtmp files, byte by byte. */

const BYTES = 384;
const RUN_LVL = 1;

export interface UtmpFields {
  readonly type: number;
  readonly pid?: number;
  readonly line?: string;
  readonly id?: string;
  readonly user?: string;
  readonly host?: string;
}

/** @see utmp(5); offsets of 64-bit Linux */
export function utmpRecord({ type, pid = 0, line = '', id = '', user = '', host = '' }: UtmpFields): Buffer {
  const bytes = Buffer.alloc(BYTES);
  bytes.writeInt16LE(type, 0);
  bytes.writeInt32LE(pid, 4);
  bytes.write(line, 8, 32, 'latin1');
  bytes.write(id, 40, 4, 'latin1');
  bytes.write(user, 44, 32, 'latin1');
  bytes.write(host, 76, 256, 'latin1');
  return bytes;
}

/** What init writes when it enters a level. */
export function levelRecord(previous: string, level: string): Buffer {
  const pid = level.charCodeAt(0) + 256 * previous.charCodeAt(0);
  return utmpRecord({ type: RUN_LVL, pid, id: '~~', user: 'runlevel', line: '~' });
}
