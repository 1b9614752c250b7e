/** The server side of the control socket: one line in, one line out, and a bound to everything a client may do. */
import { lstatSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Millis } from '../../core/units.ts';
import { makeFolder } from '../file/make-folder.ts';
import { errorCode, errorText, OsError } from '../os-error.ts';
import { shortSocketPath } from '../socket-path.ts';

/** The longest request line without its newline, in bytes. Whoever sends more is cut off. */
const MAX_LINE_BYTES = 65_536;
/** How long a client may be silent, or not take its answer, in milliseconds. */
const IDLE_MS: Millis = 10_000;
/** Enough for every tool at once, and few enough to leave descriptors for our children. */
const MAX_CONNECTIONS = 64;

/**
 * Gets a line without its newline, returns the answer without one. If it throws, the connection is dropped.
 * An answer may take its time; `gone` is aborted when the client does not wait for it any more.
 */
export type LineHandler = (line: string, gone: AbortSignal) => string | Promise<string>;

export interface ControlSocket {
  /** True if the path still names the socket that is listened on. */
  readonly isSame: () => boolean;
  /** Stops listening; who is connected is still answered. */
  readonly leave: () => void;
  /** Stops listening, drops all connections and removes the socket file if it is still ours. */
  readonly close: () => void;
}

/**
 * Listens on a Unix socket of mode 0600 and answers line by line, each connection in order.
 * A socket that is there already is taken for one that a dead init left, and replaced: the caller makes sure that
 * no other init runs in this root. Anything else at the path is not touched.
 * @throws {OsError} EEXIST if the path is no socket; EACCES, EROFS …
 */
export async function listenForControl(
  path: string,
  handler: LineHandler,
  { idleMs = IDLE_MS }: { readonly idleMs?: Millis } = {},
): Promise<ControlSocket> {
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setTimeout(idleMs, () => socket.destroy());
    serve(socket, handler, idleMs).catch(() => socket.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  const release = await bindAt(server, path);
  // An error of accept, e.g. EMFILE, passes by itself; without a listener it would be an exception.
  server.on('error', () => undefined);
  const ours = lstatSync(path);
  const isSame = (): boolean => {
    const named = lstatSync(path, { throwIfNoEntry: false });
    return named?.ino === ours.ino && named.dev === ours.dev;
  };
  const leave = (): void => void server.close(release);
  return {
    isSame,
    leave,
    close: () => {
      if (!server.listening) return;
      leave();
      for (const socket of connections) socket.destroy();
      if (isSame()) rmSync(path, { force: true });
    },
  };
}

/**
 * Binds under another name and renames, so that the socket appears with its final mode and there is always one.
 * @returns What to call when the server is closed.
 */
async function bindAt(server: Server, path: string): Promise<() => void> {
  const temporary = `${path}.new`;
  let release = (): void => undefined;
  try {
    makeFolder(dirname(path));
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there !== undefined && !there.isSocket()) throw fileExists(path);
    rmSync(temporary, { force: true });
    const short = shortSocketPath(temporary);
    release = short.release;
    await listenPrivately(server, short.path);
    renameSync(temporary, path);
    return release;
  } catch (error) {
    // Removes the temporary socket, too.
    server.close();
    release();
    const facts = { code: errorCode(error), syscall: 'bind', path, cause: error };
    throw new OsError(`cannot listen on "${path}": ${errorText(error)}`, facts);
  }
}

function fileExists(path: string): OsError {
  return new OsError(`${path} is no socket`, { code: 'EEXIST', syscall: 'bind', path });
}

function listenPrivately(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const before = process.umask(0o177);
    try {
      // The bind happens inside this call; only the event comes later.
      server.listen({ path }, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(before);
    }
  });
}

async function serve(socket: Socket, handler: LineHandler, idleMs: Millis): Promise<void> {
  let rest = Buffer.alloc(0);
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  for await (const chunk of socket) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    for (let at = rest.indexOf('\n'); at >= 0; at = rest.indexOf('\n')) {
      if (at > MAX_LINE_BYTES) break;
      const line = rest.toString('utf8', 0, at);
      rest = rest.subarray(at + 1);
      await answer(socket, line, (text) => handler(text, gone.signal), idleMs);
    }
    if (rest.length > MAX_LINE_BYTES) return void socket.destroy();
  }
}

/** Waits until the answer was taken: a client that asks and never reads must not fill our memory. */
async function answer(
  socket: Socket,
  line: string,
  handler: (line: string) => string | Promise<string>,
  idleMs: Millis,
): Promise<void> {
  // While the answer is being made it is not the client who is idle.
  socket.setTimeout(0);
  const text = await handler(line);
  socket.setTimeout(idleMs);
  await new Promise((resolve) => {
    socket.write(`${text}\n`, resolve);
  });
}
