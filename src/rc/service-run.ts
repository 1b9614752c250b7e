/** Runs one init script for `service` or invoke-rc.d, as if it had taken our place. */
import { INIT_D } from '../core/system-paths.ts';
import type { ExitStatus } from '../core/units.ts';
import { scriptKind, scriptPath } from '../os/scripts/script-path.ts';
import { startScript } from '../os/scripts/script-runner.ts';
import type { RunningScript } from '../os/scripts/script-runner.ts';
import { catchSignals, HANDED_ON, isSentToAll } from '../os/process/signals.ts';
import { keptEnvironment, serviceEnvironment } from './environment.ts';
import { findProgramFolders } from './program-folders.ts';

export interface ServiceCall {
  readonly root: string;
  readonly service: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the script runs with our own environment, as under invoke-rc.d; without it, in the root with little. */
  readonly keptFolder?: string;
}

export type ServiceEnd =
  /** `asked` is the signal that asked us to end meanwhile. */
  | { readonly kind: 'ran'; readonly status: ExitStatus; readonly asked: NodeJS.Signals | undefined }
  | { readonly kind: 'unrecognized' }
  /** `exit` is what a shell gives: 127 if something does not exist, else 126. */
  | { readonly kind: 'not-started'; readonly why: string; readonly exit: 126 | 127 };

const ENDING: readonly NodeJS.Signals[] = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'];

/**
 * Runs `/etc/init.d/SERVICE ARGS` in the root and our standard streams.
 * While it runs it gets the signals we get; we end when it has ended.
 */
export async function runService({ root, service, args, env, keptFolder }: ServiceCall): Promise<ServiceEnd> {
  const path = `${INIT_D}/${service}`;
  if (service === '' || scriptKind(root, path) !== 'script') return { kind: 'unrecognized' };
  let script: RunningScript | undefined;
  let asked: NodeJS.Signals | undefined;
  // From before the start: a signal in between would end us and leave the script behind.
  const release = catchSignals(HANDED_ON, (signal) => {
    if (ENDING.includes(signal)) asked = signal;
    if (!isSentToAll(signal)) script?.signal(signal);
  });
  script = startScript({
    path: scriptPath(root, path),
    args,
    cwd: keptFolder ?? root,
    env: (keptFolder === undefined ? serviceEnvironment : keptEnvironment)(env, findProgramFolders(root)),
    ownGroup: false,
  });
  const end = await script.ended;
  release();
  if (end.kind === 'ended') return { kind: 'ran', status: end.status, asked };
  return { kind: 'not-started', why: end.why, exit: end.code === 'ENOENT' ? 127 : 126 };
}
