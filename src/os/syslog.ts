/** One line to the system log, in the form of syslog(3) with the tag `init`. */
import { sendDatagram } from './libc-socket.ts';

/** Facility daemon (3), priority info (6). */
const PRIORITY = 3 * 8 + 6;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Logs one message: `<30>Nov  5 09:08:07 init: text`, in local time. Never blocks and never throws: without a logger,
 * with one that is behind, or without FFI the message is lost, as it always was.
 * @param socketPath `/dev/log` of the root, as a path of the machine.
 * @returns Whether somebody took it.
 */
export function sendToSyslog(socketPath: string, text: string, when: Date = new Date()): boolean {
  try {
    sendDatagram(socketPath, Buffer.from(`<${PRIORITY}>${formatTime(when)} init: ${text}`));
    return true;
  } catch {
    return false;
  }
}

function formatTime(when: Date): string {
  const [clock = ''] = when.toTimeString().split(' ');
  return `${MONTHS[when.getMonth()]} ${String(when.getDate()).padStart(2)} ${clock}`;
}
