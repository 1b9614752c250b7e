/** Carries out the engine's effects through the ports. Decides nothing. */
import { describeEnd } from '../core/engine/describe-end.ts';
import { KERNEL_COMMAND_LINE } from '../core/inittab/inittab-autocon.ts';
import { inittabLogLine, parseInittab } from '../core/inittab/inittab.ts';
import type { Inittab } from '../core/inittab/inittab-entry.ts';
import type { Effect, Event, TimerName } from '../core/engine/machine-types.ts';
import { planCommand } from '../core/inittab/process-field.ts';
import type { InitPorts } from '../os/pid1/ports.ts';
import { childEnvironment, type EnvironmentBase } from './environment.ts';
import type { Reexec } from './re-exec.ts';

export interface EffectContext {
  readonly ports: InitPorts;
  readonly environment: EnvironmentBase;
  /** For events that come later: timers and the console's answer. */
  readonly send: (event: Event) => void;
  readonly reexec: Reexec;
}

type On<K extends Effect['kind']> = Extract<Effect, { kind: K }>;
type Performers = { readonly [K in Effect['kind']]: (effect: On<K>) => readonly Event[] };

/** Returns the one function that acts on the machine. It remembers nothing but running timers. */
export function createPerformer(context: EffectContext): (effect: Effect) => readonly Event[] {
  const { ports, send, reexec } = context;
  const timers = createTimers(context);
  const done: readonly Event[] = [];
  const performers: Performers = {
    spawn: (effect) => spawn(context, effect),
    signalGroup: ({ pid, signal }) => (ports.signalGroup(pid, signal), done),
    signalRest: ({ signal }) => {
      ports.signalRest(signal);
      return ports.isChildless() ? [{ kind: 'childless', at: ports.now() }] : done;
    },
    setTimer: ({ timer, afterMs }) => (timers.set(timer, afterMs), done),
    clearTimer: ({ timer }) => (timers.clear(timer), done),
    readTable: () => [{ kind: 'tableRead', table: readTable(ports, 'again'), at: ports.now() }],
    showLevel: ({ level, previous }) => (ports.writeLevel(level, previous), done),
    tryProgram: () => {
      reexec.prepare(() => send({ kind: 'timerFired', timer: 'reexec', at: ports.now() }));
      return done;
    },
    reexec: () => reexec.become(),
    record: ({ fact }) => (ports.record(fact), done),
    resetConsole: () => (ports.resetConsole(), done),
    askLevel: () => {
      ports.askConsole('\nEnter runlevel: ', (line) => send({ kind: 'answered', line, at: ports.now() }));
      return done;
    },
    say: ({ to, text }) => (say(ports, to, text), done),
    sayHeld: (effect) => (sayHeld(ports, effect), done),
    exit: ({ status }) => (ports.exit(status), done),
  };
  return (effect) => (performers[effect.kind] as (effect: Effect) => readonly Event[])(effect);
}

function createTimers({ ports, send }: EffectContext): {
  readonly set: (timer: TimerName, afterMs: number) => void;
  readonly clear: (timer: TimerName) => void;
} {
  const cancels = new Map<TimerName, () => void>();
  const clear = (timer: TimerName): void => {
    cancels.get(timer)?.();
    cancels.delete(timer);
  };
  const set = (timer: TimerName, afterMs: number): void => {
    clear(timer);
    const cancel = ports.setTimer(afterMs, () => {
      cancels.delete(timer);
      send({ kind: 'timerFired', timer, at: ports.now() });
    });
    cancels.set(timer, cancel);
  };
  return { set, clear };
}

function spawn({ ports, environment }: EffectContext, effect: On<'spawn'>): readonly Event[] {
  const { argv } = planCommand(effect.entry, effect.level, { initscript: ports.hasInitscript() });
  const env = childEnvironment(environment, effect);
  const result = ports.spawn({ argv, env, controllingTerminal: effect.controllingTerminal });
  const at = ports.now();
  if (result.kind === 'failed')
    return [{ kind: 'spawnFailed', key: effect.key, program: argv[0] ?? '', code: result.code, at }];
  const { id, records } = effect.entry;
  // A getty looks for this record soon after its start, so it cannot wait for the engine's next turn.
  if (records) ports.record({ kind: 'start', id, pid: result.pid });
  return [{ kind: 'spawned', key: effect.key, pid: result.pid, at }];
}

function say(ports: InitPorts, to: 'console' | 'syslog' | 'both', text: string): void {
  if (to !== 'syslog') ports.sayConsole(text);
  if (to !== 'console') ports.saySyslog(text);
}

/** The original's line, word for word, and below it what it leaves one to guess. */
function sayHeld(ports: InitPorts, { entry, last, forMs }: On<'sayHeld'>): void {
  say(
    ports,
    'both',
    `Id "${entry.id}" respawning too fast: disabled for ${Math.round(forMs / 60_000)} minutes`,
  );
  const until = new Date(ports.wallClock() + forMs).toTimeString().slice(0, 8);
  const ended =
    last === undefined ? '' : ` ${describeEnd(last.end)} after ${(last.ranMs / 1_000).toFixed(2)} s;`;
  say(
    ports,
    'both',
    `Id "${entry.id}": "${entry.command}"${ended} next try at ${until}, or at once with telinit q`,
  );
}

/**
 * Reads and parses the table, and says what is wrong with it.
 * @param when At a later reading a table without one usable entry is refused, so that the last good one stays.
 * @returns Undefined if the table was refused.
 */
export function readTable(ports: InitPorts, when: 'first'): Inittab;
export function readTable(ports: InitPorts, when: 'again'): Inittab | undefined;
export function readTable(ports: InitPorts, when: 'first' | 'again'): Inittab | undefined {
  const [main, ...others] = ports.readTable();
  for (const { path } of others) if (path !== KERNEL_COMMAND_LINE) say(ports, 'both', `Reading: ${path}`);
  const { table, diagnostics } = parseInittab(main === undefined ? [] : [main, ...others]);
  for (const diagnostic of diagnostics) {
    if (diagnostic.severity === 'error' || diagnostic.code === 'more-errors')
      say(ports, 'both', inittabLogLine(diagnostic));
  }
  const asked = table.entries.filter(({ file }) => file === KERNEL_COMMAND_LINE);
  for (const { id, command } of asked)
    say(ports, 'both', `added agetty on ${command.split(' ').at(-2)} with id ${id}`);
  // Line 0 is the single-user line that is added to every table.
  if (when === 'first' || table.entries.some((entry) => entry.line > 0 && !asked.includes(entry)))
    return table;
  say(
    ports,
    'both',
    'no usable entry in /etc/inittab, keeping the table read before; rcinit check shows what is wrong',
  );
  return undefined;
}
