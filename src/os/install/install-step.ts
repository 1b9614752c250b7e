/** Does one step of an installation. Each is one system call that counts, so that a kill leaves it done or not done. */
import { chmodSync, linkSync, mkdirSync, renameSync, rmdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, posix } from 'node:path';
import { CURRENT, INSTALL_FOLDER, temporaryOf } from '../../core/install/install-record.ts';
import type { InstallStep } from '../../core/install/install-steps.ts';
import { divert } from './dpkg-divert.ts';
import { inRoot } from '../file/in-root.ts';
import { placeInRoot } from './install-paths.ts';
import { copyProgram, type NodeChoice } from './install-program.ts';
import { removeInstallRecord, writeInstallRecord } from './install-record-file.ts';
import { listFolder } from '../file/list-folder.ts';
import { makeFolder } from '../file/make-folder.ts';
import { errorCode } from '../os-error.ts';
import { syncFileSystem } from '../file/sync-files.ts';

const NEW_PROGRAM = '.new';

export interface StepContext {
  readonly root: string;
  readonly node: NodeChoice;
  /** Is asked when the program is there, before anything leads to it; it throws what is wrong. */
  readonly checkProgram: (folder: string) => void;
}

/** @throws The error of the file system, of dpkg-divert or of `checkProgram`. */
export function performStep(step: InstallStep, context: StepContext): void {
  const perform = PERFORM[step.kind] as (step: InstallStep, context: StepContext) => void;
  perform(step, context);
}

type Perform<K extends InstallStep['kind']> = (
  step: Extract<InstallStep, { readonly kind: K }>,
  context: StepContext,
) => void;

const PERFORM: { readonly [K in InstallStep['kind']]: Perform<K> } = {
  'copy-program': ({ program }, context) => copyInto(program, context),
  'make-folder': ({ path }, { root }) => {
    makeFolder(placeInRoot(root, path), 0o755);
    // The umask of who installs is not everybody's.
    chmodSync(placeInRoot(root, path), 0o755);
  },
  record: ({ record }, { root }) => writeInstallRecord(root, record),
  point: ({ program }, { root }) => placeLink(placeInRoot(root, CURRENT), program),
  divert: (step, { root }) => divert(root, 'add', step),
  undivert: (step, { root }) => divert(root, 'remove', step),
  keep: ({ path, backup }, { root }) => keepFile(placeInRoot(root, path), placeInRoot(root, backup)),
  place: ({ path, target }, { root }) => placeLink(placeInRoot(root, path), target),
  restore: ({ path, backup }, { root }) => renameSync(placeInRoot(root, backup), placeInRoot(root, path)),
  remove: ({ path }, { root }) => rmSync(placeInRoot(root, path), { force: true }),
  leave: () => undefined,
  'drop-programs': ({ but }, { root }) => dropPrograms(root, but),
  'remove-programs': (_step, { root }) => dropPrograms(root, undefined),
  'remove-record': (_step, { root }) => removeInstallRecord(root),
  'remove-folder': ({ path }, { root }) => removeIfEmpty(placeInRoot(root, path)),
};

function copyInto(program: string, { root, node, checkProgram }: StepContext): void {
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
