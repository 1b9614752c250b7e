/** Makes an init of this process: wires engine, loop and ports together, and lives until the engine says exit. */
import { createMachine } from '../core/engine/machine.ts';
import { reachedLevel } from '../core/engine/machine-reached.ts';
import type { Effect, Event, Place, Step } from '../core/engine/machine-types.ts';
import type { RunLevel } from '../core/runlevel.ts';
import { resumeMachine, type KeptFacts, type SavedState } from '../core/engine/saved-state.ts';
import type { Millis } from '../core/units.ts';
import type { InitPorts } from '../os/pid1/ports.ts';
import { programPath } from '../os/process/next-program.ts';
import { createRealPorts } from '../os/pid1/real.ts';
import { keepHeapSmall } from '../os/process/small-heap.ts';
import { answerControl } from './control.ts';
import { createPerformer, readTable } from './effects.ts';
import type { EnvironmentBase } from './environment.ts';
import { createLevelWaiters, type LevelWaiters } from './level-waiters.ts';
import { listen } from './listen.ts';
import { createLoop, type Loop } from './loop.ts';
import { watchMainScript, type MainScript } from './main-script.ts';
import { createReexec, type Reexec } from './re-exec.ts';
import { createRescue, type Rescue } from './rescue.ts';
import { dropStrangers, problemsOf, takeOver, type HandedOn } from './take-over.ts';

export interface InitOptions {
  /** `/`, or the folder that stands for it. */
  readonly root: string;
  readonly place: Place;
  /** Replaces the table's default once. */
  readonly wantedLevel: RunLevel | undefined;
  /** `-b`: a shell on the console before anything else. */
  readonly emergency: boolean;
  /** With whose end everything ends: the id of an inittab entry, or the daemon of an init script. */
  readonly main?: { readonly kind: 'entry' | 'script'; readonly name: string };
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
 * It is rejected by what fails before anything was started; afterwards nothing ends init.
 */
export function runInit(options: InitOptions): Promise<number> {
  return new Promise((resolve) => {
    keepHeapSmall();
    const { env, saved, resumed } = takeOver(options.handed?.state, options.env);
    const { ports, path, console } = createRealPorts({
      ...options,
      env,
      lockFd: options.lockFd,
      resumed,
      onLeft: resolve,
    });
    const at = ports.now();
    const startedAt = saved?.facts.startedAt ?? at;
    ports.sayConsole(`version ${options.version} ${saved === undefined ? 'booting' : 'reloading'}`);
    const init = wire(ports, { ...options, env }, { path, console, startedAt, saved });
    for (const problem of problemsOf(options.handed?.state)) sayBoth(ports, problem);
    // Programs of sysinit may ask for things already; what they ask is deferred until the table is read.
    ports.openFifo();
    options.handed?.closeFifo();
    const table = saved === undefined ? readTable(ports, 'first') : undefined;
    init.attempt(() => {
      if (table !== undefined) init.send({ kind: 'started', table, emergency: options.emergency, at });
      else init.resume();
    });
    const { state, waiters } = init;
    const facts = { pid: process.pid, root: options.root, startedAt, now: ports.now, state, waiters };
    init.attempt(() => ports.listen((line, gone) => answerControl(line, facts, gone)));
  });
}

interface Init extends Loop {
  readonly waiters: LevelWaiters;
  /** Goes on where the program before was. */
  readonly resume: () => void;
  /** Does what must not end init any more. */
  readonly attempt: (act: () => void) => void;
}

interface Where {
  readonly path: string;
  readonly console: string | undefined;
  readonly startedAt: Millis;
  readonly saved: SavedState | undefined;
}

function wire(ports: InitPorts, options: InitOptions, where: Where): Init {
  const { saved } = where;
  const environment = describeEnvironment(options, where);
  const first = firstStep(ports, options, saved);
  const send = (event: Event): void => {
    loop.send(event);
    tellReady();
    mainScript?.check();
    waiters.check();
  };
  const { reexec, rescue } = wireReexec(ports, options, where, { environment, state: () => loop.state() });
  const perform = createPerformer({ ports, environment, send, reexec });
  const onFault = (error: unknown, during: Event | Effect): void => {
    reportFault(ports, error, during.kind);
    rescue.noteFault();
  };
  const loop = createLoop(first.state, { perform, onFault });
  const tellReady = onceReady(loop, saved === undefined ? options.onReady : undefined);
  const mainScript = watchScript(ports, options, loop.state, send);
  listen(ports, options.place, send, mainScript);
  const onCrash = (error: unknown): void => {
    reportFault(ports, error, 'the main loop');
    rescue.noteCrash();
  };
  process.on('uncaughtException', onCrash);
  const resume = (): void => {
    if (saved !== undefined) ports.writeLevel(saved.core.level, saved.core.previous);
    if (saved?.paused !== true) loop.send({ kind: 'resume', at: ports.now() });
    for (const effect of first.effects)
      attempt(
        () => perform(effect).forEach(loop.send),
        (error) => onFault(error, effect),
      );
  };
  const waiters = createLevelWaiters({ state: loop.state, now: ports.now, send });
  return { ...loop, send, waiters, resume, attempt: (act) => attempt(act, onCrash) };
}

function attempt(act: () => void, onError: (error: unknown) => void): void {
  try {
    act();
  } catch (error) {
    onError(error);
  }
}

function describeEnvironment({ env, root, version }: InitOptions, { path, console }: Where): EnvironmentBase {
  return {
    own: env,
    path,
    console,
    root: root === '/' ? undefined : root,
    version: `rcinit-${version}`,
  };
}

function wireReexec(
  ports: InitPorts,
  { lockFd }: InitOptions,
  { startedAt, saved }: Where,
  running: { readonly environment: EnvironmentBase; readonly state: Loop['state'] },
): { readonly reexec: Reexec; readonly rescue: Rescue } {
  const facts = (): KeptFacts => ({
    startedAt,
    rescuedAt: rescue.rescuedAt(),
    lockFd,
    owed: ports.owedRecords(),
  });
  const reexec = createReexec({ ports, ...running, facts, program: programPath() });
  const rescue = createRescue({
    now: ports.now,
    rescuedAt: saved?.facts.rescuedAt,
    rescue: () => {
      sayBoth(ports, 're-executing because of internal errors, with everything that runs');
      reexec.prepare(() => void reexec.become());
    },
  });
  return { reexec, rescue };
}

function firstStep(
  ports: InitPorts,
  { place, wantedLevel, main }: InitOptions,
  saved: SavedState | undefined,
): Step {
  const mainEntry = main?.kind === 'entry' ? { main: main.name } : {};
  if (saved !== undefined)
    return resumeMachine(dropStrangers(saved, ports), { place, at: ports.now(), ...mainEntry });
  const options = { place, ...(wantedLevel !== undefined && { wantedLevel }), ...mainEntry };
  return { state: createMachine(options), effects: [] };
}

function watchScript(
  ports: InitPorts,
  { main }: InitOptions,
  state: Loop['state'],
  send: Loop['send'],
): MainScript | undefined {
  return main?.kind === 'script' ? watchMainScript({ script: main.name, ports, state, send }) : undefined;
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
