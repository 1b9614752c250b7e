import { expect, test } from 'vitest';
import { signalMeaning, type SignalMeaning } from '../../src/init/signals.ts';
import type { InitSignal } from '../../src/os/pid1/ports.ts';

test.each<[InitSignal, machine: SignalMeaning, container: SignalMeaning, folder: SignalMeaning]>([
  ['SIGHUP', 'reload', 'reload', 'reload'],
  ['SIGINT', 'ctrlAltDel', 'ctrlAltDel', 'ctrlAltDel'],
  ['SIGTERM', 'nothing', 'leave', 'leave'],
  ['SIGQUIT', 'nothing', 'nothing', 'nothing'],
  ['SIGUSR1', 'reopenFifo', 'reopenFifo', 'reopenFifo'],
  ['SIGUSR2', 'closeFifo', 'closeFifo', 'closeFifo'],
  ['SIGPWR', 'power', 'leave', 'leave'],
  ['SIGWINCH', 'keyboard', 'keyboard', 'nothing'],
  ['SIGTSTP', 'pause', 'pause', 'stopSelf'],
  ['SIGCONT', 'resume', 'resume', 'resume'],
  ['SIGRTMIN+3', 'nothing', 'leave', 'leave'],
  ['SIGRTMIN+4', 'shutdown', 'leave', 'leave'],
])('signalMeaning of %s: %s on a machine, %s in a container, %s in a folder', (signal, ...meanings) => {
  const places = ['machine', 'container', 'folder'] as const;
  expect(places.map((place) => signalMeaning(signal, place))).toEqual(meanings);
});
