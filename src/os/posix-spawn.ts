/**
 * Starts programs through posix_spawn(3). Node forks: it copies the page tables of a process of 50 MB for each child,
 * which costs as much as a short script. Only for children on our own standard streams, by those who start many.
 */
import type { ExitStatus, Pid } from '../core/units.ts';
import { declareLibc, errnoName, libcError } from './ffi.ts';
import { reapPid } from './libc.ts';

export interface PosixCall {
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ownSession: boolean;
}

export interface PosixChild {
  readonly pid: Pid;
  readonly ended: Promise<ExitStatus>;
}

/** More than the two types take in any libc. */
const ACTIONS_BYTES = 512;
const ATTRIBUTES_BYTES = 1_024;
const SIGSET_BYTES = 128;
const SETSIGDEF = 0x04;
const SETSIGMASK = 0x08;
const SETSID = 0x80;
/** Anything that keeps Node's loop alive: a signal's listener does not. */
const KEEP_ALIVE_MS = 60_000;

const posixSpawnCall = declareLibc(
  'posix_spawn',
  'void *, const char *, void *, void *, const char **, const char **',
);
const initActions = declareLibc('posix_spawn_file_actions_init', 'void *');
const addDup2 = declareLibc('posix_spawn_file_actions_adddup2', 'void *, int, int');
const addChdir = declareLibc('posix_spawn_file_actions_addchdir_np', 'void *, const char *');
const destroyActions = declareLibc('posix_spawn_file_actions_destroy', 'void *');
const initAttributes = declareLibc('posix_spawnattr_init', 'void *');
const setFlags = declareLibc('posix_spawnattr_setflags', 'void *, short');
const setDefaultSignals = declareLibc('posix_spawnattr_setsigdefault', 'void *, const void *');
const setMask = declareLibc('posix_spawnattr_setsigmask', 'void *, const void *');

/**
 * Our umask, standard streams and process group; signals at default.
 * @throws {OsError} With the code of exec, or ENOSYS where there is no FFI.
 */
export function posixSpawn({ path, args, cwd, env, ownSession }: PosixCall): PosixChild {
  const actions = Buffer.alloc(ACTIONS_BYTES);
  const attributes = Buffer.alloc(ATTRIBUTES_BYTES);
  const pid = Buffer.alloc(4);
  initActions(actions);
  // Node keeps even these three from its children; onto itself, dup2 makes it open again.
  for (const fd of [0, 1, 2]) addDup2(actions, fd, fd);
  addChdir(actions, cwd);
  initAttributes(attributes);
  setFlags(attributes, SETSIGDEF | SETSIGMASK | (ownSession ? SETSID : 0));
  setDefaultSignals(attributes, Buffer.alloc(SIGSET_BYTES, 0xff));
  setMask(attributes, Buffer.alloc(SIGSET_BYTES));
  const pairs = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  const errno = posixSpawnCall(pid, path, actions, attributes, [path, ...args, null], [...pairs, null]);
  destroyActions(actions);
  if (errno !== 0) throw libcError('posix_spawn', errnoName(errno));
  const child = pid.readInt32LE(0);
  return { pid: child, ended: awaitEnd(child) };
}

/** libuv reaps only what it has started, so the child is ours to reap. */
function awaitEnd(pid: Pid): Promise<ExitStatus> {
  return new Promise((resolve) => {
    const alive = setInterval(() => undefined, KEEP_ALIVE_MS);
    const look = (): void => {
      const status = reapPid(pid);
      if (status === undefined) return;
      clearInterval(alive);
      process.off('SIGCHLD', look);
      resolve(status);
    };
    process.on('SIGCHLD', look);
    look();
  });
}
