/** Which Node the installed commands are run by, and whether it can. */
import { basename, posix } from 'node:path';
import { INSTALL_FOLDER } from '../../core/install/install-record.ts';
import { isExecutable } from '../../os/install/install-paths.ts';
import { COPIED_NODE, programName, type NodeChoice } from '../../os/install/install-program.ts';
import { OsError } from '../../os/os-error.ts';
import { tryNode } from '../../os/process/try-node.ts';

export interface ChosenNode extends NodeChoice {
  /** Name of the program's folder with this Node. */
  readonly program: string;
}

/** `engines` in the package's description. */
const OLDEST: readonly [major: number, minor: number] = [20, 19];

export function chooseNode(option: string | undefined, isCopied: boolean): ChosenNode {
  if (!isCopied) {
    const path = option ?? process.execPath;
    return { path, program: programName(path) };
  }
  const from = option ?? process.execPath;
  const program = programName(`a copy of ${from} ${process.version}`);
  return { path: posix.join(INSTALL_FOLDER, program, COPIED_NODE), copyFrom: from, program };
}

/** What speaks against a Node before anything is done. */
export function refuseNode(root: string, node: NodeChoice): string | undefined {
  const { path, copyFrom } = node;
  if (!posix.isAbsolute(copyFrom ?? path)) return `--node ${path} is no absolute path`;
  if (copyFrom !== undefined)
    return isExecutable('/', copyFrom)
      ? undefined
      : `there is no Node at ${copyFrom}; name one with --node PATH`;
  if (isExecutable(root, path)) return undefined;
  return root === '/'
    ? `there is no Node at ${path}; name one with --node PATH`
    : `there is no Node at ${path} in there; name one with --node PATH, or copy this one with --copy-node`;
}

/**
 * Runs the program's Node in the root.
 * @param folder The program inside the root.
 * @throws {OsError} With the reason, if it cannot do what init needs.
 */
export function checkNode(root: string, folder: string, node: NodeChoice): void {
  const path = node.copyFrom === undefined ? node.path : posix.join(folder, COPIED_NODE);
  const trial = tryNode(root, path, posix.join(folder, 'node_modules/koffi'));
  const name = node.copyFrom === undefined ? path : `a copy of ${node.copyFrom}`;
  const fail = (reason: string): never => {
    throw new OsError(reason, { code: 'ENOEXEC', syscall: 'execve', path });
  };
  if (trial.kind === 'fails')
    fail(`${name} does not run there: ${withoutTemporary(trial.reason, path, node)}`);
  else if (!isRecent(trial.version))
    fail(`${name} is Node ${trial.version}, and ${OLDEST.join('.')} or newer is needed`);
  else if (trial.ffiProblem !== undefined)
    fail(`${name} cannot load koffi, and init needs it: ${trial.ffiProblem}`);
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** The copy is where it is for the moment only. */
function withoutTemporary(reason: string, path: string, { copyFrom }: NodeChoice): string {
  return copyFrom === undefined ? reason : reason.replace(`${path}: `, '').replace(path, basename(copyFrom));
}
