/** Starts a program as the real PID 1 of fresh namespaces, with a root of its own, and ends all of it for certain. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inRoot } from '../../src/os/file/in-root.ts';
import { ConsoleLog } from './console-log.ts';
import { keepDescriptorsToOurselves } from './descriptors.ts';
import { openPty, type Pty } from './pty.ts';
import { runInside, type RunOptions, type RunResult } from './run-inside.ts';

/** The checkout: visible inside, read-only, at its own path. */
export const CHECKOUT = realpathSync(join(import.meta.dirname, '../..'));
/** Where the build leaves the applets. */
export const APPLETS = join(CHECKOUT, 'dist/applets');

const SETUP = join(import.meta.dirname, 'enter-root.sh');
const HOST_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
/** Folders that the new root replaces by fresh ones: what the tests need from there is bound in. */
const REPLACED = ['/tmp/', '/run/', '/dev/', '/proc/'];

export interface Pid1Options {
  /** Absolute path of the init inside, and its arguments. */
  readonly argv: readonly string[];
  /** `overlay` needs root. `tree`: `layer` is the whole root, and a user namespace will do. */
  readonly kind: 'overlay' | 'tree';
  /** Folder of the test's own files; for `tree` the init writes into it. */
  readonly layer: string;
  /** Folder that the overlay shows instead of the machine; nothing of the machine is bound in then. */
  readonly lower?: string;
  /** Files and folders of the machine that the overlay hides. */
  readonly hidden?: readonly string[];
  /** `terminal`: /dev/console is one, as on a machine. `pipe`: only standard output and error, as in a container. */
  readonly console?: 'terminal' | 'pipe';
  /** Further tmpfs mounts, path to mount options. */
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly readOnly?: boolean;
  /** The init is this user's, as with USER in a Dockerfile. Needs root, for there is no user namespace then. */
  readonly uid?: number;
  /** Variables of the init, beside HOME and TERM. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Where /proc is mounted before the init starts. Elsewhere than at `/proc` our init takes itself for a machine's, since
   * nobody but a kernel starts one without it; an inittab entry has to move it.
   */
  readonly proc?: string;
  /** Called when the root stands, before PID 1 becomes the init, with what makes the machine's paths of those inside. */
  readonly onReady?: (path: Pid1['path']) => void;
}

export interface Ended {
  readonly code: number | null;
  /** `unknown`: killed, but util-linux 2.38 cannot say by which signal. */
  readonly signal: NodeJS.Signals | 'unknown' | null;
}

/** What unshare(1) of util-linux 2.38 says, exiting with 1, when its child was killed by a signal. */
const KILLED = /unshare: sigprocmask unblock failed/;

export interface Pid1 {
  /** The init's pid as the machine sees it. */
  readonly hostPid: number;
  readonly console: ConsoleLog;
  /** Types at the console; only with a terminal. */
  readonly type: (text: string) => void;
  /** Takes the terminal away for good, as a line that is cut does. */
  readonly hangUp: () => void;
  /** Runs a command inside, as an administrator would. */
  readonly run: (argv: readonly string[], options?: RunOptions) => Promise<RunResult>;
  /** Signals the init as its container manager would. */
  readonly signal: (signal: NodeJS.Signals | number) => void;
  /** How the init itself ended. */
  readonly exited: Promise<Ended>;
  /** The machine's path of a file inside; works after the end too, for files of `/` and `/run`. */
  readonly path: (inside: string) => string;
  /** Kills and removes everything; may be called more than once. */
  readonly end: () => Promise<void>;
}

/**
 * What keeps a machine from running such an init, or undefined.
 * @param kind `overlay` needs root; `tree` needs user namespaces or root.
 */
export function whyNoPid1(kind: Pid1Options['kind']): string | undefined {
  if (kind === 'overlay' && !isRoot()) return 'an overlay of the machine needs root';
  if (kind === 'tree' && !isRoot()) return probeNamespaces([...USER, ...NAMESPACES]);
  return probeNamespaces(namespaceFlags({ kind }));
}

/** A whole system's boot scripts set clocks and load modules, which belong to no namespace. */
const WITHOUT_MACHINE = ['--bounding-set', '-sys_time,-sys_module,-sys_rawio,-syslog'];
const NAMESPACES = ['--fork', '--pid', '--mount', '--net', '--uts', '--ipc'];
const USER = ['--user', '--map-root-user'];
let ownUser: boolean | undefined;

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** A user namespace keeps what runs as root inside from being root outside. Root can do without where there is none. */
function hasOwnUser(): boolean {
  return (ownUser ??= probeNamespaces([...USER, ...NAMESPACES]) === undefined);
}

function usesOwnUser({ kind, uid }: Pick<Pid1Options, 'kind' | 'uid'>): boolean {
  return kind === 'tree' && uid === undefined && hasOwnUser();
}

function namespaceFlags(options: Pick<Pid1Options, 'kind' | 'uid'>): string[] {
  return usesOwnUser(options) ? [...USER, ...NAMESPACES] : NAMESPACES;
}

function probeNamespaces(flags: readonly string[]): string | undefined {
  const probe = spawnSync('unshare', [...flags, '--mount-proc', 'true'], { encoding: 'utf8' });
  if (probe.error !== undefined) return `unshare(1) cannot be run: ${probe.error.message}`;
  return probe.status === 0 ? undefined : `namespaces are not permitted here: ${probe.stderr.trim()}`;
}

/** Starts the init; resolves when its root is complete and PID 1 is about to become it. */
export async function startPid1(options: Pid1Options): Promise<Pid1> {
  keepDescriptorsToOurselves();
  const stage = mkdtempSync(join(tmpdir(), 'rcinit-pid1-'));
  const log = new ConsoleLog();
  const pty = options.console === 'pipe' ? undefined : openPty((chunk) => log.push(chunk));
  const child = spawnSetup(options, stage, pty);
  const setup = pty === undefined ? log : new ConsoleLog();
  const exited = watch(child, setup);
  const end = makeEnd(child, exited, stage, pty);
  try {
    await becomeReady(child, exited, setup);
    const hostPid = onlyChildOf(child.pid ?? 0);
    const inside = openInside(hostPid, usesOwnUser(options), end);
    options.onReady?.(inside.path);
    await letGo(child, exited);
    return { ...inside, console: log, exited, type: (text) => pty?.type(text), hangUp: () => pty?.close() };
  } catch (error) {
    await end();
    throw error;
  }
}

/** `--kill-child`: the namespaces die with unshare, unshare (`--pdeathsig`) with the test process. */
function spawnSetup(options: Pid1Options, stage: string, pty: Pty | undefined): ChildProcess {
  const flags = [...namespaceFlags(options), '--kill-child'];
  return spawn(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      ...(options.lower === undefined ? [] : WITHOUT_MACHINE),
      'unshare',
      ...flags,
      '--',
      '/bin/sh',
      SETUP,
      ...asUser(options),
    ],
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: {
        PATH: HOST_PATH,
        RCT_KIND: options.kind,
        RCT_LAYER: options.layer,
        RCT_LOWER: options.lower ?? '/',
        RCT_HIDDEN: (options.hidden ?? []).join('\n'),
        RCT_STAGE: stage,
        RCT_BINDS: (options.lower === undefined ? [CHECKOUT, dirname(process.execPath)] : [])
          .filter((path) => needsBind(path, options.kind))
          .join('\n'),
        RCT_TMPFS: Object.entries(options.tmpfs ?? {})
          .map((pair) => pair.join(' '))
          .join('\n'),
        RCT_CONSOLE: pty?.path ?? '',
        RCT_ENV: Object.entries(options.env ?? {})
          .map((pair) => pair.join('='))
          .join(' '),
        RCT_READONLY: options.readOnly === true ? 'yes' : 'no',
        RCT_PROC: options.proc ?? '/proc',
      },
    },
  );
}

/** setpriv becomes the init, so that is still PID 1. */
function asUser({ argv, uid }: Pid1Options): readonly string[] {
  if (uid === undefined) return argv;
  return ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', ...argv];
}

/** The overlay shows one file system only, and a tree only the machine's program folders. */
function needsBind(path: string, kind: Pid1Options['kind']): boolean {
  if (kind === 'tree') return !/^\/(usr|opt|bin|sbin)\//.test(`${path}/`);
  return statSync(path).dev !== statSync('/').dev || REPLACED.some((folder) => path.startsWith(folder));
}

function watch(child: ChildProcess, setup: ConsoleLog): Promise<Ended> {
  child.stdout?.on('data', (chunk: Buffer) => setup.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => setup.push(chunk));
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      const isKilled = code === 1 && KILLED.test(setup.raw);
      resolve(isKilled ? { code: null, signal: 'unknown' } : { code, signal });
    });
  });
}

async function becomeReady(child: ChildProcess, exited: Promise<Ended>, setup: ConsoleLog): Promise<void> {
  const ready = new Promise<'ready'>((resolve) => {
    child.stdio[3]?.once('data', () => resolve('ready'));
  });
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', reject);
  });
  const first = await Promise.race([ready, exited, failed]);
  if (first !== 'ready')
    throw new Error(`The root could not be built (${JSON.stringify(first)}): ${setup.raw}`);
}

/** Lets PID 1 become the init; its last word before that is waited for. unshare keeps the channel open. */
async function letGo(child: ChildProcess, exited: Promise<Ended>): Promise<void> {
  const channel = child.stdio[3] as Socket;
  // A reset is how the other side's death looks from here, and `exited` tells about that.
  channel.on('error', () => channel.destroy());
  const gone = new Promise<void>((resolve) => {
    channel.once('data', () => resolve());
  });
  channel.write('go\n');
  await Promise.race([gone, exited]);
}

function onlyChildOf(pid: number): number {
  const child = Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'), 10);
  if (!Number.isInteger(child)) throw new Error(`unshare (${pid}) has no child`);
  return child;
}

/** Open folders keep their file systems readable after the namespaces are gone. */
function openInside(
  hostPid: number,
  ownUserNamespace: boolean,
  end: Ending,
): Omit<Pid1, 'console' | 'exited' | 'type' | 'hangUp'> {
  const folder = (inside: string) =>
    openSync(`/proc/${hostPid}/root${inside}`, constants.O_RDONLY | constants.O_DIRECTORY);
  const root = folder('/');
  const run = folder('/run');
  let isOpen = true;
  return {
    hostPid,
    run: (argv, runOptions) => runInside(hostPid, ownUserNamespace, argv, runOptions),
    signal: (signal) => void process.kill(hostPid, signal),
    path: (inside) => {
      const path = inRoot(`/proc/self/fd/${root}`, inside);
      return path.replace(new RegExp(`^/proc/self/fd/${root}/run(?=/|$)`), `/proc/self/fd/${run}`);
    },
    end: async () => {
      if (isOpen) [root, run].forEach((fd) => closeSync(fd));
      isOpen = false;
      await end();
    },
  };
}

type Ending = () => Promise<void>;

/** Killing the namespace's init ends everything inside before unshare can collect it. */
function makeEnd(child: ChildProcess, exited: Promise<Ended>, stage: string, pty: Pty | undefined): Ending {
  let ended: Promise<void> | undefined;
  const end = async () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
      if (children === '') child.kill('SIGKILL');
      else process.kill(Number(children), 'SIGKILL');
      await exited;
    }
    pty?.close();
    rmSync(stage, { recursive: true, force: true });
  };
  return () => (ended ??= end());
}

/** The state letters of all processes inside by pid, e.g. `S` or `Z`. */
export function processStates(pid1: Pid1): ReadonlyMap<number, string> {
  const states = new Map<number, string>();
  for (const name of readdirSync(pid1.path('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const stat = readIfThere(pid1.path(`/proc/${name}/stat`));
    if (stat !== undefined) states.set(Number(name), /\) (\S)/.exec(stat)?.[1] ?? '?');
  }
  return states;
}

/** A process may be gone between the listing and the look. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
