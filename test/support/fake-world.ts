/** A machine on paper: a fake clock, processes that end when told, and a log of everything init asked for. */
import { NOTHING_OWED } from '../../src/core/wire/init-records.ts';
import type { InittabFile } from '../../src/core/inittab/inittab-file.ts';
import type { Event, Place, State } from '../../src/core/engine/machine-types.ts';
import type { ExitStatus } from '../../src/core/units.ts';
import type { InitPorts } from '../../src/os/pid1/ports.ts';
import { createMachine } from '../../src/core/engine/machine.ts';
import { createPerformer, readTable } from '../../src/init/effects.ts';
import { createReexec } from '../../src/init/re-exec.ts';
import { createLoop } from '../../src/init/loop.ts';
import type { RecordFact } from '../../src/core/wire/init-records.ts';
import type { MainLook } from '../../src/core/engine/main-script.ts';
import type { InitRequest } from '../../src/core/wire/initctl-message.ts';
import type { RunLevel } from '../../src/core/runlevel.ts';

export interface FakeWorld {
  /** What happened, oldest first, e.g. `spawn r1: sleep 9`, `console: Switching to runlevel: 3`, `TERM r1`. */
  readonly log: readonly string[];
  /** The log since the last call. */
  readonly news: () => readonly string[];
  readonly send: (event: DistributedOmit<Event>) => void;
  readonly request: (level: string, sleepSeconds?: number) => void;
  /** Ends the newest process of the entry. */
  readonly exit: (command: string, code?: number) => void;
  readonly kill: (command: string, signal?: string) => void;
  /** Lets time pass, firing timers on the way. */
  readonly advance: (ms: number) => void;
  readonly setTable: (text: string) => void;
  readonly state: () => State;
  /** Commands of living processes, in the order in which they were started. */
  readonly alive: () => readonly string[];
  readonly pendingTimers: () => number;
  /** Environment of the newest process with this command. */
  readonly envOf: (command: string) => Readonly<Record<string, string>>;
}

type DistributedOmit<E> = E extends Event ? Omit<E, 'at'> : never;

const NOTHING_TO_SEE: MainLook = {
  daemon: undefined,
  pidfile: undefined,
  deadPid: undefined,
  isAlive: false,
  isChild: false,
  isBusy: false,
  wasRun: false,
  failure: undefined,
};

interface FakeProcess {
  readonly pid: number;
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface WorldOptions {
  readonly place?: Place;
  readonly wantedLevel?: RunLevel;
  /** The id of the entry with which everything ends. */
  readonly main?: string;
  readonly emergency?: boolean;
  /** Commands that cannot be started, with the errno. */
  readonly broken?: Readonly<Record<string, string>>;
  /** Commands that do not end at TERM. */
  readonly deaf?: readonly string[];
  /** Commands that do not even end at KILL (a hung file system). */
  readonly undead?: readonly string[];
  /** Log records for utmp and wtmp too, and the level file of `#` and `*`. */
  readonly records?: boolean;
  /** Processes that are none of init's entries and end only when signalled. */
  readonly orphans?: number;
}

/** Boots an engine with this table; everything from `started` on is in the log. */
export function bootWorld(table: string, options: WorldOptions = {}): FakeWorld {
  let now = 1_000;
  let text = table;
  let nextPid = 100;
  let seen = 0;
  let orphans = options.orphans ?? 0;
  const log: string[] = [];
  const processes: FakeProcess[] = [];
  const timers = new Map<number, { readonly due: number; readonly fire: () => void }>();
  let nextTimer = 0;
  const late: (() => void)[] = [];

  const nameOf = (pid: number) => processes.find((one) => one.pid === pid)?.command ?? `pid ${pid}`;
  const end = (pid: number, status: ExitStatus) => {
    const index = processes.findIndex((one) => one.pid === pid);
    if (index < 0) throw new Error(`no process ${pid}`);
    processes.splice(index, 1);
    send({ kind: 'childExited', pid, status });
    if (processes.length === 0 && orphans === 0) send({ kind: 'childless' });
  };
  const deliver = (pid: number, signal: 'SIGTERM' | 'SIGKILL') => {
    const { command } = processes.find((one) => one.pid === pid) ?? { command: '' };
    const survives =
      options.undead?.includes(command) || (signal === 'SIGTERM' && options.deaf?.includes(command));
    if (!survives) late.push(() => end(pid, { kind: 'signaled', signal }));
  };
  const ports: InitPorts = {
    now: () => now,
    wallClock: () => Date.UTC(2026, 0, 1) + now,
    setTimer: (afterMs, fire) => {
      const id = nextTimer++;
      timers.set(id, { due: now + afterMs, fire });
      return () => timers.delete(id);
    },
    spawn: ({ argv, env, controllingTerminal }) => {
      const command = argv.join(' ');
      const code = options.broken?.[command];
      log.push(
        `spawn ${command}${controllingTerminal ? ' (tty)' : ''}${code === undefined ? '' : ` -> ${code}`}`,
      );
      if (code !== undefined) return { kind: 'failed', code };
      const pid = nextPid++;
      processes.push({ pid, command, env });
      return { kind: 'spawned', pid };
    },
    signalGroup: (leader, signal) => {
      log.push(`${signal} ${nameOf(leader)}`);
      const lives = processes.some((one) => one.pid === leader);
      if (lives) deliver(leader, signal);
      return lives;
    },
    signalRest: (signal) => {
      log.push(`${signal} everything`);
      if (signal === 'SIGKILL') orphans = 0;
      for (const { pid } of processes) deliver(pid, signal);
    },
    isChildless: () => processes.length === 0 && orphans === 0,
    onExit: () => undefined,
    onChildless: () => undefined,
    onSignal: () => undefined,
    onRequest: () => undefined,
    openFifo: () => undefined,
    closeFifo: () => undefined,
    readTable: (): readonly InittabFile[] => [{ path: '/etc/inittab', text }],
    hasInitscript: () => false,
    takePowerState: () => undefined,
    writeLevel: (level, previous) => {
      if (options.records === true || !'#*'.includes(level)) log.push(`level ${previous} ${level}`);
    },
    record: (fact) => {
      if (options.records === true) log.push(`record ${describeFact(fact)}`);
    },
    sayConsole: (line) => log.push(`console: ${line}`),
    saySyslog: (line) => log.push(`syslog: ${line}`),
    resetConsole: () => log.push('reset console'),
    askConsole: () => log.push('ask'),
    listen: () => undefined,
    lookAtMain: () => NOTHING_TO_SEE,
    powerOff: () => undefined,
    stopSelf: () => undefined,
    lostTerminal: () => false,
    exit: (status) => log.push(`exit ${status}`),
    isChild: () => true,
    owedRecords: () => NOTHING_OWED,
    tryProgram: (answer) => answer(undefined),
    reexec: () => (log.push('re-exec'), 'a fake world has no other program'),
  };
  const send = (event: DistributedOmit<Event>): void => {
    loop.send({ ...event, at: now });
    for (let next = late.shift(); next !== undefined; next = late.shift()) next();
  };
  const environment = {
    own: { HOME: '/' },
    path: '/sbin:/bin',
    console: '/dev/console',
    root: undefined,
    version: 'test',
  };
  const perform = createPerformer({
    ports,
    environment,
    send: (event) => send(event),
    reexec: createReexec({
      ports,
      environment,
      state: () => loop.state(),
      facts: () => ({
        startedAt: 0,
        rescuedAt: undefined,
        lockFd: undefined,
        owed: NOTHING_OWED,
      }),
      program: '/sbin/init',
    }),
  });
  const loop = createLoop(createMachine({ place: options.place ?? 'machine', ...pick(options) }), {
    perform,
    onFault: (error, during) => {
      throw new Error(`${during.kind}: ${String(error)}`, { cause: error });
    },
  });
  const find = (command: string) => {
    const process = processes.findLast((one) => one.command === command);
    if (process === undefined) throw new Error(`"${command}" is not running`);
    return process;
  };
  const advance = (ms: number): void => {
    const until = now + ms;
    for (;;) {
      const [first] = [...timers]
        .filter(([, timer]) => timer.due <= until)
        .sort((a, b) => a[1].due - b[1].due);
      if (first === undefined) break;
      timers.delete(first[0]);
      now = Math.max(now, first[1].due);
      first[1].fire();
    }
    now = until;
  };

  send({ kind: 'started', table: readTable(ports, 'first'), emergency: options.emergency ?? false });
  return {
    log,
    news: () => log.slice(seen, (seen = log.length)),
    send,
    request: (level, sleepSeconds = 3) =>
      send({ kind: 'request', request: levelRequest(level, sleepSeconds) }),
    exit: (command, code = 0) => end(find(command).pid, { kind: 'exited', code }),
    kill: (command, signal = 'SIGKILL') => end(find(command).pid, { kind: 'signaled', signal }),
    advance,
    setTable: (changed) => (text = changed),
    state: loop.state,
    alive: () => processes.map(({ command }) => command),
    pendingTimers: () => timers.size,
    envOf: (command) => find(command).env,
  };
}

function pick({ wantedLevel, main }: WorldOptions): Pick<WorldOptions, 'wantedLevel' | 'main'> {
  return { ...(wantedLevel !== undefined && { wantedLevel }), ...(main !== undefined && { main }) };
}

function describeFact(fact: RecordFact): string {
  if (fact.kind === 'boot') return 'boot';
  return fact.kind === 'level'
    ? `level ${fact.previous} ${fact.level}`
    : `${fact.kind} ${fact.id} ${fact.pid}`;
}

function levelRequest(level: string, sleepSeconds: number): InitRequest {
  return { kind: 'runlevel', level, sleepSeconds };
}
