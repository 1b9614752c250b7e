/** Builds the ports of the init process out of the real machine. */
import type { OwedRecords } from '../../core/wire/init-records.ts';
import type { Place } from '../../core/engine/machine-types.ts';
import { CONTROL_FIFO, CONTROL_SOCKET, INITSCRIPT, SYSTEM_PATH } from '../../core/system-paths.ts';
import type { ExitStatus, Pid } from '../../core/units.ts';
import { monotonicNow } from '../clock.ts';
import { openConsole, type Console, type ConsoleMode, type Stdio } from '../terminal/console.ts';
import { openControlChannel, type ControlChannel } from './control-channel.ts';
import { openControlFifo, type ControlFifo } from './fifo.ts';
import { inRoot } from '../file/in-root.ts';
import { listenToSignals } from './init-signals.ts';
import { createRecorder } from '../record/init-records.ts';
import { forgetLastBoot } from '../record/level-files.ts';
import { createLevelWriter, type LevelWriter } from '../record/level-writer.ts';
import { closeOnExecFrom, ffiProblem, setChildSubreaper, setCloseOnExec } from '../libc/libc.ts';
import { isTerminal } from '../libc/libc-terminal.ts';
import { listenToKeyboard, takeOverMachine } from './machine-setup.ts';
import { lookAtMain } from '../daemon/main-daemon.ts';
import { restoreOpenFilesLimit } from '../process/open-files-limit.ts';
import type { InitPorts, SpawnRequest, SpawnResult } from './ports.ts';
import { takePowerState } from './power-state.ts';
import { descendantsOf } from '../process/procfs.ts';
import { appletsDir } from '../program.ts';
import { errorText } from '../os-error.ts';
import { readInittabFiles, readMachineInittab } from './read-inittab.ts';
import { startReaping } from '../process/reap.ts';
import { createReexecPorts, type OwnChildren, type ReexecOptions } from './re-exec-ports.ts';
import { spawnOnConsole } from './spawn.ts';
import { isNullDevice } from '../stdio.ts';
import { sendToSyslog } from '../record/syslog.ts';
import { isReadable } from '../file/is-readable.ts';

export interface Resumed {
  /** Another init was here, which closes the standard streams and opens a console where it needs one. */
  readonly isForeign: boolean;
  /** What it could not write. */
  readonly owed: OwedRecords;
}

export interface RealOptions extends ReexecOptions {
  readonly root: string;
  readonly place: Place;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Set where this process was another program before. */
  readonly resumed: Resumed | undefined;
  /** Called with the exit status when everything of init's own was taken down. */
  readonly onLeft: (status: number) => void;
}

export interface RealPorts {
  readonly ports: InitPorts;
  /** PATH of all children. */
  readonly path: string;
  /** CONSOLE of all children. */
  readonly console: string | undefined;
}

/** Files get their modes, whatever mask the starter had (init(8)). */
const UMASK = 0o022;

/** Signals and SIGCHLD alone do not keep Node alive, and init has to live with nothing else open. */
const KEEP_ALIVE_MS = 3_600_000;

const FIRST_DESCRIPTOR = 3;
/** So far they are looked at one by one, where the kernel has no call for all of them. */
const MAX_DESCRIPTORS = 1_024;

/** Takes over the process: mask, signals, orphans, console. */
export function createRealPorts(options: RealOptions): RealPorts {
  const { root, place, env } = options;
  process.umask(process.umask() | UMASK);
  setInterval(() => undefined, KEEP_ALIVE_MS);
  const console = openConsole({
    mode: consoleMode(options),
    env,
    onProblem: (text) => void sendToSyslog(inRoot(root, '/dev/log'), text),
  });
  const missing: string[] = [];
  if (ffiProblem() === undefined) {
    keepDescriptors();
    if (place === 'folder') missing.push(...wish('adopt orphans', setChildSubreaper));
    missing.push(...wish('limit open files', () => restoreOpenFilesLimit(place)));
  }
  if (place === 'machine') takeOverMachine();
  if (options.resumed === undefined) {
    console.reset();
    forgetLastBoot(root);
  }
  // The reset throws away what nobody has read yet.
  for (const text of missing) console.say(text);
  const levels = createLevelWriter({ root, place, say: (text) => console.say(text) });
  const recorder = createRecorder({
    root,
    wallClock: () => Date.now(),
    ...(options.resumed !== undefined && { owed: options.resumed.owed }),
  });
  const { own, ...processes } = createProcessPorts(options, console, levels);
  const { fifoFd, recheck, ...channels } = createChannelPorts(options, console, levels);
  const ports: InitPorts = {
    // It goes on over a re-exec, and so do the times of the state.
    now: monotonicNow,
    wallClock: () => Date.now(),
    setTimer: (afterMs, fire) => {
      const timer = setTimeout(fire, afterMs);
      return () => clearTimeout(timer);
    },
    ...processes,
    // A script of a boot mounts over what init has made, and the next program may want to reach it.
    onExit: (listener) =>
      processes.onExit((pid, status) => {
        recheck();
        listener(pid, status);
      }),
    ...channels,
    ...createReexecPorts(options, { own, fifoFd }),
    readTable: () => (place === 'machine' ? readMachineInittab() : readInittabFiles(root)),
    hasInitscript: () => isReadable(inRoot(root, INITSCRIPT)),
    takePowerState: () =>
      takePowerState(root, (text) => {
        console.say(text);
        sendToSyslog(inRoot(root, '/dev/log'), text);
      }),
    lookAtMain: (script, followed) => lookAtMain(root, script, followed),
    writeLevel: (level, previous) => {
      if (place === 'machine') listenToKeyboard();
      levels.write(level, previous);
    },
    record: recorder.record,
    owedRecords: recorder.owed,
    sayConsole: (text) => console.say(text),
    saySyslog: (text) => void sendToSyslog(inRoot(root, '/dev/log'), text),
    resetConsole: () => console.reset(),
    askConsole: (prompt, answer) => console.ask(prompt, answer),
    ...createTerminalPorts(place),
  };
  if (ffiProblem() !== undefined) {
    ports.sayConsole(`no FFI, orphans stay zombies and there is no reboot: ${ffiProblem()}`);
  }
  const path = place === 'folder' ? `${appletsDir()}:${SYSTEM_PATH}` : SYSTEM_PATH;
  return { ports, path, console: console.path };
}

/**
 * A sandbox may forbid what is good to have; that is no reason to be no init.
 * @returns What there is to say about it.
 */
function wish(what: string, act: () => void): readonly string[] {
  try {
    act();
    return [];
  } catch (error) {
    return [`cannot ${what}: ${errorText(error)}; going on without`];
  }
}

/** Streams that sysvinit closed are /dev/null by now, and its console is ours. */
function consoleMode({ place, env, resumed }: RealOptions): ConsoleMode {
  if (place === 'machine') return 'machine';
  const hasStreams = resumed?.isForeign !== true || !isNullDevice(1);
  return env['CONSOLE'] !== undefined || !hasStreams ? 'device' : 'inherited';
}

/** Descriptors that our starter left open are nobody's below us. Node gives on none of its own anyway. */
function keepDescriptors(): void {
  try {
    closeOnExecFrom(FIRST_DESCRIPTOR);
  } catch {
    for (let fd = FIRST_DESCRIPTOR; fd < MAX_DESCRIPTORS; fd++) keepDescriptor(fd);
  }
}

function keepDescriptor(fd: number): void {
  try {
    setCloseOnExec(fd, true);
  } catch {
    // Not open.
  }
}

type ProcessPorts = Pick<
  InitPorts,
  'spawn' | 'onExit' | 'signalGroup' | 'signalRest' | 'isChildless' | 'onChildless' | 'onSignal' | 'powerOff'
>;

function createProcessPorts(
  { root, place, env }: RealOptions,
  console: Console,
  levels: LevelWriter,
): ProcessPorts & { readonly own: OwnChildren } {
  /** Those that libuv waits for, and those that it does not know. */
  const ours = new Set<Pid>();
  const reaped = new Set<Pid>();
  let tellExit: (pid: Pid, status: ExitStatus) => void = () => undefined;
  let tellChildless = (): void => undefined;
  const reaper = startReaping({
    isOurs: (pid) => ours.has(pid),
    onOrphan: (pid, status) => {
      reaped.delete(pid);
      tellExit(pid, status);
    },
    onChildless: () => tellChildless(),
  });
  const forget = (pid: Pid): void => {
    ours.delete(pid);
    reaper?.afterOwnExit();
    if (reaper === undefined && ours.size === 0) tellChildless();
  };
  const onExit = (pid: Pid, status: ExitStatus): void => {
    ours.delete(pid);
    tellExit(pid, status);
    forget(pid);
  };
  const spawnOn = (request: SpawnRequest, stdio: Stdio): SpawnResult => {
    // What a person is to work with should look as it is expected to, whatever ran there before.
    if (request.controllingTerminal) console.reset();
    const takeTerminal = console.isTakeable;
    const options = { cwd: root, stdio, onExit, takeTerminal, hasReaper: reaper !== undefined };
    const result = spawnOnConsole(request, options);
    if (result.kind === 'spawned') (result.waits === 'libuv' ? ours : reaped).add(result.pid);
    return result;
  };
  const spawn: InitPorts['spawn'] = (request) => {
    levels.flush();
    return console.lendStdio((stdio) => spawnOn(request, stdio));
  };
  let poweredOff = false;
  return {
    own: { add: (pid) => void ours.add(pid), forget },
    spawn,
    onExit: (listener) => (tellExit = listener),
    // A child that has not called setsid(2) yet leads no group; a pid that was reaped may be somebody else's by now.
    signalGroup: (leader, signal) =>
      sendSignal(-leader, signal) || ((ours.has(leader) || reaped.has(leader)) && sendSignal(leader, signal)),
    signalRest: (signal) => {
      if (place === 'folder') for (const pid of descendantsOf(process.pid)) sendSignal(pid, signal);
      else sendSignal(-1, signal);
    },
    isChildless: () => reaper?.isChildless() ?? ours.size === 0,
    onChildless: (listener) => (tellChildless = listener),
    onSignal: (listener) => {
      const { unavailable } = listenToSignals(listener);
      if (unavailable.length > 0) console.say(`cannot listen to ${unavailable.join(' and ')}`);
    },
    powerOff: () => {
      if (poweredOff) return;
      poweredOff = true;
      const own = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined);
      const argv = ['/sbin/shutdown', '-hP', 'now'];
      spawn({ argv, env: { ...Object.fromEntries(own), PATH: SYSTEM_PATH }, controllingTerminal: false });
    },
  };
}

/** @returns False if there is nobody (any more) to take it. */
function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

type ChannelPorts = Pick<InitPorts, 'onRequest' | 'openFifo' | 'closeFifo' | 'listen' | 'exit'>;

function createChannelPorts(
  { root, onLeft }: RealOptions,
  console: Console,
  levels: LevelWriter,
): ChannelPorts & { readonly fifoFd: () => number | undefined; readonly recheck: () => void } {
  let onRequest: (request: Uint8Array) => void = () => undefined;
  let onBogus = (): void => undefined;
  let fifo: ControlFifo | undefined;
  let socket: ControlChannel | undefined;
  const listeners = {
    onRequest: (request: Uint8Array) => onRequest(request),
    onBogus: () => onBogus(),
    onProblem: (text: string) => console.say(text),
  };
  const listen: InitPorts['listen'] = (answer) => {
    socket = openControlChannel(inRoot(root, CONTROL_SOCKET), answer, (text) =>
      console.say(`${text}; without it rcinit status cannot ask init`),
    );
  };
  return {
    fifoFd: () => fifo?.fd(),
    recheck: () => {
      fifo?.check();
      socket?.check();
    },
    onRequest: (listener, bogus) => {
      onRequest = listener;
      onBogus = bogus;
    },
    openFifo: () => (fifo ??= openControlFifo(inRoot(root, CONTROL_FIFO), listeners)),
    closeFifo: () => {
      fifo?.close();
      fifo = undefined;
    },
    listen,
    exit: (status) => {
      fifo?.close();
      socket?.close();
      levels.remove();
      onLeft(status);
    },
  };
}

function createTerminalPorts(place: Place): Pick<InitPorts, 'stopSelf' | 'lostTerminal'> {
  const hadTerminal = place === 'folder' && isTerminal(0);
  return {
    stopSelf: () => void sendSignal(process.pid, 'SIGSTOP'),
    lostTerminal: () => hadTerminal && !isTerminal(0),
  };
}
