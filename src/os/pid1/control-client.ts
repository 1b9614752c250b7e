/** Asking the running init one thing through its control socket. */
import { createConnection } from 'node:net';
import type { Millis } from '../../core/units.ts';
import { errorCode } from '../os-error.ts';
import { shortSocketPath } from '../socket-path.ts';

export type ControlReply =
  /** One line without its newline. */
  | { readonly kind: 'answer'; readonly line: string }
  /** No init runs in this root: there is no socket, or nobody listens on it. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'timeout' }
  /** `code` is an errno name; `ECONNRESET` if the connection ended without an answer. */
  | { readonly kind: 'failed'; readonly code: string };

/**
 * Sends one line and waits for one line. Never rejects.
 * @param deadlineMs From now until the whole answer is there; undefined to wait as long as init lives.
 */
export function askControl(
  path: string,
  line: string,
  deadlineMs: Millis | undefined,
): Promise<ControlReply> {
  let release = (): void => undefined;
  return new Promise<ControlReply>((resolve) => {
    const short = shortSocketPath(path);
    release = short.release;
    const socket = createConnection({ path: short.path });
    const chunks: Buffer[] = [];
    const timer =
      deadlineMs === undefined ? undefined : setTimeout(() => finish({ kind: 'timeout' }), deadlineMs);
    const finish = (reply: ControlReply): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reply);
    };
    socket.once('connect', () => socket.write(`${line}\n`));
    socket.on('data', (chunk: Buffer) => {
      const end = chunk.indexOf('\n');
      chunks.push(end < 0 ? chunk : chunk.subarray(0, end));
      if (end >= 0) finish({ kind: 'answer', line: Buffer.concat(chunks).toString() });
    });
    socket.once('error', (error) => finish(explain(error)));
    socket.once('close', () => finish({ kind: 'failed', code: 'ECONNRESET' }));
  })
    .catch(explain)
    .finally(() => release());
}

function explain(error: unknown): ControlReply {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR') return { kind: 'absent' };
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'denied' };
  return { kind: 'failed', code: code === 'EPIPE' ? 'ECONNRESET' : code };
}
