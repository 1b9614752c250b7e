/** What every step of a shutdown knows, and how it speaks to the users. */
import { hostname } from 'node:os';
import { formatCtime } from '../../core/c-time.ts';
import type { ShutdownRequest } from '../../core/shutdown/shutdown-options.ts';
import { bannerText } from '../../core/shutdown/shutdown-text.ts';
import { CONTROL_FIFO } from '../../core/system-paths.ts';
import { encodeSetenv } from '../../core/wire/initctl-message.ts';
import { showControls } from '../../core/visible-text.ts';
import { writeRequest } from '../../os/pid1/fifo-writer.ts';
import { inRoot } from '../../os/file/in-root.ts';
import { errnoText } from '../../os/os-error.ts';
import { sendToSyslog } from '../../os/record/syslog.ts';
import { findUser } from '../../os/process/user-database.ts';
import { ownTerminal, writeToAll } from '../../os/record/wall.ts';
import type { AppletIo } from '../applet.ts';

export interface ShutdownContext {
  readonly io: AppletIo;
  readonly root: string;
  readonly request: ShutdownRequest;
}

export const EXIT_FAILED = 1;

const WRITE_DEADLINE_MS = 3_000;
/** Facility user (1), severity notice (5). */
const SYSLOG_PRIORITY = 1 * 8 + 5;

/** Writes a text under the usual banner onto the terminals of all users. */
export function tellUsers(root: string, text: string): Promise<void> {
  const uid = process.getuid?.() ?? 0;
  const user = findUser(uid)?.name ?? (uid === 0 ? 'root' : `uid ${uid}`);
  const speaker = { user, host: hostname(), terminal: ownTerminal() };
  return writeToAll(root, showControls(bannerText(speaker, formatCtime(new Date())) + text));
}

/** Lets init and its scripts know what to do with the power; `undefined` takes back what was said before. */
export function sendHaltAction({ io, root, request }: ShutdownContext): void {
  const { cancel, haltAction } = request;
  const variable = cancel || haltAction === undefined ? 'INIT_HALT' : `INIT_HALT=${haltAction}`;
  const path = inRoot(root, CONTROL_FIFO);
  const outcome = writeRequest(path, encodeSetenv([variable]) ?? new Uint8Array(), WRITE_DEADLINE_MS);
  if (outcome === 'sent') return;
  if (outcome.kind === 'timeout') io.err(`shutdown: timeout opening/writing control channel ${path}\n`);
  else io.err(`shutdown: ${path}: ${errnoText(outcome.code)}\n`);
}

export function logToSystem(root: string, text: string): void {
  const source = { tag: `shutdown[${process.pid}]`, priority: SYSLOG_PRIORITY };
  sendToSyslog(inRoot(root, '/dev/log'), text, new Date(), source);
}
