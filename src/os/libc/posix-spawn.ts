/**
 * Starts programs through posix_spawn(3). Node forks: it copies the page tables of a process of 50 MB for each child,
 * which costs as much as a short script. For those who start many, or must start one soon.
 */
import { closeSync } from 'node:fs';
import type { ExitStatus, Millis, Pid } from '../../core/units.ts';
import { declareLibc, errnoName, libcError } from './ffi.ts';
import { pidfdOpen, reapPid } from './libc.ts';
import { pollReadable } from './libc-process.ts';
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

/** More than the two types take in any libc. */
const ACTIONS_BYTES = 512;
const ATTRIBUTES_BYTES = 1_024;
const SIGSET_BYTES = 128;
const SETSIGDEF = 0x04;
const SETSIGMASK = 0x08;
const SETSID = 0x80;
/** Longer than a short script takes, and shorter than anybody notices who waits for the answer to a signal. */
const SHORT_WAIT_MS: Millis = 20;
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

/** What children have in common that are started one after the other; made once for all of them. */
interface Preparation extends Pick<PosixCall, 'cwd' | 'env' | 'ownSession' | 'stdio'> {
  readonly actions: Buffer;
  readonly attributes: Buffer;
  readonly environment: readonly string[];
}

let lastPreparation: Preparation | undefined;

/**
 * With our umask; in our process group, or as leader of a session and group of its own; signals at default.
 * libuv does not know of it, so the caller has to reap it.
 * @throws {OsError} With the code of exec, or ENOSYS where there is no FFI; another error where libc is too old.
 */
export function posixSpawn(call: PosixCall): Pid {
  const { actions, attributes, environment } = prepare(call);
  rejectNul([call.path, ...call.argv]);
  // As libuv does: what the program before it left non-blocking would cut short what this one writes.
  for (const fd of call.stdio) keepBlocking(fd);
  const pid = Buffer.alloc(4);
  const argv = [...call.argv, null];
  const errno = posixSpawnCall(pid, call.path, actions, attributes, argv, [...environment, null]);
  if (errno !== 0) throw libcError('posix_spawn', errnoName(errno));
  return pid.readInt32LE(0);
}

function prepare({ cwd, env, ownSession, stdio }: PosixCall): Preparation {
  const last = lastPreparation;
  const isSame = last?.cwd === cwd && last.env === env && last.ownSession === ownSession;
  if (isSame && stdio.every((fd, index) => fd === last.stdio[index])) return last;
  const environment = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  rejectNul([cwd, ...environment]);
  const actions = Buffer.alloc(ACTIONS_BYTES);
  initActions(actions);
  // First: an old libc has no such function.
  addChdir(actions, cwd);
  // Node keeps even the first three from its children; onto itself, dup2 makes one open again.
  for (const [onto, fd] of stdio.entries()) addDup2(actions, fd, onto);
  const attributes = Buffer.alloc(ATTRIBUTES_BYTES);
  initAttributes(attributes);
  setFlags(attributes, SETSIGDEF | SETSIGMASK | (ownSession ? SETSID : 0));
  setDefaultSignals(attributes, Buffer.alloc(SIGSET_BYTES, 0xff));
  setMask(attributes, Buffer.alloc(SIGSET_BYTES));
  if (last !== undefined) destroyActions(last.actions);
  lastPreparation = { cwd, env, ownSession, stdio, actions, attributes, environment };
  return lastPreparation;
}

/** libc would take what stands before it. */
function rejectNul(texts: readonly string[]): void {
  if (texts.some((text) => text.includes('\0'))) throw libcError('posix_spawn', 'EINVAL');
}

/**
 * Waits for a child that `posixSpawn` started. libuv reaps only what it has started, so it is ours to reap.
 * A child that ends soon is waited for on the spot, after what the caller still does at its start: to be told through the
 * event loop would cost more.
 */
export function awaitChild(pid: Pid, onEnd: (status: ExitStatus) => void): void {
  setImmediate(() => {
    const status = waitShortly(pid);
    if (status === undefined) awaitEnd(pid, onEnd);
    else onEnd(status);
  });
}

/**
 * Blocks until the child has ended, a signal came, or the time is over: poll(2), unlike waitpid(2), is not begun again
 * after a signal. What came is heard in the event loop; what another thread of Node's took, when the time is over.
 * @returns Undefined if it runs on, or cannot be waited for this way: pidfds are younger than Linux 5.3.
 */
function waitShortly(pid: Pid): ExitStatus | undefined {
  try {
    const pidfd = pidfdOpen(pid);
    try {
      if (pollReadable([pidfd], SHORT_WAIT_MS).length === 0) return undefined;
    } finally {
      closeSync(pidfd);
    }
  } catch {
    return undefined;
  }
  return reapPid(pid);
}

function awaitEnd(pid: Pid, onEnd: (status: ExitStatus) => void): void {
  const alive = setInterval(() => undefined, KEEP_ALIVE_MS);
  const look = (): void => {
    const status = reapPid(pid);
    if (status === undefined) return;
    clearInterval(alive);
    process.off('SIGCHLD', look);
    onEnd(status);
  };
  process.on('SIGCHLD', look);
  look();
}
