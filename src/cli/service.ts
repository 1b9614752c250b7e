/** `service`: runs one init script in a clean environment, or asks all of them. Drop-in for Debian's. */
import { assertNever, UsageError } from '../core/errors.ts';
import { parseSeconds } from '../core/seconds.ts';
import { INIT_D } from '../core/system-paths.ts';
import type { Millis } from '../core/units.ts';
import { endAs } from '../os/process/end-as.ts';
import { parseServiceCommand } from '../rc/service-command.ts';
import type { ServiceCommand } from '../rc/service-command.ts';
import { runService } from '../rc/service-run.ts';
import type { ServiceEnd } from '../rc/service-run.ts';
import type { Applet, AppletIo } from './applet.ts';
import { systemRoot } from './system-root.ts';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

export const applet: Applet = async (args, io) => {
  try {
    const { root, rest } = takeRoot(args, io);
    return await obey(parseServiceCommand(rest), root, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.err(`${io.name}: ${error.message}\n`);
    return EXIT_USAGE;
  }
};

/** `--root` is ours and counts in the first place only: anywhere else it may belong to the script. */
function takeRoot(
  args: readonly string[],
  io: AppletIo,
): { readonly root: string; readonly rest: readonly string[] } {
  const first = args[0] ?? '';
  if (first.startsWith('--root='))
    return { root: systemRoot(io, first.slice('--root='.length)), rest: args.slice(1) };
  if (first !== '--root') return { root: systemRoot(io), rest: args };
  if (args[1] === undefined) throw new UsageError("option '--root' requires an argument");
  return { root: systemRoot(io, args[1]), rest: args.slice(2) };
}

async function obey(command: ServiceCommand, root: string, io: AppletIo): Promise<number> {
  switch (command.kind) {
    case 'usage':
      io.err(`Usage: ${io.name} < option > | --status-all | [ service_name [ command | --full-restart ] ]\n`);
      return command.exit;
    case 'version': {
      const { programVersion } = await import('../os/program.ts');
      io.err(`${io.name} ver. ${programVersion()}\n`);
      return 0;
    }
    case 'status-all':
      return await askAll(command, root, io);
    case 'full-restart':
      return await restartFully(command.service, root, io);
    case 'run': {
      const { service, args } = command;
      const end = await runService({ root, service, args, env: io.env });
      if (io.stderrIsTty && hasRefused(end)) io.err(await suggestAction(service, args[0] ?? '', root));
      return await finish(end, service, root, io);
    }
    default:
      return assertNever(command);
  }
}

/** The status of the whole is that of the start; a stop that fails does not keep the service from starting. */
async function restartFully(service: string, root: string, io: AppletIo): Promise<number> {
  const stopped = await runService({ root, service, args: ['stop'], env: io.env });
  if (stopped.kind !== 'ran') return await finish(stopped, service, root, io);
  if (stopped.asked !== undefined) return endAs({ kind: 'signaled', signal: stopped.asked });
  return await finish(await runService({ root, service, args: ['start'], env: io.env }), service, root, io);
}

async function finish(end: ServiceEnd, service: string, root: string, io: AppletIo): Promise<number> {
  switch (end.kind) {
    case 'ran':
      return endAs(end.status);
    case 'not-started':
      io.err(`${io.name}: cannot run "${INIT_D}/${service}": ${end.why}\n`);
      return end.exit;
    case 'unrecognized':
      io.err(`${service}: unrecognized service\n`);
      if (io.stderrIsTty) io.err(await suggest(service, root));
      return EXIT_FAILURE;
    default:
      return assertNever(end);
  }
}

/** One more line for a person; programs get the original's single one. */
async function suggest(service: string, root: string): Promise<string> {
  const { nearestWord } = await import('../core/nearest-word.ts');
  const { listServiceNames } = await import('../rc/service-names.ts');
  const names = listServiceNames(root);
  const meant = names.kind === 'listed' ? nearestWord(service, names.names) : undefined;
  return meant === undefined ? '' : `Did you mean "${meant}"?\n`;
}

/** A script that does not know an action says so and ends with some code; 0 means that it did know it. */
function hasRefused(end: ServiceEnd): boolean {
  return end.kind === 'ran' && end.status.kind === 'exited' && end.status.code !== 0;
}

/** The script has had its say; this is one more line, for a person. */
async function suggestAction(service: string, action: string, root: string): Promise<string> {
  const { findActions } = await import('../core/scripts/script-actions.ts');
  const { readTextIfAny } = await import('../os/file/text-file.ts');
  const known = findActions(readTextIfAny(root, `${INIT_D}/${service}`) ?? '');
  if (action === '' || known.includes(action)) return '';
  const { nearestWord } = await import('../core/nearest-word.ts');
  const meant = nearestWord(action, known);
  return meant === undefined ? '' : `Did you mean "${meant}"?\n`;
}

/** As long as a person waits, and longer than any status should take. */
const STATUS_TIMEOUT_MS: Millis = 10_000;
const SIGNS = { running: '+', stopped: '-', unknown: '?' } as const;

async function askAll(
  { json, timeoutMs }: Extract<ServiceCommand, { readonly kind: 'status-all' }>,
  root: string,
  io: AppletIo,
): Promise<number> {
  const { listServiceNames } = await import('../rc/service-names.ts');
  const names = listServiceNames(root);
  if (names.kind === 'failed') {
    io.err(`${io.name}: cannot read "${INIT_D}": ${names.why}\n`);
    return EXIT_FAILURE;
  }
  const { askServices } = await import('../rc/service-status-all.ts');
  const { startProgress } = await import('./progress.ts');
  const progress = startProgress(io);
  let answered = 0;
  const tell = (): void => {
    const [next, total] = [names.names[answered] ?? '', names.names.length];
    progress.update(`${answered} of ${total} have answered, waiting for ${next} …`);
  };
  tell();
  const statuses: object[] = [];
  const interrupted = await askServices({
    root,
    names: names.names,
    env: io.env,
    timeoutMs: timeoutMs ?? statusTimeout(io),
    onStatus: (status) => {
      answered++;
      progress.clear();
      if (json) statuses.push(status);
      else (status.status === 'unknown' ? io.err : io.out)(` [ ${SIGNS[status.status]} ]  ${status.name}\n`);
      if (answered < names.names.length) tell();
    },
  });
  progress.stop();
  if (interrupted !== undefined) return endAs({ kind: 'signaled', signal: interrupted });
  if (json) io.out(`${JSON.stringify(statuses, undefined, 2)}\n`);
  return 0;
}

function statusTimeout(io: AppletIo): Millis {
  const said = io.env['RCINIT_STATUS_TIMEOUT'] ?? '';
  const timeoutMs = parseSeconds(said);
  if (said !== '' && timeoutMs === undefined) {
    io.err(`${io.name}: RCINIT_STATUS_TIMEOUT=${said} is no number of seconds, ignoring it\n`);
  }
  return timeoutMs ?? STATUS_TIMEOUT_MS;
}
