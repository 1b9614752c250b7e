/** Makes an init of this process: wires engine, loop and ports together, and lives until the engine says exit. */
import { createMachine } from '../core/machine.ts';
import type { Effect, Event, Place, State, Step } from '../core/machine-types.ts';
import type { RunLevel } from '../core/runlevel.ts';
import { resumeMachine, type KeptFacts, type SavedState } from '../core/saved-state.ts';
import type { Millis } from '../core/units.ts';
import { decodeRequest } from '../core/initctl-message.ts';
import type { InitPorts, InitSignal } from '../os/ports.ts';
import { programPath } from '../os/next-program.ts';
import { createRealPorts } from '../os/real.ts';
import { answerControl } from './control.ts';
import { createPerformer, readTable } from './effects.ts';
import { createLoop, type Loop } from './loop.ts';
import { createReexec } from './re-exec.ts';
import { createRescue } from './rescue.ts';
import { dropStrangers, problemsOf, takeOver, type HandedOn } from './take-over.ts';
import { signalMeaning } from './signals.ts';

export interface InitOptions {
  /** `/`, or the folder that stands for it. */
  readonly root: string;
  readonly place: Place;
  /** Replaces the table's default once. */
  readonly wantedLevel: RunLevel | undefined;
  /** `-b`: a shell on the console before anything else. */
  readonly emergency: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Arguments of the program that init becomes at a re-exec; `--init` for one that is called so. */
  readonly again: readonly string[];
  /** The descriptor that holds the root's lock, where the next program shall have it. */
  readonly lockFd?: number;
  /** What the program that this process was before handed on. */
  readonly handed?: HandedOn;
  /** Told once when the first level is reached: everything that is waited for has ended. */
  readonly onReady?: (level: RunLevel) => void;
}

/**
 * Runs init.
 * @returns The exit status, when level 0 or 6 has ended. On a machine the promise stays open: PID 1 never exits.
 */
export function runInit(options: InitOptions): Promise<number> {
  return new Promise((resolve) => {
    const { env, saved, resumed } = takeOver(options.handed?.state, options.env);
    const { ports, path, console } = createRealPorts({
      ...options,
      env,
      lockFd: options.lockFd,
      resumed,
      onLeft: resolve,
    });
    const at = ports.now();
    ports.sayConsole(`version ${options.version} ${saved === undefined ? 'booting' : 'reloading'}`);
    const init = wire(
      ports,
      { ...options, env },
      { path, console, startedAt: saved?.facts.startedAt ?? at, saved },
    );
    for (const problem of problemsOf(options.handed?.state)) sayBoth(ports, problem);
    // Programs of sysinit may ask for things already; what they ask is deferred until the table is read.
    ports.openFifo();
    options.handed?.closeFifo();
    if (saved === undefined) {
      init.send({ kind: 'started', table: readTable(ports, 'first'), emergency: options.emergency, at });
    } else {
      ports.writeLevel(saved.core.level, saved.core.previous);
      init.resume();
    }
    ports.listen((line) =>
      answerControl(line, {
        pid: process.pid,
        root: options.root,
        startedAt: saved?.facts.startedAt ?? at,
        now: ports.now,
        state: init.state,
      }),
    );
  });
}

interface Init extends Loop {
  /** Goes on where the program before was. */
  readonly resume: () => void;
}

interface Where {
  readonly path: string;
  readonly console: string | undefined;
  readonly startedAt: Millis;
  readonly saved: SavedState | undefined;
}

function wire(ports: InitPorts, options: InitOptions, { path, console, startedAt, saved }: Where): Init {
  const environment = {
    own: options.env,
    path,
    console,
    root: options.root === '/' ? undefined : options.root,
    version: `rcinit-${options.version}`,
  };
  const first = firstStep(ports, options, saved);
  const send = (event: Event): void => {
    loop.send(event);
    tellReady();
  };
  const facts = (): KeptFacts => ({
    startedAt,
    rescuedAt: rescue.rescuedAt(),
    lockFd: options.lockFd,
    owed: ports.owedRecords(),
  });
  const reexec = createReexec({
    ports,
    environment,
    facts,
    state: () => loop.state(),
    program: programPath(),
  });
  const rescue = createRescue({
    now: ports.now,
    rescuedAt: saved?.facts.rescuedAt,
    rescue: () => {
      sayBoth(ports, 're-executing because of internal errors, with everything that runs');
      reexec.prepare(() => void reexec.become());
    },
  });
  const perform = createPerformer({ ports, environment, send, reexec });
  const onFault = (error: unknown, during: Event | Effect): void => {
    reportFault(ports, error, during.kind);
    rescue.noteFault();
  };
  const loop = createLoop(first.state, { perform, onFault });
  const tellReady = onceReady(loop, saved === undefined ? options.onReady : undefined);
  listen(ports, options.place, send);
  process.on('uncaughtException', (error) => {
    reportFault(ports, error, 'the main loop');
    rescue.noteCrash();
  });
  const resume = (): void => {
    if (saved?.paused !== true) loop.send({ kind: 'resume', at: ports.now() });
    for (const effect of first.effects) perform(effect).forEach(loop.send);
  };
  return { ...loop, send, resume };
}

function firstStep(
  ports: InitPorts,
  { place, wantedLevel }: InitOptions,
  saved: SavedState | undefined,
): Step {
  if (saved !== undefined) return resumeMachine(dropStrangers(saved, ports), { place, at: ports.now() });
  return { state: createMachine({ place, ...(wantedLevel !== undefined && { wantedLevel }) }), effects: [] };
}

function sayBoth(ports: InitPorts, text: string): void {
  ports.sayConsole(text);
  ports.saySyslog(text);
}

/** PID 1 never dies of its own faults: it says what happened and goes on without that event. */
function reportFault(ports: InitPorts, error: unknown, during: string): void {
  const text = error instanceof Error ? error.message : String(error);
  sayBoth(ports, `internal error in "${during}", ignoring it, please report: ${text}`);
}

function listen(ports: InitPorts, place: Place, send: (event: Event) => void): void {
  ports.onExit((pid, status) => send({ kind: 'childExited', pid, status, at: ports.now() }));
  ports.onChildless(() => send({ kind: 'childless', at: ports.now() }));
  const request = (bytes: Uint8Array): void =>
    send({ kind: 'request', request: decodeRequest(bytes), at: ports.now() });
  ports.onRequest(request, () => send({ kind: 'request', request: { kind: 'bogus' }, at: ports.now() }));
  ports.onSignal((signal) => takeSignal(ports, place, signal, send));
}

function takeSignal(ports: InitPorts, place: Place, signal: InitSignal, send: (event: Event) => void): void {
  const at = ports.now();
  const meaning = signalMeaning(signal, place);
  switch (meaning) {
    case 'reload':
      // A terminal that was closed sends SIGHUP too, and nobody could reach this init any more.
      send(place === 'folder' && ports.lostTerminal() ? { kind: 'leave', at } : { kind: 'reload', at });
      break;
    case 'power':
      send({ kind: 'power', state: ports.takePowerState(), at });
      break;
    case 'ctrlAltDel':
    case 'keyboard':
    case 'leave':
    case 'pause':
    case 'resume':
      send({ kind: meaning, at });
      break;
    case 'reopenFifo':
      ports.closeFifo();
      ports.openFifo();
      break;
    case 'closeFifo':
      ports.closeFifo();
      break;
    case 'shutdown':
      ports.powerOff();
      break;
    case 'stopSelf':
      ports.stopSelf();
      break;
    default:
      break;
  }
}

function onceReady(loop: Loop, onReady: InitOptions['onReady']): () => void {
  let told = onReady === undefined;
  return () => {
    if (told) return;
    const level = reachedLevel(loop.state());
    if (level === undefined) return;
    told = true;
    onReady?.(level);
  };
}

/** The level, once nothing of it is waited for any more. */
function reachedLevel(state: State): RunLevel | undefined {
  const { level, slots } = state.core;
  if (state.kind !== 'running' || level === '#' || level === '*') return undefined;
  const busy = slots.some((slot) => slot.run !== undefined && slot.entry.action.endsWith('wait'));
  return busy ? undefined : level;
}
