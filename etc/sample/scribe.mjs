/** Keeps the log of the sample system: every line sent to run/scribe.sock, with the time, in var/log/scribe.log. */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { daemonize } from './daemonize.mjs';
import { listenOn } from './unix-socket.mjs';

const SOCKET = 'run/scribe.sock';
const LOG = 'var/log/scribe.log';

await daemonize({
  name: 'scribe',
  setUp: async () => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      createInterface({ input: socket }).on('line', keep);
    });
    await listenOn(server, SOCKET);
    write('scribe: listening');
    return () => {
      server.close();
      keep('scribe: ends');
    };
  },
});

/** A full disk costs lines of the log, not the service. */
function keep(line) {
  try {
    write(line);
  } catch {
    // There is nowhere to say it.
  }
}

/** Control characters would reach the terminal of whoever reads the log. */
function write(line) {
  const time = new Date().toISOString();
  appendFileSync(LOG, `${time} ${line.replaceAll(/\p{Cc}/gu, '?')}\n`);
}
