/** Starts the init process, as PID 1 or in a folder: finds out which place it is, and refuses what cannot work. */
import type { Place } from '../core/machine-types.ts';
import type { RunLevel } from '../core/runlevel.ts';
import { isFolder } from '../os/is-folder.ts';
import { takeInitLock } from '../os/init-lock.ts';
import { isFirstPidNamespace } from '../os/procfs.ts';
import { appletsDir, programVersion } from '../os/program.ts';
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
}

const EXIT_REFUSED = 1;

/** @returns The exit status of init; never on a machine. */
export async function bootSystem(options: BootOptions, io: AppletIo): Promise<number> {
  const place = findPlace();
  const main = await findMain(options, place, io);
  const refusal = main?.kind === 'refused' ? main.why : refuse(options.root, place);
  if (refusal !== undefined) {
    io.err(`${io.name}: ${refusal}\n`);
    return EXIT_REFUSED;
  }
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
    ...(place === 'folder' && { onReady: (level) => io.err(introduce(options.root, level)) }),
  });
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

function refuse(root: string, place: Place): string | undefined {
  if (place === 'folder' && root === '/') {
    return 'cannot boot "/": this is not PID 1; name a folder with --root DIR or RCINIT_ROOT';
  }
  if (!isFolder(root))
    return `cannot boot "${root}": no such folder; --root names the folder that holds etc/inittab`;
  if (takeInitLock(root) === 'held') {
    return `cannot boot "${root}": an init runs there already; rcinit status --root "${root}" shows it`;
  }
  return undefined;
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
