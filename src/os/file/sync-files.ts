/** Making sure that files are on the disk before something starts to depend on them. */
import { closeSync, openSync } from 'node:fs';
import { declareLibc, ffiProblem } from '../libc/ffi.ts';

const syncfs = declareLibc('syncfs', 'int');

/** Waits until the file system that holds the folder is written. Without FFI it is left to the kernel. */
export function syncFileSystem(folder: string): void {
  if (ffiProblem() !== undefined) return;
  const fd = openSync(folder, 'r');
  try {
    syncfs(fd);
  } finally {
    closeSync(fd);
  }
}
