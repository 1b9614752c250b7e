/** Starting one program for init: in a session of its own, on given descriptors, with the reason at once if it fails. */
import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { ExitStatus, Pid } from '../core/units.ts';
import { findProgram } from './find-program.ts';
import { errorCode } from './os-error.ts';
import type { SpawnRequest, SpawnResult } from './ports.ts';
import { withTerminal } from './terminal-session.ts';

export interface SpawnOptions {
  /** A folder of the machine, absolute. */
  readonly cwd: string;
  /** Open descriptors that become 0, 1 and 2 of the program. Nothing else is inherited. */
  readonly stdio: readonly [number, number, number];
  /** Whether the console lets itself be taken (`Console.isTakeable`); without it, `controllingTerminal` is not heeded. */
  readonly takeTerminal?: boolean;
  /** Called exactly once for each program that was started. */
  readonly onExit: (pid: Pid, status: ExitStatus) => void;
}

/**
 * Starts a program as leader of a session and process group of its own, all signals at default and none blocked
 * (libuv sees to both between fork and exec). The umask is the one of this process.
 *
 * With `controllingTerminal`, where descriptor 0 is a terminal and setsid(1) exists, the program gets it as controlling
 * terminal, and the pid is that of a middleman who leads its session and group. Until that one called setsid(2) there is
 * no group of that pid yet. The exit status is the program's, unlike sysvinit's, where it is lost.
 */
export function spawnOnConsole(request: SpawnRequest, options: SpawnOptions): SpawnResult {
  const [name = '', ...args] = request.argv;
  const program = findProgram(name, request.env['PATH'], options.cwd);
  if (program.kind === 'missing') return { kind: 'failed', code: program.code };
  const [leader = '', ...words] = takesTerminal(request, options) ? withTerminal(request.argv) : [];
  const result =
    leader === '' ? start(name, args, true, request, options) : start(leader, words, false, request, options);
  if (result.kind === 'spawned' || result.code !== 'ENOEXEC') return result;
  const command = ['exec', ...request.argv.map(quoteForShell)].join(' ');
  return start('/bin/sh', ['-c', command], true, request, options);
}

function takesTerminal(request: SpawnRequest, options: SpawnOptions): boolean {
  if (!request.controllingTerminal || !options.takeTerminal || !isatty(options.stdio[0])) return false;
  return findProgram('setsid', request.env['PATH']).kind === 'found';
}

function start(
  file: string,
  args: readonly string[],
  detached: boolean,
  request: SpawnRequest,
  { cwd, stdio, onExit }: SpawnOptions,
): SpawnResult {
  let child: ChildProcess;
  try {
    child = spawn(file, args, { cwd, detached, env: request.env, stdio: [...stdio] });
  } catch (error) {
    const code = errorCode(error);
    // Node's own checks, e.g. of a NUL in an argument, have names like ERR_INVALID_ARG_VALUE.
    return { kind: 'failed', code: code.startsWith('ERR_') ? 'EINVAL' : code };
  }
  // Told by the missing pid already; without a listener the event would be an exception.
  child.on('error', () => undefined);
  const { pid } = child;
  if (pid === undefined) return { kind: 'failed', code: whyNotStarted(cwd) };
  child.once('exit', (code, signal) => {
    onExit(pid, signal === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'signaled', signal });
  });
  return { kind: 'spawned', pid };
}

/**
 * Node tells the errno of a failed start one tick too late, so the causes are asked for again. The program itself was
 * found, so what remains is the folder, the table of files, a missing interpreter or a full process table.
 */
function whyNotStarted(cwd: string): string {
  try {
    accessSync(cwd);
    closeSync(openSync('/dev/null', 'r'));
    return 'ENOENT';
  } catch (error) {
    return errorCode(error);
  }
}

function quoteForShell(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
