/** Starts the init process, as PID 1 or in a folder: finds out which place it is, and refuses what cannot work. */
import type { Place } from '../core/engine/machine-types.ts';
import type { RunLevel } from '../core/runlevel.ts';
import { decodeState } from '../core/engine/state-stream-reader.ts';
import type { InitOptions } from '../init/main.ts';
import { monotonicNow } from '../os/clock.ts';
import { takeHandedState } from '../os/pid1/handed-state.ts';
import { isFolder } from '../os/file/is-folder.ts';
import { takeInitLock } from '../os/pid1/init-lock.ts';
import { isFirstPidNamespace } from '../os/process/procfs.ts';
import { appletsDir, programVersion } from '../os/program.ts';
import { standBy } from '../os/pid1/stand-by.ts';
import type { AppletIo } from './applet.ts';
import type { MainProcess } from './main-process.ts';

export interface BootOptions {
  readonly root: string;
  readonly wantedLevel: RunLevel | undefined;
  readonly emergency?: boolean;
  /** `-a`: programs are told that nobody sits at the console. */
  readonly autoboot?: boolean;
  /** `--main`, before RCINIT_MAIN: the entry or script with whose end everything ends. */
  readonly main?: string | undefined;
  /** Arguments that make this program an init again, after a re-exec. */
  readonly again: readonly string[];
}

const EXIT_REFUSED = 1;

/** @returns The exit status of init; never on a machine. */
export async function bootSystem(options: BootOptions, io: AppletIo): Promise<number> {
  const place = findPlace();
  let handed: Handed | undefined;
  let ended: number | Refusal;
  try {
    handed = takeHanded();
    ended = await bootIn(place, options, handed, io);
  } catch (error) {
    if (place !== 'machine' && handed === undefined) throw error;
    ended = { refused: error instanceof Error ? error.message : String(error) };
  }
  if (typeof ended === 'number') return ended;
  // A kernel does not survive the end of its init, and what runs already does not survive that of a container's.
  if (place === 'machine' || handed !== undefined)
    return standBy({ why: ended.refused, place, env: io.env, stream: handed?.stream });
  io.err(`${io.name}: ${ended.refused}\n`);
  return EXIT_REFUSED;
}

interface Refusal {
  readonly refused: string;
}

async function bootIn(
  place: Place,
  options: BootOptions,
  handed: Handed | undefined,
  io: AppletIo,
): Promise<number | Refusal> {
  const main = await findMain(options, place, io);
  // What runs already is not refused: it would be left without an init.
  const wrong = handed === undefined ? (whyNot(main) ?? refuse(options.root, place)) : undefined;
  if (wrong !== undefined) return { refused: wrong };
  const lock = takeInitLock(options.root, handed?.lockFd);
  if (handed === undefined && lock.kind === 'held') return { refused: alreadyRuns(options.root) };
  const { runInit } = await import('../init/main.ts');
  return runInit({
    root: options.root,
    place,
    wantedLevel: options.wantedLevel,
    emergency: options.emergency ?? false,
    env: {
      ...io.env,
      ...(options.autoboot === true && { AUTOBOOT: 'YES' }),
      // It is said to us, not to an init that one of our programs may start.
      RCINIT_MAIN: undefined,
    },
    version: programVersion(),
    ...(main !== undefined && main.kind !== 'refused' && { main }),
    again: options.again,
    ...(place === 'folder' && {
      ...(lock.kind === 'taken' && { lockFd: lock.fd }),
      onReady: (level) => io.err(introduce(options.root, level)),
    }),
    ...(handed !== undefined && { handed }),
  });
}

type Handed = NonNullable<InitOptions['handed']> & {
  readonly stream: Uint8Array;
  readonly lockFd: number | undefined;
};

/** To be called before anything is opened. */
function takeHanded(): Handed | undefined {
  const handed = takeHandedState();
  if (handed === undefined) return undefined;
  const state = decodeState(handed.stream, monotonicNow());
  const lockFd = state.kind === 'usable' ? state.saved.facts.lockFd : undefined;
  return { ...handed, state, lockFd };
}

/** Without /proc nobody knows the namespace; then it is a kernel that started us, before anything was mounted. */
function findPlace(): Place {
  if (process.pid !== 1) return 'folder';
  return isFirstPidNamespace() === false ? 'container' : 'machine';
}

/** A machine does not end with a program: there PID 1 must not refuse anything, so it says what it leaves out. */
async function findMain(
  { root, main = '' }: BootOptions,
  place: Place,
  io: AppletIo,
): Promise<MainProcess | undefined> {
  const name = main === '' ? (io.env['RCINIT_MAIN'] ?? '') : main;
  if (name === '' || !isFolder(root) || (place === 'folder' && root === '/')) return undefined;
  if (place === 'machine') {
    io.err(`${io.name}: ignoring --main "${name}": a machine ends by shutdown only\n`);
    return undefined;
  }
  const { findMainProcess } = await import('./main-process.ts');
  const found = findMainProcess(root, name);
  return found.kind === 'refused'
    ? { kind: 'refused', why: `cannot boot with "${name}" as the main process: ${found.why}` }
    : found;
}

function whyNot(main: MainProcess | undefined): string | undefined {
  return main?.kind === 'refused' ? main.why : undefined;
}

function refuse(root: string, place: Place): string | undefined {
  if (place === 'folder' && root === '/') {
    return 'cannot boot "/": this is not PID 1; name a folder with --root DIR or RCINIT_ROOT';
  }
  if (!isFolder(root))
    return `cannot boot "${root}": no such folder; --root names the folder that holds etc/inittab`;
  return undefined;
}

function alreadyRuns(root: string): string {
  return `cannot boot "${root}": an init runs there already; rcinit status --root "${root}" shows it`;
}

function introduce(root: string, level: RunLevel): string {
  return [
    '',
    `rcinit: level ${level} reached. In another terminal:`,
    `  export RCINIT_ROOT='${root}' PATH='${appletsDir()}':"$PATH"`,
    '  rcinit status            what runs, and why the rest does not',
    '  service --status-all     every init script',
    '  telinit 2                another level',
    'Ctrl-C here stops everything in order.',
    '',
    '',
  ].join('\n');
}
