/** The bytes of utmp and wtmp in words, so that a difference can be read. */
import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';

const BYTES = 384;
const RUN_LVL = 1;

/** One line a record: every byte counts, but times and pids only as far as they are none. */
export function readUtmpRecords(path: string, from = 0): readonly string[] | 'missing' {
  if (!existsSync(path)) return 'missing';
  const bytes = readFileSync(path).subarray(from);
  const records: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES) records.push(describe(bytes.subarray(at, at + BYTES)));
  return records;
}

function describe(record: Buffer): string {
  if (record.length < BYTES) return `${record.length} stray bytes`;
  const type = record.readInt16LE(0);
  const pid = record.readInt32LE(4);
  // The pid of a level's record is two levels.
  const shownPid = type === RUN_LVL || pid === 0 ? `${pid}` : 'PID';
  const rest = Buffer.concat([record.subarray(2, 4), record.subarray(332, 340), record.subarray(348)]);
  return [
    `type ${type}`,
    `pid ${shownPid}`,
    `line "${text(record, 8, 32)}"`,
    `id "${text(record, 40, 4)}"`,
    `user "${text(record, 44, 32)}"`,
    `host "${text(record, 76, 256).replace(release(), 'RELEASE')}"`,
    record.readInt32LE(340) === 0 ? 'no time' : 'time',
    rest.every((byte) => byte === 0) ? 'rest 0' : `rest ${rest.toString('hex')}`,
  ].join(', ');
}

/** What comes after the NUL shows too, unless it is more of them. */
function text(record: Buffer, offset: number, length: number): string {
  return record.toString('latin1', offset, offset + length).replace(/\0+$/, '');
}
