/**
 * Makes a program a daemon: a process in a session of its own, without terminal, that outlives the command
 * which started it. That command ends only when the daemon is ready, or has said why it cannot be.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { dirname, resolve } from 'node:path';

/** Tells the second process from the first. */
const MARK = '--in-background';
/** How long the daemon may take to get ready, in milliseconds. */
const READY_DEADLINE_MS = 10_000;
/** What a daemon that works tells another that was started beside it. */
const READY = 'ready\n';

/**
 * Runs `setUp` in the background. The working directory is the system root, as for everything init starts.
 * @param {object} daemon
 * @param {string} daemon.name Names the pid file `run/NAME.pid` and the log `var/log/NAME.log`.
 * @param {() => Promise<() => void>} daemon.setUp Resolves when the service can be used, with what to do at
 *   its end. An Error it throws is printed by the first process, which then exits with 1.
 */
export async function daemonize({ name, setUp }) {
  if (process.argv.includes(MARK)) await runDaemon(name, setUp);
  else startDaemon(name);
}

/** The first process: starts the second, waits for its word, and ends. */
function startDaemon(name) {
  const log = openLog(name);
  const daemon = spawn(process.execPath, [process.argv[1], MARK], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const finish = (problem) => {
    if (problem !== undefined) process.stderr.write(`${name}: ${problem}\n`);
    process.exit(problem === undefined ? 0 : 1);
  };
  daemon.on('message', ({ problem }) => finish(problem));
  daemon.on('error', (error) => finish(`cannot start ${process.execPath}: ${error.message}`));
  daemon.on('exit', (code, signal) => finish(`ended at once (${signal ?? code}); see ${logPath(name)}`));
  setTimeout(() => {
    daemon.kill('SIGKILL');
    finish(`not ready within ${READY_DEADLINE_MS / 1000} s; see ${logPath(name)}`);
  }, READY_DEADLINE_MS);
}

/** The second process: the daemon. It has its service first and its pid file then: who is in the file works. */
async function runDaemon(name, setUp) {
  process.umask(0o022);
  process.title = name;
  const pidFile = `run/${name}.pid`;
  try {
    const setReady = await claim(pidFile);
    if (setReady === undefined) {
      tell({}, () => process.exit(0));
      return;
    }
    const tearDown = await setUp();
    process.once('SIGTERM', () => {
      tearDown();
      removePidFile(pidFile);
      process.exit(0);
    });
    writePidFile(pidFile);
    setReady();
  } catch (error) {
    tell({ problem: error.message }, () => process.exit(1));
    return;
  }
  tell({}, () => process.disconnect());
}

/**
 * Makes sure that this is the only daemon for its pid file, however many are started at the same moment. The kernel
 * gives the name of an abstract socket to one process, and takes it back when that ends. (Node has no flock(2).)
 * @returns What to call when the service can be used; undefined if another daemon has become ready meanwhile.
 */
async function claim(pidFile) {
  // Such a name has room for about a hundred bytes, and a path may be longer.
  const name = `\0${createHash('sha256').update(resolve(pidFile)).digest('hex')}`;
  const waiting = new Set();
  let isReady = false;
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    if (isReady) socket.end(READY);
    else waiting.add(socket);
  });
  while (!(await listen(server, name))) {
    if ((await hear(name)) === READY) return undefined;
  }
  return () => {
    isReady = true;
    for (const socket of waiting) socket.end(READY);
  };
}

/** @returns Whether the name was free. */
function listen(server, name) {
  return new Promise((resolve, reject) => {
    const fail = (error) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error));
    server.once('error', fail);
    server.listen(name, () => {
      server.off('error', fail);
      resolve(true);
    });
  });
}

/** What the process that has the name says before it closes the connection, or ends. */
function hear(name) {
  return new Promise((resolve) => {
    let text = '';
    connect(name)
      .setEncoding('utf8')
      .on('data', (chunk) => (text += chunk))
      .on('error', () => resolve(''))
      .on('close', () => resolve(text));
  });
}

/** The first process may be gone already; the daemon goes on without it. */
function tell(message, next) {
  if (process.connected) process.send(message, next);
  else if (message.problem !== undefined) next();
}

/** A reader sees the old file or the new one, never half a number. */
function writePidFile(path) {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${process.pid}\n`);
  renameSync(temporary, path);
}

/** Only our own: another daemon may have written it since. */
function removePidFile(path) {
  try {
    if (readFileSync(path, 'utf8') === `${process.pid}\n`) rmSync(path);
  } catch {
    // Somebody else removed it: that was the aim.
  }
}

function openLog(name) {
  mkdirSync(dirname(logPath(name)), { recursive: true });
  return openSync(logPath(name), 'a');
}

function logPath(name) {
  return `var/log/${name}.log`;
}
