/** Becoming another program with everything init remembers, and what happens when that fails. */
import type { Event, State } from '../core/engine/machine-types.ts';
import { saveState, type KeptFacts } from '../core/engine/saved-state.ts';
import { encodeState } from '../core/engine/state-stream.ts';
import type { InitPorts } from '../os/pid1/ports.ts';
import { nextEnvironment, type EnvironmentBase } from './environment.ts';

export interface ReexecContext {
  readonly ports: InitPorts;
  readonly environment: EnvironmentBase;
  readonly state: () => State;
  readonly facts: () => KeptFacts;
  /** The path of the program, for messages. */
  readonly program: string;
}

export interface Reexec {
  /** Tries the program; if it works, `then` is called in a turn of the loop of its own. */
  readonly prepare: (then: () => void) => void;
  /** Never returns if it succeeds. Does nothing while there is no state to hand on. */
  readonly become: () => readonly Event[];
}

export function createReexec({ ports, environment, state, facts, program }: ReexecContext): Reexec {
  const fail = (why: string): void => {
    const text = `cannot re-execute "${program}": ${why}; going on with the program that runs`;
    ports.sayConsole('Attempt to re-exec failed');
    ports.sayConsole(text);
    ports.saySyslog(text);
  };
  return {
    prepare: (then) =>
      ports.tryProgram((why) => {
        if (why !== undefined) return fail(why);
        // What libuv has taken from the kernel and not told us of yet (ends, signals) would be lost.
        ports.setTimer(1, then);
      }),
    become: () => {
      const saved = saveState(state(), facts());
      if (saved === undefined) return [];
      const env = nextEnvironment(environment, saved.core.extraEnv);
      const stream = encodeState(saved, environment.version);
      fail(ports.reexec({ stream, env }));
      return [];
    },
  };
}
