/** `halt`, `reboot` and `poweroff`: through `shutdown` on a system that is up, at once on one that is down. */
import {
  haltUsage,
  parseHaltCommandLine,
  shutdownArguments,
  type HaltKind,
  type HaltRequest,
} from '../core/halt-options.ts';
import { askForStandby } from '../os/disk-standby.ts';
import { execProgram } from '../os/exec-program.ts';
import { readLevel } from '../os/read-level.ts';
import { whyNoReboot } from '../os/libc.ts';
import { endMachine, recordShutdown, syncDisks, type MachineEnd } from '../os/machine-end.ts';
import { takeNetworkDown } from '../os/network-down.ts';
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
  if (!request.force && !request.onlyWtmp && !isGoingDown(root, program, io))
    return askShutdown(request, root, io);
  if (request.onlyWtmp) {
    if (request.writeWtmp) recordShutdown(root);
    return 0;
  }
  return endNow(request, root, io);
}

function fail(io: AppletIo, text: string): number {
  io.err(`${io.name}: ${text}\n`);
  return EXIT_FAILED;
}

/** Level 0 and 6 are where these programs do what they are called. */
function isGoingDown(root: string, program: HaltKind, io: AppletIo): boolean {
  const { INIT_VERSION: version, RUNLEVEL: told } = io.env;
  const level = version !== undefined && told !== undefined ? told.charAt(0) : readLevel(root);
  if (level === undefined) {
    io.err(`WARNING: could not determine runlevel - doing soft ${program}\n`);
    io.err(`  (it's better to use shutdown instead of ${program} from the command line)\n`);
  }
  return level === '0' || level === '6';
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

async function endNow(request: HaltRequest, root: string, io: AppletIo): Promise<number> {
  const level = request.kind === 'reboot' ? '6' : '0';
  const cannot = `cannot ${VERBS[request.kind]} the machine`;
  if (root !== '/') {
    return fail(
      io,
      `${cannot} from "${root}": a folder is no machine; its init ends after level ${level}: telinit ${level}`,
    );
  }
  const code = whyNoReboot();
  if (code !== undefined) return fail(io, `${cannot}: ${errnoText(code)}; ${adviseOnReboot(code, level)}`);
  process.chdir('/');
  if (request.writeWtmp) recordShutdown(root);
  if (request.sync) syncDisks();
  if (request.networkDown) takeNetworkDown();
  if (request.disksToStandby) askForStandby();
  try {
    if (request.kexec) startLoadedKernel(io);
    endMachine(machineEnd(request));
    return 0;
  } catch (error) {
    return fail(io, `${cannot}: ${errorText(error)}; ${adviseOnReboot(errorCode(error), level)}`);
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
