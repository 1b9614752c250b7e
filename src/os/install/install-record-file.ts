/** The record of an installation in its root, and the lock that lets one run at a time change it. */
import { closeSync, openSync, rmSync } from 'node:fs';
import {
  formatInstallRecord,
  INSTALL_RECORD,
  parseInstallRecord,
  RECORD_FOLDER,
  type InstallRecord,
} from '../../core/install/install-record.ts';
import { writeFileAtomicSync } from '../file/atomic-file.ts';
import { inRoot } from '../file/in-root.ts';
import { ffiProblem, flock } from '../libc/libc.ts';
import { listFolder } from '../file/list-folder.ts';
import { makeFolder } from '../file/make-folder.ts';
import { readTextIfAny } from '../file/text-file.ts';

/** @returns `unreadable` if there is a record that is none of ours. */
export function readInstallRecord(root: string): InstallRecord | 'unreadable' | undefined {
  const text = readTextIfAny(root, INSTALL_RECORD);
  return text === undefined ? undefined : (parseInstallRecord(text) ?? 'unreadable');
}

export function writeInstallRecord(root: string, record: InstallRecord): void {
  makeFolder(inRoot(root, RECORD_FOLDER), 0o755);
  writeFileAtomicSync(inRoot(root, INSTALL_RECORD), formatInstallRecord(record), 0o644, { sync: true });
}

export function removeInstallRecord(root: string): void {
  rmSync(inRoot(root, INSTALL_RECORD), { force: true });
}

/** What a run left behind that was killed while it wrote. */
function removeUnfinishedRecords(root: string): void {
  for (const name of listFolder(root, RECORD_FOLDER).filter((one) => one.startsWith('.installed.json.')))
    rmSync(inRoot(root, `${RECORD_FOLDER}/${name}`, 'keep'), { force: true });
}

/**
 * Locks the root, a folder that is there before and after, and clears what a killed run left of its record. Without FFI
 * nothing is locked.
 * @returns What gives the lock back, or undefined if another holds it.
 */
export function lockInstall(root: string): (() => void) | undefined {
  if (ffiProblem() !== undefined) return () => undefined;
  const fd = openSync(root, 'r');
  if (flock(fd, 'exclusive', { wait: false })) {
    removeUnfinishedRecords(root);
    return () => closeSync(fd);
  }
  closeSync(fd);
  return undefined;
}
