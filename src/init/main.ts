/** Makes an init of this process: wires engine, loop and ports together, and lives until the engine says exit. */
import { createMachine } from '../core/machine.ts';
import type { Effect, Event, Place, State } from '../core/machine-types.ts';
import type { RunLevel } from '../core/runlevel.ts';
import { decodeRequest } from '../core/initctl-message.ts';
import type { InitPorts, InitSignal } from '../os/ports.ts';
import { createRealPorts } from '../os/real.ts';
import { keepHeapSmall } from '../os/small-heap.ts';
import { answerControl } from './control.ts';
import { createPerformer, readTable } from './effects.ts';
import { createLoop, type Loop } from './loop.ts';
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
  /** Told once when the first level is reached: everything that is waited for has ended. */
  readonly onReady?: (level: RunLevel) => void;
}

/**
 * Runs init.
 * @returns The exit status, when level 0 or 6 has ended. On a machine the promise stays open: PID 1 never exits.
 */
export function runInit(options: InitOptions): Promise<number> {
  return new Promise((resolve) => {
    const { ports, path, console } = createRealPorts({ ...options, onLeft: resolve });
    const loop = wire(ports, options, { path, console });
    ports.sayConsole(`version ${options.version} booting`);
    const at = ports.now();
    // Programs of sysinit may ask for things already; what they ask is deferred until the table is read.
    ports.openFifo();
    loop.send({ kind: 'started', table: readTable(ports, 'first'), emergency: options.emergency, at });
    keepHeapSmall();
    ports.listen((line) =>
      answerControl(line, {
        pid: process.pid,
        root: options.root,
        startedAt: at,
        now: ports.now,
        state: loop.state,
      }),
    );
  });
}

function wire(
  ports: InitPorts,
  options: InitOptions,
  where: { readonly path: string; readonly console: string | undefined },
): Loop {
  const initial = createMachine({
    place: options.place,
    ...(options.wantedLevel !== undefined && { wantedLevel: options.wantedLevel }),
  });
  const environment = {
    own: options.env,
    path: where.path,
    console: where.console,
    root: options.root === '/' ? undefined : options.root,
    version: `rcinit-${options.version}`,
  };
  const send = (event: Event): void => {
    loop.send(event);
    tellReady();
  };
  const perform = createPerformer({ ports, environment, send });
  const onFault = (error: unknown, during: Event | Effect): void => reportFault(ports, error, during.kind);
  const loop = createLoop(initial, { perform, onFault });
  const tellReady = onceReady(loop, options.onReady);
  listen(ports, options.place, send);
  process.on('uncaughtException', (error) => reportFault(ports, error, 'the main loop'));
  return { ...loop, send };
}

/** PID 1 never dies of its own faults: it says what happened and goes on without that event. */
function reportFault(ports: InitPorts, error: unknown, during: string): void {
  const text = error instanceof Error ? error.message : String(error);
  ports.sayConsole(`internal error in "${during}", ignoring it, please report: ${text}`);
  ports.saySyslog(`internal error in "${during}", ignoring it, please report: ${text}`);
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
