/** Keeps what is only ours from the programs we start: descriptors of our caller, and the limit that Node has raised. */
import { inheritedOpenFilesLimit } from './inherited.ts';
import { closeOnExecFrom, ffiProblem } from '../libc/libc.ts';
import { setOpenFilesLimit } from '../libc/libc-process.ts';
import { OsError } from '../os-error.ts';

const FIRST = 3;

/** Where there is no FFI, or an old kernel, everything stays as it is. */
export function shedInheritance(): void {
  if (ffiProblem() !== undefined) return;
  const limit = inheritedOpenFilesLimit();
  try {
    if (limit !== undefined) setOpenFilesLimit(limit.soft, limit.hard);
    closeOnExecFrom(FIRST);
  } catch (error) {
    if (!(error instanceof OsError)) throw error;
  }
}
