/** Reads the inittab and the `.tab` files of a system root, whatever stands in their place. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { autoconsoles, KERNEL_COMMAND_LINE } from '../../core/inittab/inittab-autocon.ts';
import { MAX_INITTAB_BYTES, type InittabFile } from '../../core/inittab/inittab-file.ts';
import { INITTAB, INITTAB_DIR } from '../../core/system-paths.ts';
import { inRoot } from '../file/in-root.ts';
import { errorCode } from '../os-error.ts';
import { readTextIfAny } from '../file/text-file.ts';

/** `.tab` alone is no name. */
const MIN_TAB_NAME_LENGTH = 5;
const CHUNK_BYTES = 65_536;

/**
 * Reads everything the table is made of: the inittab, then `/etc/inittab.d/*.tab` sorted by name.
 * Never throws and never blocks; what cannot be read has its `error`. A missing `inittab.d` is no error.
 */
export function readInittabFiles(root: string): readonly InittabFile[] {
  return [readOne(root, INITTAB), ...readTabFiles(root)];
}

/** The same for a machine, whose kernel may have been told to have a getty on each of its consoles. */
export function readMachineInittab(): readonly InittabFile[] {
  const consoles = autoconsoles(readTextIfAny('/', KERNEL_COMMAND_LINE) ?? '');
  return [...readInittabFiles('/'), ...(consoles === undefined ? [] : [consoles])];
}

function readTabFiles(root: string): readonly InittabFile[] {
  try {
    return readdirSync(inRoot(root, INITTAB_DIR))
      .filter((name) => name.length >= MIN_TAB_NAME_LENGTH && name.endsWith('.tab'))
      .sort()
      .map((name) => readOne(root, `${INITTAB_DIR}/${name}`));
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' ? [] : [{ path: INITTAB_DIR, text: '', error: code }];
  }
}

function readOne(root: string, path: string): InittabFile {
  let fd: number | undefined;
  try {
    // A fifo in its place would block PID 1 for ever.
    fd = openSync(inRoot(root, path), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const stats = fstatSync(fd);
    if (stats.isDirectory()) return { path, text: '', error: 'EISDIR' };
    if (!stats.isFile()) return { path, text: '', error: 'EINVAL' };
    return { path, ...readLimited(fd) };
  } catch (error) {
    return { path, text: '', error: errorCode(error) };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Of a file over the limit the whole lines within it. */
function readLimited(fd: number): { readonly text: string; readonly error?: string } {
  const chunks: Buffer[] = [];
  let size = 0;
  while (size <= MAX_INITTAB_BYTES) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = readSync(fd, chunk);
    if (length === 0) return { text: Buffer.concat(chunks).toString('utf8') };
    chunks.push(chunk.subarray(0, length));
    size += length;
  }
  const head = Buffer.concat(chunks).subarray(0, MAX_INITTAB_BYTES);
  return { text: head.subarray(0, head.lastIndexOf('\n') + 1).toString('utf8'), error: 'EFBIG' };
}
