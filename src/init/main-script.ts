/** Watches the daemon of the main init script, and tells the engine when it is over. */
import { stepMain, type MainLook, type MainWatch } from '../core/engine/main-script.ts';
import type { DaemonSidecar } from '../core/daemon/daemon-sidecar.ts';
import { isLevelReached } from '../core/engine/machine-reached.ts';
import { isWayDown } from '../core/engine/machine-way-down.ts';
import type { Event, State } from '../core/engine/machine-types.ts';
import type { ExitStatus, Pid } from '../core/units.ts';
import type { InitPorts } from '../os/pid1/ports.ts';

export interface MainScriptContext {
  /** The file name in /etc/init.d. */
  readonly script: string;
  readonly ports: Pick<InitPorts, 'now' | 'setTimer' | 'sayConsole' | 'saySyslog' | 'lookAtMain'>;
  readonly state: () => State;
  readonly send: (event: Event) => void;
}

export interface MainScript {
  /** To be called with the end of every process, orphans too, and after each event: looks, if there is a reason. */
  readonly noteExit: (pid: Pid, status: ExitStatus) => void;
  readonly check: () => void;
}

/** Ends that came before the pid file was read; more daemons than that do not start before a level is reached. */
const MAX_ENDS = 256;

export function watchMainScript({ script, ports, state, send }: MainScriptContext): MainScript {
  let watch: MainWatch = { kind: 'waiting' };
  let cancel = (): void => undefined;
  const ends = new Map<Pid, ExitStatus>();

  const look = (): void => {
    cancel();
    if (watch.kind === 'over') return;
    if (isWayDown(state().core)) {
      watch = { kind: 'over' };
      return;
    }
    const before = followed(watch);
    const seen: MainLook = ports.lookAtMain(script, before);
    const facts = { at: ports.now(), isReached: isLevelReached(state()), endOf: (pid: Pid) => ends.get(pid) };
    const step = stepMain(watch, seen, facts);
    watch = step.watch;
    const now = followed(watch);
    // The number may have been another process's before.
    if (now !== undefined && now !== before) ends.delete(now.pid);
    if (step.lookAfterMs !== undefined) cancel = ports.setTimer(step.lookAfterMs, look);
    if (step.say !== undefined) say(ports, `main script "${script}": ${step.say}`);
    if (step.verdict !== undefined) send({ kind: 'leave', main: step.verdict, at: ports.now() });
  };

  return {
    noteExit: (pid, status) => {
      if (watch.kind === 'over') return;
      ends.delete(pid);
      ends.set(pid, status);
      for (const [oldest] of ends) if (ends.size > MAX_ENDS) ends.delete(oldest);
      if (watch.kind === 'following' && watch.daemon.pid === pid) look();
    },
    check: () => {
      if (watch.kind === 'waiting' && isLevelReached(state())) look();
    },
  };
}

function followed(watch: MainWatch): DaemonSidecar | undefined {
  return watch.kind === 'following' || watch.kind === 'replacing' ? watch.daemon : undefined;
}

function say(ports: Pick<InitPorts, 'sayConsole' | 'saySyslog'>, text: string): void {
  ports.sayConsole(text);
  ports.saySyslog(text);
}
