/** The steps of a case. What a step returns is compared like everything that is observed. */
import { rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { passGate } from '../fifo-gate.ts';
import { waitFor } from '../wait-for.ts';
import { MOVE_PROC, type Machine, type Side } from './machine.ts';
import type { Mark } from './observe.ts';
import { listPids } from './pids.ts';

export interface StepContext {
  readonly machine: Machine;
  readonly since: Mark;
  /** Whose telinit, shutdown … are used. */
  readonly tools: Side;
}

export type Step = (context: StepContext) => Promise<unknown>;

/** Only decides how long a case takes that fails. */
const DEADLINE_MS = 20_000;

/** Waits until a program noted the line as often as said since the case began. */
export function noted(line: string, times = 1): Step {
  return async ({ machine, since }) => {
    const count = () =>
      machine
        .log()
        .slice(since.log)
        .filter((one) => one === line).length;
    await explained(machine, `"${line}" × ${times}`, () => count() >= times);
  };
}

/** Waits until the console showed the text since the case began. */
export function shown(text: string): Step {
  return async ({ machine, since }) => {
    await explained(machine, `"${text}" on the console`, () =>
      machine.console.raw.slice(since.console).includes(text),
    );
  };
}

/** Waits until the system log got a message with this text. */
export function logged(text: string): Step {
  return async ({ machine, since }) => {
    const isThere = () =>
      machine
        .syslog()
        .slice(since.syslog)
        .some((one) => one.includes(text));
    await explained(machine, `"${text}" in the system log`, isThere);
  };
}

async function explained(machine: Machine, what: string, ask: () => boolean): Promise<void> {
  try {
    await waitFor(what, ask, DEADLINE_MS);
  } catch (error) {
    const state = `${machine.side}: noted ${JSON.stringify(machine.log())}, console ${JSON.stringify(machine.console.raw)}`;
    throw new Error(`${(error as Error).message}; ${state}`, { cause: error });
  }
}

/** Runs a command inside; its exit status and texts are compared. */
export function run(...argv: readonly string[]): Step {
  return async ({ machine }) => {
    const { code, signal, stdout, stderr } = await machine.run(argv);
    return { argv: argv.join(' '), code, signal, stdout: maskMinutes(stdout), stderr };
  };
}

/** In one breath, once there is one: either init makes its fifo anew within five seconds. */
export function telinitWithoutFifo(level: string): Step {
  return async ({ machine, tools }) => {
    const script = `until [ -p /run/initctl ]; do sleep 0.01; done; rm -f /run/initctl; exec telinit ${level}`;
    const { code, signal, stdout, stderr } = await machine.run(['sh', '-c', script], {
      env: { PATH: `${dirname(machine.tool(tools, 'telinit'))}:${HOST_PATH}` },
      deadlineMs: TOOL_MS,
    });
    return { code, signal, stdout, stderr };
  };
}

/** As who(1) shows times and pids. */
function maskMinutes(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d|\w{3} [ \d]\d \d\d:\d\d/g, 'TIME')
    .replaceAll(/(TIME +)\d+/g, '$1PID');
}

/** Runs one of the programs that both sides have; whose, the scenario says. */
export function tool(name: string, ...args: readonly string[]): Step {
  return async ({ machine, tools }) => {
    const { code, signal, stdout, stderr } = await machine.run([name, ...args], {
      // By its name alone, as one types it: getopt(3) names the program as it was called.
      env: { PATH: `${dirname(machine.tool(tools, name))}:${HOST_PATH}` },
      deadlineMs: TOOL_MS,
    });
    return { argv: [name, ...args].join(' '), code, signal, stdout, stderr };
  };
}

const HOST_PATH = '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** No program here takes longer, unless it hangs. */
const TOOL_MS = 15_000;

export const telinit = (...args: readonly string[]): Step => tool('telinit', ...args);

/** Writes bytes into the control fifo as they are. */
export function request(bytes: Uint8Array): Step {
  return async ({ machine }) => {
    const { code } = await machine.run(['dd', 'of=/run/initctl', 'bs=4096', 'conv=notrunc'], {
      input: bytes,
    });
    return { code };
  };
}

export function signalInit(signal: NodeJS.Signals | number): Step {
  return async ({ machine }) => machine.signal(signal);
}

/** Kills the one process whose arguments end so. */
export function kill(words: string, signal = 'KILL'): Step {
  return async ({ machine }) => {
    const pids = listPids(machine, words);
    if (pids.length === 0) throw new Error(`${machine.side}: nobody is "${words}"`);
    await machine.run(['kill', `-${signal}`, ...pids.map(String)]);
  };
}

/** Waits until no process has arguments that end so. */
export function gone(words: string): Step {
  return async ({ machine }) => {
    await explained(machine, `the end of "${words}"`, () => listPids(machine, words).length === 0);
  };
}

export function type(text: string): Step {
  return async ({ machine }) => machine.type(text);
}

/** Replaces the table; the line that moves /proc stays at its head. */
export function table(...lines: readonly string[]): Step {
  return write('/etc/inittab', [MOVE_PROC, ...lines, ''].join('\n'));
}

export function write(path: string, text: string | Uint8Array): Step {
  return async ({ machine }) => writeFileSync(machine.path(path), text);
}

export function remove(path: string): Step {
  return async ({ machine }) => rmSync(machine.path(path), { force: true, recursive: true });
}

/** Lets the one that waits at the gate pass. */
export const openGate: Step = async ({ machine }) => passGate(machine.path('/t/gate.fifo'));

/** Waits until something is so. */
export function until(what: string, ask: (machine: Machine) => boolean): Step {
  return async ({ machine }) => explained(machine, what, () => ask(machine));
}
