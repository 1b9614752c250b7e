/** Taking over from the program that this process was before, be it another version of ours or sysvinit. */
import type { SavedState } from '../core/engine/saved-state.ts';
import type { HandedState } from '../core/engine/state-stream-reader.ts';
import type { InitPorts } from '../os/pid1/ports.ts';
import type { Resumed } from '../os/pid1/real.ts';

export interface HandedOn {
  readonly state: HandedState;
  /** Closes the fifo that was kept open meanwhile; to be called once it is open again. */
  readonly closeFifo: () => void;
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface Taken {
  /** What init itself was given, without the variables that came through the fifo. */
  readonly env: Environment;
  readonly saved: SavedState | undefined;
  /** What the ports need to know of it. */
  readonly resumed: Resumed | undefined;
}

/** The variables of the fifo are in the environment too, where sysvinit has them only. */
export function takeOver(state: HandedState | undefined, env: Environment): Taken {
  if (state?.kind !== 'usable') return { env, saved: undefined, resumed: undefined };
  const { saved, isForeign } = state;
  const extraEnv = isForeign ? variablesOf(env) : saved.core.extraEnv;
  const names = new Set(extraEnv.map(([name]) => name));
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !names.has(name)));
  const core = { ...saved.core, extraEnv };
  return { env: own, saved: { ...saved, core }, resumed: { isForeign, owed: saved.facts.owed } };
}

function variablesOf(env: Environment): SavedState['core']['extraEnv'] {
  return Object.entries(env).flatMap(([name, value]): [string, string][] =>
    name.startsWith('INIT_') && name !== 'INIT_VERSION' && value !== undefined ? [[name, value]] : [],
  );
}

/** What there is to say about a state that was handed on. */
export function problemsOf(state: HandedState | undefined): readonly string[] {
  if (state === undefined) return [];
  if (state.kind === 'usable') return state.problems.map((text) => `the state that was handed on: ${text}`);
  return [`the state that was handed on cannot be used, ${state.why}: booting anew`];
}

/**
 * Forgets processes that are no children of ours: nobody would hear of their ends, and their numbers may be somebody
 * else's. Also asks for what a signal of the original stands for.
 */
export function dropStrangers(saved: SavedState, ports: InitPorts): SavedState {
  const slots = saved.core.slots.map((slot) => {
    if (slot.run?.kind !== 'running' || ports.isChild(slot.run.pid)) return slot;
    const text = `process ${slot.run.pid} of id "${slot.entry.id}" is no child of init, taking it as ended`;
    ports.sayConsole(text);
    ports.saySyslog(text);
    if (slot.entry.records) ports.record({ kind: 'death', id: slot.entry.id, pid: slot.run.pid });
    return { ...slot, run: undefined };
  });
  const deferred = saved.core.deferred.map((event) =>
    event.kind === 'power' && event.state === undefined ? { ...event, state: ports.takePowerState() } : event,
  );
  return { ...saved, core: { ...saved.core, slots, deferred } };
}
