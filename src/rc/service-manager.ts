/** Another service manager that runs this system, for invoke-rc.d: packages call it on such systems too. */
import { INVOKE_CODES } from '../core/scripts/invoke-policy.ts';
import { INIT_D } from '../core/system-paths.ts';
import { askProgram, runProgram } from '../os/process/ask-program.ts';
import { inRoot } from '../os/file/in-root.ts';
import { isFolder } from '../os/file/is-folder.ts';
import { isReadable } from '../os/file/is-readable.ts';
import { findScriptLinks } from './script-links.ts';

export interface ServiceManager {
  /** 104 or 101, or `undefined` where the run level's links decide. */
  readonly judge: (action: string) => number | undefined;
  /** The exit status of the action. */
  readonly run: (action: string, extra: readonly string[]) => number;
  /** The run level that stands for its state, where no init of System V says one. */
  readonly level: () => string | undefined;
}

interface Context {
  readonly skipSystemdNative: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** @see rc-tools, invoke-rc.d: systemd / OpenRC */
export function findManager(root: string, script: string, context: Context): ServiceManager | undefined {
  if (isFolder(inRoot(root, '/run/systemd/system'))) return systemd(root, script, context);
  if (isReadable(inRoot(root, '/run/openrc/softlevel'))) return openRc(script, context);
  return undefined;
}

function openRc(script: string, { env }: Context): ServiceManager {
  return {
    judge: () => undefined,
    run: (action) => runProgram('rc-service', [script, action], env),
    level: () => undefined,
  };
}

/** The level only chooses links; past sysinit.target any of 2 to 5 is right. */
const STARTED_LEVEL = '5';

function systemd(root: string, script: string, { skipSystemdNative, env }: Context): ServiceManager {
  const unit = `${script.replace(/\.sh$/, '')}.service`;
  const ask = (...args: string[]): string => askProgram('systemctl', args, env).output.trim();
  const holds = (...args: string[]): boolean =>
    askProgram('systemctl', ['--quiet', ...args], env).status === 0;
  const tell = (...args: string[]): number => runProgram('systemctl', args, env);
  const runScript = (action: string, extra: readonly string[]): number =>
    runProgram(inRoot(root, `${INIT_D}/${script}`), [action, ...extra], env);
  const isMasked = (): boolean => ask('-p', 'LoadState', 'show', unit) === 'LoadState=masked';
  const canReload = (): boolean => ask('-p', 'CanReload', 'show', unit) !== 'CanReload=no';
  const isNative = (): boolean =>
    !ask('show', '--value', '--property', 'SourcePath', unit).startsWith(`${INIT_D}/`);
  const run = (action: string, extra: readonly string[]): number => {
    if (skipSystemdNative && isNative()) return 0;
    const isMaskable = ['start', 'restart', 'try-restart', 'reload', 'force-reload'].includes(action);
    if (isMaskable && isMasked()) return 0;
    switch (action) {
      case 'start':
      case 'restart':
      case 'try-restart':
      case 'stop':
      case 'status':
        return tell(action, unit);
      case 'reload':
        if (!canReload()) return runScript(action, extra);
        // At boot and on the way down nobody may wait for the manager, which waits for us.
        return holds('is-system-running') ? tell('reload', unit) : tell('--no-block', 'reload', unit);
      case 'force-reload':
        return tell(canReload() ? 'reload' : 'restart', unit);
      case 'force-stop':
        return tell('--signal=KILL', 'kill', unit);
      default:
        return runScript(action, extra);
    }
  };
  const judge = (action: string): number | undefined => {
    if (!['start', 'restart', 'try-restart'].includes(action)) return undefined;
    const isEnabled =
      holds('is-enabled', unit) ||
      findScriptLinks(root, script).some(({ kind, level }) => kind === 'S' && 'S2345'.includes(level));
    return isEnabled || holds('is-active', unit) ? INVOKE_CODES.allowed : INVOKE_CODES.denied;
  };
  return { judge, run, level: () => (holds('is-active', 'sysinit.target') ? STARTED_LEVEL : undefined) };
}
