/** Starting one program for init: in a session of its own, on given descriptors, with the reason at once if it fails. */
import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, closeSync, openSync } from 'node:fs';
import type { ExitStatus, Pid } from '../../core/units.ts';
import { findProgram } from '../process/find-program.ts';
import { isTerminal } from '../libc/libc-terminal.ts';
import { errorCode } from '../os-error.ts';
import type { SpawnRequest, SpawnResult } from './ports.ts';
import { posixSpawn, type PosixCall } from '../libc/posix-spawn.ts';
import { withTerminal } from '../terminal/terminal-session.ts';

const SHELL = '/bin/sh';

export interface SpawnOptions {
  /** A folder of the machine, absolute. */
  readonly cwd: string;
  /** Open descriptors that become 0, 1 and 2 of the program. Nothing else is inherited. */
  readonly stdio: readonly [number, number, number];
  /** Whether the console lets itself be taken (`Console.isTakeable`); without it, `controllingTerminal` is not heeded. */
  readonly takeTerminal?: boolean;
  /** Called exactly once for each program that libuv waits for. */
  readonly onExit: (pid: Pid, status: ExitStatus) => void;
  /** Set by who reaps all children that libuv does not know: then most are started without it, in a third of the time. */
  readonly hasReaper?: boolean;
}

export type ConsoleSpawn =
  | { readonly kind: 'spawned'; readonly pid: Pid; readonly waits: 'libuv' | 'reaper' }
  | Extract<SpawnResult, { kind: 'failed' }>;

/**
 * Starts a program as leader of a session and process group of its own, all signals at default and none blocked
 * (libuv sees to both between fork and exec). The umask is the one of this process.
 *
 * With `controllingTerminal`, where descriptor 0 is a terminal and setsid(1) exists, the program gets it as controlling
 * terminal, and the pid is that of a middleman who leads its session and group. Until that one called setsid(2) there is
 * no group of that pid yet. The exit status is the program's, unlike sysvinit's, where it is lost.
 */
export function spawnOnConsole(request: SpawnRequest, options: SpawnOptions): ConsoleSpawn {
  const { argv, env } = request;
  const program = findProgram(argv[0] ?? '', env['PATH'], options.cwd);
  if (program.kind === 'missing') return { kind: 'failed', code: program.code };
  const setsid = takesTerminal(request, options) ? findProgram('setsid', env['PATH']) : undefined;
  const result =
    setsid?.kind === 'found'
      ? start({ path: setsid.path, argv: withTerminal(argv), ownSession: false, env }, options)
      : start({ path: program.path, argv, ownSession: true, env }, options);
  if (result.kind === 'spawned' || result.code !== 'ENOEXEC') return result;
  const command = ['exec', ...argv.map(quoteForShell)].join(' ');
  return start({ path: SHELL, argv: [SHELL, '-c', command], ownSession: true, env }, options);
}

function takesTerminal(request: SpawnRequest, { takeTerminal, stdio }: SpawnOptions): boolean {
  return request.controllingTerminal && takeTerminal === true && isTerminal(stdio[0]);
}

type Call = Pick<PosixCall, 'path' | 'argv' | 'ownSession'> & Pick<SpawnRequest, 'env'>;

/** What posix_spawn(3) cannot start is started, or fails, in libuv's way. */
function start(call: Call, options: SpawnOptions): ConsoleSpawn {
  const pid = options.hasReaper === true ? startForReaper(call, options) : undefined;
  return pid === undefined ? startByLibuv(call, options) : { kind: 'spawned', pid, waits: 'reaper' };
}

function startForReaper(call: Call, { cwd, stdio }: SpawnOptions): Pid | undefined {
  try {
    return posixSpawn({ ...call, cwd, stdio });
  } catch {
    return undefined;
  }
}

function startByLibuv({ argv, ownSession, env }: Call, { cwd, stdio, onExit }: SpawnOptions): ConsoleSpawn {
  const [file = '', ...args] = argv;
  let child: ChildProcess;
  try {
    child = spawn(file, args, { cwd, detached: ownSession, env, stdio: [...stdio] });
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
  return { kind: 'spawned', pid, waits: 'libuv' };
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
