/** One line to the system log, in the form of syslog(3). */
import { sendDatagram } from '../libc/libc-socket.ts';
import { localTime } from '../libc/libc-time.ts';

/** Who logs, and how much it matters. */
export interface SyslogSource {
  readonly tag: string;
  /** Facility × 8 + severity. */
  readonly priority: number;
}

/** Facility daemon (3), severity info (6). */
const INIT: SyslogSource = { tag: 'init', priority: 3 * 8 + 6 };

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Logs one message: `<30>Nov  5 09:08:07 init: text`, in local time. Never blocks and never throws: without a logger,
 * with one that is behind, or without FFI the message is lost, as it always was.
 * @param socketPath `/dev/log` of the root, as a path of the machine.
 * @returns Whether somebody took it.
 */
export function sendToSyslog(
  socketPath: string,
  text: string,
  when: Date = new Date(),
  { tag, priority }: SyslogSource = INIT,
): boolean {
  try {
    sendDatagram(socketPath, Buffer.from(`<${priority}>${formatTime(when)} ${tag}: ${text}`));
    return true;
  } catch {
    return false;
  }
}

function formatTime(when: Date): string {
  const { month, day, hour, minute, second } = localTime(when.getTime());
  const clock = [hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':');
  return `${MONTHS[month]} ${String(day).padStart(2)} ${clock}`;
}
