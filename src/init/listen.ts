/** Makes events of what reaches init from outside: ends of processes, requests and signals. */
import { decodeRequest } from '../core/wire/initctl-message.ts';
import type { Event, Place } from '../core/engine/machine-types.ts';
import type { InitPorts, InitSignal } from '../os/pid1/ports.ts';
import type { MainScript } from './main-script.ts';
import { signalMeaning } from './signals.ts';

/** @param mainScript Told of every end, after the engine. */
export function listen(
  ports: InitPorts,
  place: Place,
  send: (event: Event) => void,
  mainScript: MainScript | undefined,
): void {
  ports.onExit((pid, status) => {
    send({ kind: 'childExited', pid, status, at: ports.now() });
    mainScript?.noteExit(pid, status);
  });
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
