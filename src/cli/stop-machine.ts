/** `halt`, `reboot` and `poweroff`: through `shutdown` on a system that is up, at once on one that is down. */
import {
  haltUsage,
  parseHaltCommandLine,
  shutdownArguments,
  type HaltKind,
  type HaltRequest,
} from '../core/shutdown/halt-options.ts';
import { askForStandby } from '../os/shutdown/disk-standby.ts';
import { execProgram } from '../os/process/exec-program.ts';
import { readLevels } from '../os/pid1/read-levels.ts';
import { whyNoReboot } from '../os/libc/libc.ts';
import { endMachine, recordShutdown, syncDisks, type MachineEnd } from '../os/shutdown/machine-end.ts';
import { takeNetworkDown } from '../os/shutdown/network-down.ts';
import { errnoText, errorCode, errorText } from '../os/os-error.ts';
import type { AppletIo } from './applet.ts';
import { adviseOnReboot } from './reboot-advice.ts';
import { systemRoot } from './system-root.ts';

const EXIT_FAILED = 1;
const SHUTDOWN_PATHS = ['/sbin/shutdown', '/etc/shutdown', '/bin/shutdown'];
const VERBS = { halt: 'halt', poweroff: 'power off', reboot: 'restart' } satisfies Record<HaltKind, string>;

/** @param program Which of the three was called, under whatever name. */
export async function stopMachine(program: HaltKind, args: readonly string[], io: AppletIo): Promise<number> {
  const { request, root: option } = parseHaltCommandLine(program, args);
  const root = systemRoot(io, option);
  if (root === '/' && process.geteuid?.() !== 0) return fail(io, 'must be superuser.');
  if (request === undefined) {
    io.err(haltUsage(program, io.name));
    return EXIT_FAILED;
  }
  if (request.onlyWtmp) {
    if (request.writeWtmp) recordShutdown(root);
    return 0;
  }
  const level = currentLevel(root, io);
  if (!request.force && !isGoingDown(level)) {
    if (level === undefined) warnOfUnknownLevel(program, io);
    return askShutdown(request, root, io);
  }
  const problem = whyNot(request, root);
  if (problem === undefined) return endNow(request, io);
  fail(io, problem);
  // The last script of a level has done its part: init ends after it.
  return isGoingDown(level) ? 0 : EXIT_FAILED;
}

function fail(io: AppletIo, text: string): number {
  io.err(`${io.name}: ${text}\n`);
  return EXIT_FAILED;
}

/** Said by init to its own children, else by the files. */
function currentLevel(root: string, { env }: AppletIo): string | undefined {
  const { INIT_VERSION: version, RUNLEVEL: told } = env;
  return version !== undefined && told !== undefined ? told.charAt(0) : readLevels(root)?.level;
}

/** Level 0 and 6 are where these programs do what they are called. */
function isGoingDown(level: string | undefined): boolean {
  return level === '0' || level === '6';
}

function warnOfUnknownLevel(program: HaltKind, io: AppletIo): void {
  io.err(`WARNING: could not determine runlevel - doing soft ${program}\n`);
  io.err(`  (it's better to use shutdown instead of ${program} from the command line)\n`);
}

async function askShutdown(request: HaltRequest, root: string, io: AppletIo): Promise<number> {
  const args = shutdownArguments(request);
  if (root === '/') {
    for (const path of SHUTDOWN_PATHS) {
      try {
        execProgram(path, args, io.env);
      } catch {
        // The next one; and where there is none, or no FFI, our own.
      }
    }
  }
  const { applet } = await import('./shutdown.ts');
  return applet(args, { ...io, name: 'shutdown', env: { ...io.env, RCINIT_ROOT: root } });
}

/** Asked before anything is touched. */
function whyNot(request: HaltRequest, root: string): string | undefined {
  const level = endLevel(request);
  if (root !== '/')
    return `${cannot(request)} from "${root}": a folder is no machine; its init ends after level ${level}: telinit ${level}`;
  const code = whyNoReboot();
  return code === undefined
    ? undefined
    : `${cannot(request)}: ${errnoText(code)}; ${adviseOnReboot(code, level)}`;
}

function cannot({ kind }: HaltRequest): string {
  return `cannot ${VERBS[kind]} the machine`;
}

function endLevel({ kind }: HaltRequest): string {
  return kind === 'reboot' ? '6' : '0';
}

/** The kernel ends us. @returns Only if it does not. */
function endNow(request: HaltRequest, io: AppletIo): number {
  process.chdir('/');
  if (request.writeWtmp) recordShutdown('/');
  if (request.sync) syncDisks();
  if (request.networkDown) takeNetworkDown();
  if (request.disksToStandby) askForStandby();
  try {
    if (request.kexec) startLoadedKernel(io);
    endMachine(machineEnd(request));
    return 0;
  } catch (error) {
    const advice = adviseOnReboot(errorCode(error), endLevel(request));
    return fail(io, `${cannot(request)}: ${errorText(error)}; ${advice}`);
  }
}

/** Returns if there is none: an ordinary restart is better than none. */
function startLoadedKernel(io: AppletIo): void {
  try {
    endMachine({ kind: 'kexec' });
  } catch (error) {
    io.err(`${io.name}: cannot start a loaded kernel: ${errorText(error)}; restarting the machine instead\n`);
  }
}

function machineEnd({ kind, message }: HaltRequest): MachineEnd {
  if (kind !== 'reboot') return { kind };
  return message === undefined ? { kind: 'restart' } : { kind: 'restart-with', message };
}
