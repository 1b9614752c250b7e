/** Going down without init: everything that init's scripts would do in order, done fast and in no order. */
import { spawnSync } from 'node:child_process';
import { SYSTEM_PATH } from '../../core/system-paths.ts';
import type { Millis } from '../../core/units.ts';
import { findProgram } from '../process/find-program.ts';

const INIT = 1;
const EVERYBODY = -1;
/** A file server that is gone must not keep a machine from going down. */
const PROGRAM_DEADLINE_MS: Millis = 30_000;

/**
 * Keeps init from starting anything again.
 * @throws The error of kill(2).
 */
export function idleInit(): void {
  process.kill(INIT, 'SIGTSTP');
}

/** Everybody but init and ourselves. That there is nobody is no error. */
export function signalEverything(signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(EVERYBODY, signal);
  } catch {
    // ESRCH: all are gone.
  }
}

/** Runs a program if the system has it; what comes of it changes nothing any more. */
export function runLastProgram(name: string, ...args: readonly string[]): void {
  const found = findProgram(name, SYSTEM_PATH);
  if (found.kind === 'missing') return;
  const env = { HOME: '/', TERM: 'dumb', SHELL: '/bin/sh', PATH: SYSTEM_PATH };
  spawnSync(found.path, args, {
    cwd: '/',
    env,
    stdio: 'inherit',
    timeout: PROGRAM_DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
}
