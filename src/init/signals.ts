/** What a signal means, by the place init runs in. Pure. */
import type { Event, Place } from '../core/engine/machine-types.ts';
import type { InitSignal } from '../os/pid1/ports.ts';

/** Events for the engine, and what is no matter of the engine's. */
export type SignalMeaning =
  | Event['kind']
  /** The fifo is closed and opened again, or closed until then. */
  | 'reopenFifo'
  | 'closeFifo'
  /** SIGRTMIN+4 of a machine's manager: power off through shutdown(8). */
  | 'shutdown'
  /** Ctrl-Z: in a folder init is a job of the user's shell. */
  | 'stopSelf'
  | 'nothing';

const MACHINE: Readonly<Record<InitSignal, SignalMeaning>> = {
  SIGHUP: 'reload',
  SIGINT: 'ctrlAltDel',
  SIGTERM: 'nothing',
  SIGQUIT: 'nothing',
  SIGUSR1: 'reopenFifo',
  SIGUSR2: 'closeFifo',
  SIGPWR: 'power',
  SIGWINCH: 'keyboard',
  SIGTSTP: 'pause',
  SIGCONT: 'resume',
  'SIGRTMIN+3': 'nothing',
  'SIGRTMIN+4': 'shutdown',
};

/** Container managers say "stop" in four ways: docker, lxc, systemd's and podman's. */
const CONTAINER: Readonly<Record<InitSignal, SignalMeaning>> = {
  ...MACHINE,
  SIGTERM: 'leave',
  SIGPWR: 'leave',
  'SIGRTMIN+3': 'leave',
  'SIGRTMIN+4': 'leave',
};

/** A terminal sends SIGWINCH for every change of its size. */
const FOLDER: Readonly<Record<InitSignal, SignalMeaning>> = {
  ...CONTAINER,
  SIGWINCH: 'nothing',
  SIGTSTP: 'stopSelf',
};

const MEANINGS = { machine: MACHINE, container: CONTAINER, folder: FOLDER } as const satisfies Record<
  Place,
  unknown
>;

/** @see spec: sysvinit section 4; DESIGN section 3 for containers and folders */
export function signalMeaning(signal: InitSignal, place: Place): SignalMeaning {
  return MEANINGS[place][signal];
}
