/**
 * Starts programs through posix_spawn(3). Node forks: it copies the page tables of a process of 50 MB for each child,
 * which costs as much as a short script. Only for children on our own standard streams, one after the other.
 */
import { closeSync } from 'node:fs';
import type { ExitStatus, Millis, Pid } from '../core/units.ts';
import { declareLibc, errnoName, libcError } from './ffi.ts';
import { makeBlocking, pidfdOpen, reapPid } from './libc.ts';
import { pollReadable } from './libc-process.ts';

export interface PosixCall {
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ownSession: boolean;
}

/** More than the two types take in any libc. */
const ACTIONS_BYTES = 512;
const ATTRIBUTES_BYTES = 1_024;
const SIGSET_BYTES = 128;
const SETSIGDEF = 0x04;
const SETSIGMASK = 0x08;
const SETSID = 0x80;
const STREAMS = [0, 1, 2] as const;
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
interface Preparation {
  readonly cwd: string;
  readonly env: PosixCall['env'];
  readonly ownSession: boolean;
  readonly actions: Buffer;
  readonly attributes: Buffer;
  readonly environment: readonly (string | null)[];
}

let lastPreparation: Preparation | undefined;

/**
 * Our umask, standard streams and process group; signals at default.
 * @throws {OsError} With the code of exec, or ENOSYS where there is no FFI.
 */
export function posixSpawn(call: PosixCall): Pid {
  const { actions, attributes, environment } = prepare(call);
  // As Node does: what the program before it left non-blocking would cut short what this one writes.
  for (const fd of STREAMS) makeBlocking(fd);
  const pid = Buffer.alloc(4);
  const argv = [call.path, ...call.args, null];
  const errno = posixSpawnCall(pid, call.path, actions, attributes, argv, environment);
  if (errno !== 0) throw libcError('posix_spawn', errnoName(errno));
  return pid.readInt32LE(0);
}

function prepare({ cwd, env, ownSession }: PosixCall): Preparation {
  const last = lastPreparation;
  if (last?.cwd === cwd && last.env === env && last.ownSession === ownSession) return last;
  const actions = Buffer.alloc(ACTIONS_BYTES);
  initActions(actions);
  // Node keeps even these three from its children; onto itself, dup2 makes it open again.
  for (const fd of STREAMS) addDup2(actions, fd, fd);
  addChdir(actions, cwd);
  const attributes = Buffer.alloc(ATTRIBUTES_BYTES);
  initAttributes(attributes);
  setFlags(attributes, SETSIGDEF | SETSIGMASK | (ownSession ? SETSID : 0));
  setDefaultSignals(attributes, Buffer.alloc(SIGSET_BYTES, 0xff));
  setMask(attributes, Buffer.alloc(SIGSET_BYTES));
  const pairs = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  if (last !== undefined) destroyActions(last.actions);
  lastPreparation = { cwd, env, ownSession, actions, attributes, environment: [...pairs, null] };
  return lastPreparation;
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
