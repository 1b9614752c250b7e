/** Does one step of an installation. Each is one system call that counts, so that a kill leaves it done or not done. */
import { chmodSync, linkSync, mkdirSync, renameSync, rmdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, posix } from 'node:path';
import { assertNever } from '../core/errors.ts';
import { CURRENT, INSTALL_FOLDER, temporaryOf } from '../core/install-record.ts';
import type { InstallStep } from '../core/install-steps.ts';
import { divert } from './dpkg-divert.ts';
import { inRoot } from './in-root.ts';
import { placeInRoot } from './install-paths.ts';
import { copyProgram, type NodeChoice } from './install-program.ts';
import { removeInstallRecord, writeInstallRecord } from './install-record-file.ts';
import { listFolder } from './list-folder.ts';
import { makeFolder } from './make-folder.ts';
import { errorCode } from './os-error.ts';
import { syncFileSystem } from './sync-files.ts';

const NEW_PROGRAM = '.new';

/** @param checkProgram Is asked when the program is there, before anything leads to it; it throws what is wrong. */
export function performStep(
  root: string,
  step: InstallStep,
  node: NodeChoice,
  checkProgram: (folder: string) => void,
): void {
  const at = (path: string) => placeInRoot(root, path);
  switch (step.kind) {
    case 'copy-program':
      copyInto(root, step.program, node, checkProgram);
      return;
    case 'make-folder':
      makeFolder(at(step.path), 0o755);
      // The umask of who installs is not everybody's.
      chmodSync(at(step.path), 0o755);
      return;
    case 'record':
      writeInstallRecord(root, step.record);
      return;
    case 'point':
      placeLink(at(CURRENT), step.program);
      return;
    case 'divert':
    case 'undivert':
      divert(root, step.kind === 'divert' ? 'add' : 'remove', step);
      return;
    case 'keep':
      keepFile(at(step.path), at(step.backup));
      return;
    case 'place':
      placeLink(at(step.path), step.target);
      return;
    case 'restore':
      renameSync(at(step.backup), at(step.path));
      return;
    case 'remove':
      rmSync(at(step.path), { force: true });
      return;
    case 'leave':
      return;
    case 'drop-programs':
      dropPrograms(root, step.but);
      return;
    case 'remove-programs':
      dropPrograms(root, undefined);
      return;
    case 'remove-record':
      removeInstallRecord(root);
      return;
    case 'remove-folder':
      removeIfEmpty(at(step.path));
      return;
    default:
      assertNever(step);
  }
}

function copyInto(
  root: string,
  program: string,
  node: NodeChoice,
  checkProgram: (folder: string) => void,
): void {
  const folder = inRoot(root, INSTALL_FOLDER);
  const next = join(folder, NEW_PROGRAM);
  rmSync(next, { recursive: true, force: true });
  mkdirSync(next, { mode: 0o755 });
  chmodSync(next, 0o755);
  copyProgram(next, node);
  checkProgram(posix.join(INSTALL_FOLDER, NEW_PROGRAM));
  // Else a power failure could leave links that lead to empty files.
  syncFileSystem(folder);
  renameSync(next, join(folder, program));
}

/** There is no moment without the file: it has two names first, and then its own becomes our link's. */
function keepFile(path: string, backup: string): void {
  const temporary = temporaryOf(backup);
  rmSync(temporary, { force: true });
  try {
    linkSync(path, temporary);
    renameSync(temporary, backup);
  } catch (error) {
    // Some file systems have no hard links.
    if (!['EPERM', 'ENOSYS', 'EOPNOTSUPP', 'ENOTSUP', 'EMLINK'].includes(errorCode(error))) throw error;
    renameSync(path, backup);
  }
}

function placeLink(path: string, target: string): void {
  const temporary = temporaryOf(path);
  rmSync(temporary, { force: true });
  symlinkSync(target, temporary);
  renameSync(temporary, path);
}

/** A folder that is half removed must not be taken for a program: it loses its name first. */
function dropPrograms(root: string, but: string | undefined): void {
  const folder = inRoot(root, INSTALL_FOLDER);
  for (const name of listFolder(root, INSTALL_FOLDER)) {
    if (but !== undefined && (name === but || name === posix.basename(CURRENT))) continue;
    const gone = join(folder, name.startsWith('.') ? name : `.old-${name}`);
    if (gone !== join(folder, name)) {
      rmSync(gone, { recursive: true, force: true });
      renameSync(join(folder, name), gone);
    }
    rmSync(gone, { recursive: true, force: true });
  }
  if (but === undefined) removeIfEmpty(folder);
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EBUSY'].includes(errorCode(error))) throw error;
  }
}
