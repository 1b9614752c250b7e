/** Which program init becomes when it re-executes itself: whatever lies at the path it was run as, by now. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import type { Millis, Pid } from '../../core/units.ts';
import { errorCode, errorText } from '../os-error.ts';

/** The start of a command line: the file to be executed, and what an interpreter needs. */
export type Program = readonly [file: string, ...args: string[]];

/** An init prints its version in milliseconds, Node included. */
const TRIAL_MS: Millis = 10_000;
const ELF_MAGIC = '\u007fELF';

/** The path that is executed, for messages. */
export function programPath(): string {
  return process.argv[1] ?? process.execPath;
}

/**
 * How the program may be run, the best way first. A script is run by the interpreter it names, or by this one, with
 * the options this one was given; the original, where it was put there, is run as it is.
 */
export function nextPrograms(): readonly Program[] {
  const path = programPath();
  const direct: Program = [path];
  if (!isForNode(path)) return [direct];
  const throughNode: Program = [process.execPath, ...process.execArgv, path];
  return process.execArgv.length === 0 ? [direct, throughNode] : [throughNode, direct];
}

/** For what is not there the exec itself tells why. */
function isForNode(path: string): boolean {
  const start = Buffer.alloc(ELF_MAGIC.length);
  try {
    const fd = openSync(path, 'r');
    try {
      readSync(fd, start);
      return start.toString('latin1') !== ELF_MAGIC;
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}

/**
 * Runs the program with `--version`, which every init knows: one that an update left half done would end init.
 * @param onStart Told of the pid; the child is one of libuv's.
 * @param onEnd Called once; `why` is undefined if the program ended with 0, and else says what is wrong.
 */
export function tryProgram(
  [file, ...args]: Program,
  onStart: (pid: Pid) => void,
  onEnd: (why: string | undefined, pid: Pid | undefined) => void,
): void {
  let child: ReturnType<typeof spawn>;
  try {
    child = spawn(file, [...args, '--version'], { stdio: 'ignore', detached: true });
  } catch (error) {
    return onEnd(errorText(error), undefined);
  }
  const { pid } = child;
  if (pid === undefined) {
    child.once('error', (error) =>
      onEnd(errorCode(error) === 'UNKNOWN' ? 'unknown' : errorText(error), undefined),
    );
    return;
  }
  onStart(pid);
  const timer = setTimeout(() => child.kill('SIGKILL'), TRIAL_MS);
  child.once('exit', (code, signal) => {
    clearTimeout(timer);
    if (code === 0) onEnd(undefined, pid);
    else
      onEnd(
        `with --version it ${code === null ? `was killed by ${signal}` : `exited with status ${code}`}`,
        pid,
      );
  });
}
