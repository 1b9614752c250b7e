/** Serves the page of the sample system on 127.0.0.1: the run level and all services, asked from init each second. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { daemonize } from '../daemonize.mjs';
import { ask, note } from '../unix-socket.mjs';
import { listServices } from './services.mjs';

const HOST = '127.0.0.1';
const PORT = Number(process.env.PORT);
const CONTROL = { path: 'run/rcinit/control.sock', request: '{"version":1,"command":"status"}\n' };
const GREETER = { path: 'run/greeter.sock', request: '' };
/** One answer serves all readers for this long: however many look, init is asked once. */
const ANSWER_VALID_MS = 900;
/** For each of its answers a script starts start-stop-daemon. */
const SERVICES_VALID_MS = 3000;
const ASK_DEADLINE_MS = 2000;
const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
};
/** Another name that leads here (DNS rebinding) must not let a foreign page read ours. */
const NAMES = new Set([HOST, 'localhost'].map((name) => (PORT === 80 ? name : `${name}:${PORT}`)));

const status = remember(askAll, ANSWER_VALID_MS);
const services = remember(listServices, SERVICES_VALID_MS);

await daemonize({
  name: 'web',
  setUp: async () => {
    const server = createServer((request, response) => {
      void answerRequest(request).then(([status, type, body]) => {
        response.writeHead(status, {
          'content-type': type,
          'cache-control': 'no-store',
          'content-security-policy':
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'",
          'x-content-type-options': 'nosniff',
        });
        response.end(request.method === 'HEAD' ? undefined : body);
      });
    });
    await listen(server);
    note('web', `listening on http://${HOST}:${PORT}/`);
    return () => server.close();
  },
});

async function answerRequest(request) {
  try {
    return await reply(request);
  } catch (error) {
    return text(500, error.message);
  }
}

async function reply({ method, url, headers }) {
  if (!NAMES.has(headers.host)) return text(421, `Ask for http://${HOST}:${PORT}/`);
  if (method !== 'GET' && method !== 'HEAD') return text(405, 'This page is for reading only');
  if (url === '/status.json') return [200, 'application/json', JSON.stringify(await status())];
  const file = Object.hasOwn(FILES, url) ? FILES[url] : undefined;
  if (file === undefined) return text(404, 'Nothing here; the page is at /');
  return [200, file[1], readFileSync(join(import.meta.dirname, file[0]))];
}

function text(status, line) {
  return [status, 'text/plain; charset=utf-8', `${line}\n`];
}

function remember(find, validMs) {
  let answer;
  let endsMs = 0;
  return () => {
    const nowMs = performance.now();
    if (nowMs >= endsMs) {
      endsMs = nowMs + validMs;
      answer = find();
    }
    return answer;
  };
}

/** `init` is the answer of init's control socket; null where no init answers. */
async function askAll() {
  const [init, greeting, states] = await Promise.all([
    ask(CONTROL.path, CONTROL.request, ASK_DEADLINE_MS),
    ask(GREETER.path, GREETER.request, ASK_DEADLINE_MS),
    services(),
  ]);
  return { init: parse(init), services: states, greeting: greeting ?? null, time: new Date().toISOString() };
}

function parse(line) {
  try {
    const reply = JSON.parse(line);
    return reply.kind === 'status' ? reply : null;
  } catch {
    return null;
  }
}

function listen(server) {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Error(explain(error), { cause: error })));
    server.listen(PORT, HOST, resolve);
  });
}

function explain({ code, message }) {
  const place = `cannot listen on ${HOST}:${PORT}`;
  const remedy = 'set another PORT in etc/default/web';
  if (code === 'EADDRINUSE') return `${place}: another program uses this port; end it or ${remedy}`;
  if (code === 'EACCES') return `${place}: ports below 1024 are root's; ${remedy}`;
  return `${place}: ${message}`;
}
