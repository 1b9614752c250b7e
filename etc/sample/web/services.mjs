/** Asks every init script for its status, the way an administrator would: by its exit code. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';

const INIT_D = 'etc/init.d';
const STATUS_DEADLINE_MS = 5000;
/** Exit codes of `status`. @see LSB core, "Init Script Actions" */
const STATES = { 0: 'running', 1: 'dead, pid file left', 2: 'dead, lock file left', 3: 'stopped' };

/** @returns {Promise<{name: string, state: string, says: string, about: string}[]>} in order of name. */
export function listServices() {
  return Promise.all(readdirSync(INIT_D).filter(isScript).sort().map(askService));
}

function isScript(name) {
  const stat = statSync(`${INIT_D}/${name}`, { throwIfNoEntry: false });
  return !name.startsWith('.') && stat?.isFile() === true && (stat.mode & 0o100) !== 0;
}

function askService(name) {
  const root = process.cwd();
  const options = { env: { ...process.env, RCINIT_ROOT: root }, timeout: STATUS_DEADLINE_MS };
  return new Promise((resolve) => {
    const child = execFile(`${root}/${INIT_D}/${name}`, ['status'], options, (_error, says) => {
      resolve({ name, state: STATES[child.exitCode] ?? 'unknown', says: says.trim(), about: about(name) });
    });
  });
}

function about(name) {
  const header = readFileSync(`${INIT_D}/${name}`, 'utf8');
  return /^# Short-Description:\s*(.*)$/m.exec(header)?.[1] ?? '';
}
