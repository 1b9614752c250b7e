/** Writes the archive that a kernel unpacks as its first root: cpio in the "newc" format. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

export type CpioEntry =
  | { readonly kind: 'folder'; readonly path: string; readonly mode: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  /** `from` is where the content is now. */
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly from: string };

/** File types of stat(2). */
const TYPE = { folder: 0o040000, link: 0o120000, file: 0o100000 } satisfies Record<CpioEntry['kind'], number>;
const ALIGNMENT = 4;
const TRAILER = 'TRAILER!!!';

/**
 * Writes an archive whose files all belong to root.
 * @param entries Absolute paths; a folder stands before what is in it.
 * @see the kernel's Documentation/driver-api/early-userspace/buffer-format.rst
 */
export function writeCpio(archive: string, entries: readonly CpioEntry[]): void {
  const fd = openSync(archive, 'w');
  try {
    for (const [index, entry] of entries.entries()) writeEntry(fd, index + 1, entry);
    writeRecord(fd, { inode: 0, mode: 0, name: TRAILER, content: Buffer.alloc(0) });
  } finally {
    closeSync(fd);
  }
}

function writeEntry(fd: number, inode: number, entry: CpioEntry): void {
  const mode = TYPE[entry.kind] | (entry.kind === 'link' ? 0o777 : entry.mode);
  writeRecord(fd, { inode, mode, name: entry.path.slice(1), content: contentOf(entry) });
}

function contentOf(entry: CpioEntry): Buffer {
  if (entry.kind === 'file') return readFileSync(entry.from);
  return Buffer.from(entry.kind === 'link' ? entry.target : '');
}

interface CpioRecord {
  readonly inode: number;
  readonly mode: number;
  readonly name: string;
  readonly content: Buffer;
}

/** Thirteen numbers in hexadecimal, then the name and the content, each filled up to a multiple of four bytes. */
function writeRecord(fd: number, { inode, mode, name, content }: CpioRecord): void {
  const nameBytes = Buffer.byteLength(name) + 1;
  const [uid, gid, links, time, major, minor, check] = [0, 0, 1, 0, 0, 0, 0];
  const fields = [
    inode,
    mode,
    uid,
    gid,
    links,
    time,
    content.length,
    major,
    minor,
    major,
    minor,
    nameBytes,
    check,
  ];
  const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
  writeAll(fd, fillUp(Buffer.from(head)));
  writeAll(fd, fillUp(content));
}

function fillUp(bytes: Buffer): Buffer {
  const missing = (ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}
