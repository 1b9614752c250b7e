/** What a change of the link farm asks of the file system, and nothing else: tests fail and kill it at each call. */
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { errorCode } from '../os-error.ts';

const { O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

/** Paths of the machine. All but the three that look throw the error of their system call. */
export interface FarmOps {
  readonly makeDir: (path: string) => void;
  /** Like `remove`: what is not there is no error. */
  readonly removeDir: (path: string) => void;
  readonly makeLink: (target: string, path: string) => void;
  readonly rename: (from: string, to: string) => void;
  readonly remove: (path: string) => void;
  /** Writes the file in place and waits for the disk. */
  readonly write: (path: string, text: string, mode: number) => void;
  /** Waits until the names in the folder are on the disk, where that can be asked. */
  readonly syncDir: (path: string) => void;
  /** What the link says; undefined where no link is. */
  readonly target: (path: string) => string | undefined;
  /** The text; undefined where no file is that can be read. */
  readonly text: (path: string) => string | undefined;
}

const DIR_MODE = 0o755;

export const FARM_OPS: FarmOps = {
  makeDir: (path) => mkdirSync(path, { mode: DIR_MODE }),
  removeDir: (path) => ifThere(path, () => rmdirSync(path)),
  makeLink: (target, path) => symlinkSync(target, path),
  rename: (from, to) => renameSync(from, to),
  remove: (path) => ifThere(path, () => unlinkSync(path)),
  write: writeDurably,
  syncDir,
  target: (path) => orUndefined(() => readlinkSync(path)),
  text: (path) => orUndefined(() => readFileSync(path, 'utf8')),
};

function writeDurably(path: string, text: string, mode: number): void {
  const fd = openSync(path, O_CREAT | O_NOFOLLOW | O_TRUNC | O_WRONLY, 0o600);
  try {
    for (let rest = Buffer.from(text); rest.length > 0;) rest = rest.subarray(writeSync(fd, rest));
    fchmodSync(fd, mode);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function syncDir(path: string): void {
  const fd = openSync(path, O_DIRECTORY | O_RDONLY);
  try {
    fsyncSync(fd);
  } catch (error) {
    // Some file systems have no way to do that; then there is nothing to wait for.
    if (!['EINVAL', 'ENOTSUP', 'ENOSYS', 'EBADF'].includes(errorCode(error))) throw error;
  } finally {
    closeSync(fd);
  }
}

/** On a read-only file system the kernel says so even of what is not there. */
function ifThere(path: string, work: () => void): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) work();
}

function orUndefined(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
