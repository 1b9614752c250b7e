/** Unix sockets of the sample services: listening on one, and speaking one line into one. */
import { rmSync } from 'node:fs';
import { connect } from 'node:net';

/**
 * Listens on `path`. A socket nobody answers on is the leftover of a killed daemon, and is replaced; that nobody
 * else does the same at this moment is the caller's concern (see daemonize.mjs).
 */
export async function listenOn(server, path) {
  try {
    await listen(server, path);
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error;
    if (await isAnswered(path)) throw new Error(`${path} is in use by a running process`, { cause: error });
    rmSync(path, { force: true });
    await listen(server, path);
  }
}

function listen(server, path) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function isAnswered(path) {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** Notes a line in scribe's log, if scribe runs. A service does not fail because its log does. */
export function note(name, text) {
  const socket = connect('run/scribe.sock');
  socket.on('error', () => socket.destroy());
  socket.end(`${name}: ${text}\n`);
}

/**
 * Sends `request` and resolves with the first line of the answer; undefined where nobody answers.
 * @param {number} deadlineMs After which the answer counts as missing.
 */
export function ask(path, request, deadlineMs) {
  return new Promise((resolve) => {
    const socket = connect(path);
    let text = '';
    const finish = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setEncoding('utf8');
    socket.setTimeout(deadlineMs, () => finish(undefined));
    socket.on('error', () => finish(undefined));
    socket.on('close', () => finish(undefined));
    socket.on('data', (chunk) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) finish(text.slice(0, end));
    });
    socket.write(request);
  });
}
