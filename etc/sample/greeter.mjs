/** Says a greeting to whoever connects to run/greeter.sock; SIGHUP makes it read etc/greeter.conf again. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { daemonize } from './daemonize.mjs';
import { listenOn, note } from './unix-socket.mjs';

const SOCKET = 'run/greeter.sock';
const CONFIG = 'etc/greeter.conf';

await daemonize({
  name: 'greeter',
  setUp: async () => {
    let greeting = readGreeting();
    process.on('SIGHUP', () => {
      try {
        greeting = readGreeting();
        note('greeter', 'has read its greeting again');
      } catch (error) {
        note('greeter', `keeps the old greeting: ${error.message}`);
      }
    });
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(`${greeting}\n`);
    });
    await listenOn(server, SOCKET);
    return () => server.close();
  },
});

function readGreeting() {
  const greeting = /^greeting\s*=\s*(.*\S)/m.exec(readFileSync(CONFIG, 'utf8'))?.[1];
  if (greeting === undefined) throw new Error(`${CONFIG} has no line "greeting = TEXT"`);
  return greeting;
}
