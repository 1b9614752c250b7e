/** One init script on disk: reading it to look at it, and putting a better text in its place. */
import { realpathSync, readFileSync, statSync } from 'node:fs';
import { writeFileAtomicSync } from '../file/atomic-file.ts';
import { errorCode, errorText, OsError } from '../os-error.ts';

export interface ScriptFile {
  readonly text: string;
  /** For its owner. */
  readonly isExecutable: boolean;
}

const OWNER_EXECUTE = 0o100;
const PERMISSIONS = 0o7777;
/** Longer than any script; a mistake, like a disk image. */
const MAX_BYTES = 4 * 2 ** 20;

/**
 * Reads a script; nothing but a plain file is opened.
 * @param path Of the machine.
 * @throws {OsError} With `path`: ENOENT, EACCES, EISDIR, EINVAL for what is no file, EFBIG …
 */
export function readScriptFile(path: string): ScriptFile {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) throw refusal(path, 'EISDIR', 'is a directory');
    if (!stats.isFile()) throw refusal(path, 'EINVAL', 'is no plain file');
    if (stats.size > MAX_BYTES) throw refusal(path, 'EFBIG', 'is too long for a script');
    return { text: readFileSync(path, 'utf8'), isExecutable: (stats.mode & OWNER_EXECUTE) !== 0 };
  } catch (cause) {
    if (cause instanceof OsError) throw cause;
    throw refusal(path, errorCode(cause), errorText(cause), cause);
  }
}

function refusal(path: string, code: string, why: string, cause?: unknown): OsError {
  return new OsError(`cannot read "${path}": ${why}`, { code, syscall: 'open', path, cause });
}

/**
 * Replaces the text as a whole; mode and owner stay, and a link stays a link.
 * @throws {OsError} As writeFileAtomicSync.
 */
export function replaceScriptFile(path: string, text: string): void {
  const file = realpathSync(path);
  const { mode, uid, gid } = statSync(file);
  writeFileAtomicSync(file, text, mode & PERMISSIONS, { owner: { uid, gid } });
}
