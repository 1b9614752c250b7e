/** The limit of open files that init's children inherit: Node has raised the soft one to the hard one before we run. */
import type { Place } from '../../core/engine/machine-types.ts';
import { inheritedOpenFilesLimit } from './inherited.ts';
import { hardOpenFilesLimit, setOpenFilesLimit } from '../libc/libc-process.ts';

/** What a kernel gives its first process (INR_OPEN_CUR). */
const KERNEL_SOFT_LIMIT = 1024n;

/**
 * Sets the soft limit back to what init was started with, as far as that can be known: a machine's is the kernel's, a
 * folder's that of the parent. A container's stays raised, because nothing tells what it was.
 * Daemons that close all they might have open, or use select(2), must not get a million.
 * @throws {OsError} ENOSYS without FFI.
 */
export function restoreOpenFilesLimit(place: Place): void {
  if (place === 'container') return;
  const limit =
    place === 'folder' ? inheritedOpenFilesLimit() : { soft: KERNEL_SOFT_LIMIT, hard: hardOpenFilesLimit() };
  if (limit !== undefined && limit.soft < limit.hard) setOpenFilesLimit(limit.soft, limit.hard);
}
