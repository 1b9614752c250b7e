/**
 * Starts programs through posix_spawn(3). Node forks: it copies the page tables of a process of 50 MB for each child,
 * which costs as much as a short script. For those who start many, or must start one soon.
 */
import type { ExitStatus, Pid } from '../core/units.ts';
import { declareLibc, errnoName, libcError } from './ffi.ts';
import { reapPid } from './libc.ts';
import { keepBlocking } from './libc-terminal.ts';

export interface PosixCall {
  /** Not searched for; a relative one begins at `cwd`. */
  readonly path: string;
  /** With the program's own name as the first. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ownSession: boolean;
  /** What becomes 0, 1 and 2: these very three, or others above them. All else has to be close-on-exec. */
  readonly stdio: readonly [number, number, number];
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

/** Starts the program as `startByPosix` does, and reaps it. */
export function posixSpawn(call: PosixCall): PosixChild {
  const pid = startByPosix(call);
  return { pid, ended: awaitEnd(pid) };
}

/**
 * With our umask; in our process group, or as leader of a session and group of its own; signals at default.
 * libuv does not know of it, so the caller has to reap it.
 * @throws {OsError} With the code of exec, or ENOSYS where there is no FFI; another error where libc is too old.
 */
export function startByPosix({ path, argv, cwd, env, ownSession, stdio }: PosixCall): Pid {
  const pairs = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  // libc would take what stands before it.
  if ([path, cwd, ...argv, ...pairs].some((text) => text.includes('\0')))
    throw libcError('posix_spawn', 'EINVAL');
  const actions = Buffer.alloc(ACTIONS_BYTES);
  const attributes = Buffer.alloc(ATTRIBUTES_BYTES);
  const pid = Buffer.alloc(4);
  initActions(actions);
  try {
    // Node keeps even these three from its children; onto itself, dup2 makes it open again.
    for (const [onto, fd] of stdio.entries()) {
      keepBlocking(fd);
      addDup2(actions, fd, onto);
    }
    addChdir(actions, cwd);
    initAttributes(attributes);
    setFlags(attributes, SETSIGDEF | SETSIGMASK | (ownSession ? SETSID : 0));
    setDefaultSignals(attributes, Buffer.alloc(SIGSET_BYTES, 0xff));
    setMask(attributes, Buffer.alloc(SIGSET_BYTES));
    const errno = posixSpawnCall(pid, path, actions, attributes, [...argv, null], [...pairs, null]);
    if (errno !== 0) throw libcError('posix_spawn', errnoName(errno));
  } finally {
    destroyActions(actions);
  }
  return pid.readInt32LE(0);
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
