/** `start-stop-daemon`: drop-in for dpkg's. Options and texts are in core/daemon/ssd-*, the commands in ssd/. */
import { parseSsdOptions, type SsdRequest } from '../core/daemon/ssd-options.ts';
import { STAGE_WORD } from '../core/daemon/shim-report.ts';
import { OsError } from '../os/os-error.ts';
import type { Applet, AppletIo } from './applet.ts';
import { makeContext, type SsdContext } from './ssd/context.ts';
import {
  EXIT_DONE,
  EXIT_FAILED,
  EXIT_STATUS_DEAD,
  EXIT_STATUS_DEAD_PIDFILE,
  EXIT_STATUS_UNKNOWN,
  EXIT_USAGE,
  SsdFailure,
} from './ssd/failure.ts';
import { makeFinder } from './ssd/find.ts';

const STATUS_CODES = {
  running: EXIT_DONE,
  'dead-pidfile': EXIT_STATUS_DEAD_PIDFILE,
  dead: EXIT_STATUS_DEAD,
  unknown: EXIT_STATUS_UNKNOWN,
} as const;

export const applet: Applet = async (args, io) => {
  if (args[0] === STAGE_WORD) return becomeDaemon(args.slice(1));
  const parsed = parseSsdOptions(args, { posix: io.env['POSIXLY_CORRECT'] !== undefined });
  switch (parsed.kind) {
    case 'help':
    case 'version': {
      const { HELP, VERSION } = await import('./ssd/help.ts');
      io.out(parsed.kind === 'help' ? HELP : VERSION);
      return EXIT_DONE;
    }
    case 'usage':
      io.err(`${io.name}: ${parsed.message}\n`);
      if (parsed.hint !== undefined) io.err(`${io.name}: ${parsed.hint}\n`);
      io.err(`Try '${io.name} --help' for more information.\n`);
      return parsed.isStatus ? EXIT_STATUS_UNKNOWN : EXIT_USAGE;
    case 'fatal':
      io.err(`${io.name}: ${parsed.message}\n`);
      return parsed.isStatus ? EXIT_STATUS_UNKNOWN : EXIT_FAILED;
    case 'run':
      break;
  }
  if (parsed.warning !== undefined) io.err(`${io.name}: warning: ${parsed.warning}\n`);
  return run(parsed.request, io);
};

async function run(request: SsdRequest, io: AppletIo): Promise<number> {
  try {
    const context = makeContext(request, io);
    return await runCommand(context);
  } catch (error) {
    if (!(error instanceof SsdFailure) && !(error instanceof OsError)) throw error;
    io.err(`${io.name}: ${error.message}\n`);
    return request.command === 'status' ? EXIT_STATUS_UNKNOWN : EXIT_FAILED;
  }
}

async function runCommand(context: SsdContext): Promise<number> {
  const { command } = context.request;
  if (command === 'start') return (await import('./ssd/start.ts')).start(context);
  if (command === 'stop') return (await import('./ssd/stop.ts')).stop(context);
  return STATUS_CODES[makeFinder(context).find().kind];
}

async function becomeDaemon([plan = '', status = '', err = '']: readonly string[]): Promise<number> {
  const { runDaemonStage } = await import('../os/daemon/daemon-stage.ts');
  return runDaemonStage(plan, Number(status), Number(err));
}
