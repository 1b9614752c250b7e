/** `invoke-rc.d`: runs an init script if run level and local policy allow it. Texts and codes are Debian's. */
import { parseInvokeCommand, type InvokeCommand } from '../core/scripts/invoke-command.ts';
import {
  INVOKE_CODES,
  judgeByLevel,
  judgeByPolicy,
  policyQuestion,
  type Verdict,
} from '../core/scripts/invoke-policy.ts';
import { INIT_D } from '../core/system-paths.ts';
import { askProgram } from '../os/process/ask-program.ts';
import { endAs } from '../os/process/end-as.ts';
import { inRoot } from '../os/file/in-root.ts';
import { viewProcess } from '../os/process/process-view.ts';
import { scriptKind } from '../os/scripts/script-path.ts';
import { toExitCode } from '../core/exit-code.ts';
import { readLevels } from '../os/pid1/read-levels.ts';
import { findScriptLinks } from '../rc/script-links.ts';
import { findManager, type ServiceManager } from '../rc/service-manager.ts';
import { runService } from '../rc/service-run.ts';
import type { Applet, AppletIo } from './applet.ts';
import { systemRoot } from './system-root.ts';

const POLICY = '/usr/sbin/policy-rc.d';
const CODES = INVOKE_CODES;

type Invocation = Extract<InvokeCommand, { kind: 'invoke' }>;

export const applet: Applet = async (args, io) => {
  const command = parseInvokeCommand(args);
  switch (command.kind) {
    case 'help':
      io.out((await import('../core/scripts/invoke-help.ts')).INVOKE_HELP);
      return 0;
    case 'syntax-error':
      if (!command.quiet) io.err(`${io.name}: ${command.message}\n`);
      if (command.shows) io.out((await import('../core/scripts/invoke-help.ts')).INVOKE_HELP);
      return CODES.syntaxError;
    case 'invoke':
      return invoke(command, io);
  }
};

/** What the steps of one call share. */
interface Call {
  readonly root: string;
  readonly io: AppletIo;
  /** With what a shutdown makes of the options. */
  readonly command: Invocation;
  readonly level: string | undefined;
  readonly isShutdown: boolean;
  readonly tell: (message: string) => void;
  /** Who runs the services here, if it is not us. */
  readonly manager: ServiceManager | undefined;
}

async function invoke(given: Invocation, io: AppletIo): Promise<number> {
  const call = prepare(given, systemRoot(io), io);
  const verdict = judge(call);
  if (given.options.query || verdict === undefined) return verdict?.code ?? CODES.subsystemError;
  const isFatal = verdict.code !== CODES.denied && verdict.code !== CODES.allowed;
  if (isFatal) {
    call.tell(`policy-rc.d returned error status ${verdict.code}`);
    if (!call.command.options.tryAnyway) return verdict.code;
  }
  if (call.command.options.force || verdict.code === CODES.allowed) return runActions(call, verdict.actions);
  return refuse(call, { ...verdict, code: isFatal ? CODES.subsystemError : verdict.code });
}

/** Says what is odd from the start; on the way down nothing may keep a script from running. */
function prepare(given: Invocation, root: string, io: AppletIo): Call {
  const { script, action, options } = given;
  const tell = (message: string): void => io.err(`${io.name}: ${message}\n`);
  const tellUnlessQuiet = options.quiet ? () => undefined : tell;
  const manager = findManager(root, script, { ...options, env: io.env });
  if (
    manager === undefined &&
    !['script', 'not-executable'].includes(scriptKind(root, `${INIT_D}/${script}`))
  )
    tellUnlessQuiet(`unknown initscript, ${INIT_D}/${script} not found.`);
  const level = findLevel(root, manager);
  if (level === undefined) tellUnlessQuiet('could not determine current runlevel');
  const isShutdown = level === '0' || level === '6';
  if (!isShutdown) return { root, io, command: given, level, isShutdown, tell: tellUnlessQuiet, manager };
  const rule = '-----------------------------------------------------';
  tell(rule);
  tell(`WARNING: 'invoke-rc.d ${script} ${action}' called`);
  tell('during shutdown sequence.');
  tell('enabling safe mode: initscript policy layer disabled');
  tell(rule);
  const command = { ...given, options: { ...options, quiet: false, force: true, tryAnyway: true } };
  return { root, io, command, level, isShutdown, tell, manager };
}

/** Early in a boot the records still tell of the last shutdown. */
function findLevel(root: string, manager: ServiceManager | undefined): string | undefined {
  const level = readLevels(root)?.level ?? manager?.level();
  return (level === '0' || level === '6') && viewProcess(1).argv().join(' ').includes('init boot')
    ? 'S'
    : level;
}

/** @returns Undefined where links are broken and that shall matter. */
function judge(call: Call): Verdict | undefined {
  const { command, root, manager } = call;
  const { action, options } = command;
  const byLevel = manager?.judge(action) ?? judgeByLinks(call);
  if (byLevel === 'broken') return undefined;
  const plain = { actions: [action], messages: [], byPolicy: false };
  if (manager === undefined && scriptKind(root, `${INIT_D}/${command.script}`) !== 'script')
    return { ...plain, code: CODES.denied };
  const asked = byLevel ?? (options.query ? CODES.uncertain : undefined);
  const policy = `${call.io.env['DPKG_ROOT'] ?? ''}${POLICY}`;
  if (!call.isShutdown && scriptKind(root, policy) === 'script') {
    const verdict = judgeByPolicy(askPolicy(call, policy, asked), action, options);
    verdict.messages.forEach(call.tell);
    return verdict;
  }
  // A folder's init is nowhere in the folder.
  if (root === '/' && scriptKind(root, '/sbin/init') === 'dangling') {
    if (!options.force) {
      call.tell('WARNING: No init system and policy-rc.d missing! Defaulting to block.');
      return { ...plain, code: CODES.denied };
    }
    call.tell('WARNING: No init system and policy-rc.d missing, but force specified so proceeding.');
  }
  return { ...plain, code: asked ?? CODES.allowed };
}

function judgeByLinks({ root, level, command, tell }: Call): number | 'broken' | undefined {
  const links = level === undefined ? [] : findScriptLinks(root, command.script);
  const looked = links.filter((link) => link.level === level || (link.level === 'S' && link.kind === 'S'));
  const here = (kind: 'S' | 'K') => looked.filter((link) => link.level === level && link.kind === kind);
  const atBoot = level === 'S' ? [] : looked.filter((link) => link.level === 'S');
  const broken = [...here('S'), ...here('K'), ...atBoot].filter(({ problem }) => problem !== undefined);
  for (const { problem, path } of broken) tell(`${problem}: ${path}`);
  if (broken.length > 0 && !command.options.tryAnyway) return 'broken';
  const has = (at: string | undefined, kind: 'S' | 'K'): boolean =>
    looked.some((link) => link.level === at && link.kind === kind && link.isExecutable);
  return judgeByLevel(command.action, {
    start: has(level, 'S'),
    stop: has(level, 'K'),
    startAtBoot: has('S', 'S'),
  });
}

function askPolicy(
  { command, root, level, io }: Call,
  policy: string,
  verdict: number | undefined,
): ReturnType<typeof askProgram> {
  const { action, options, script } = command;
  const quiet = options.quiet ? ['--quiet'] : [];
  const levels = level === undefined ? [] : [level];
  const args = [...quiet, script, policyQuestion(action, verdict), ...levels];
  return askProgram(inRoot(root, policy), args, io.env);
}

/** Tries one action after the other until one succeeds. */
async function runActions(call: Call, actions: readonly string[]): Promise<number> {
  const { command, tell } = call;
  let code: number = CODES.subsystemError;
  for (const [index, action] of actions.entries()) {
    if (actions.length > 1) tell(`executing initscript action "${action}"...`);
    const end = call.manager?.run(action, command.extra) ?? (await runScript(call, action));
    if (end === undefined) return CODES.subsystemError;
    if (typeof end !== 'number') return endAs({ kind: 'signaled', signal: end });
    code = end;
    if (code === 0) return code;
    if (index < actions.length - 1) tell(`action "${action}" failed, trying next action...`);
  }
  tell(`initscript ${command.script}, action "${actions.at(-1) ?? ''}" failed.`);
  return code;
}

/** @returns Its exit status, undefined if there is nothing to run, or the signal that ended us meanwhile. */
async function runScript(
  { root, io, command, tell }: Call,
  action: string,
): Promise<number | NodeJS.Signals | undefined> {
  const { script, extra } = command;
  const call = { root, service: script, args: [action, ...extra], env: io.env, keptFolder: io.cwd };
  const end = await runService(call);
  if (end.kind === 'unrecognized') return undefined;
  if (end.kind === 'ran') return end.asked ?? toExitCode(end.status);
  tell(`cannot run "${INIT_D}/${script}": ${end.why}`);
  return end.exit;
}

function refuse({ command, io, tell }: Call, { code, actions, byPolicy }: Verdict): number {
  const list = actions.join(', ');
  if (code !== CODES.denied || command.options.discloseDeny) {
    tell(`initscript ${actions.length === 1 ? 'action' : 'actions'} "${list}" not executed.`);
    return code;
  }
  if (actions[0] === 'status') {
    tell('emulating initscript action "status", returning "unknown"');
    return CODES.statusUnknown;
  }
  // A person who reads "denied" and sees exit status 0 shall know that both are meant.
  if (byPolicy && io.stderrIsTty) tell(`that is what ${POLICY} is for: exit status 0, nothing was run`);
  return 0;
}
