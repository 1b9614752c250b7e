/** Why a program cannot be started, before or after it was tried. */
import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { ShimReport } from '../../core/daemon/shim-report.ts';
import type { ProgramPlan } from './become-program.ts';
import { errnoText, errorCode, errorText } from '../os-error.ts';
import { explainStartFailure } from './start-failure.ts';

const COMMAND_NOT_FOUND = 127;

/**
 * What can be seen at once, in start-stop-daemon's words: so that nothing is begun that cannot end well.
 * What the daemon's user may do, and what is in another root, is only seen later.
 */
export function whyNotRunnable(plan: ProgramPlan): string | undefined {
  if (plan.chroot !== undefined) return undefined;
  return whyNoFolder(plan.cwd) ?? whyNoRights(plan) ?? whyNotExecutable(plan);
}

/** @param report Why the shim says it failed. */
export function explainExecFailure(
  plan: ProgramPlan,
  { execStatus, said }: Extract<ShimReport, { kind: 'failed' }>,
): string {
  const error = /^error (.*)$/m.exec(said)?.[1];
  if (error !== undefined) return error;
  if (execStatus === undefined) return `unable to start ${plan.program} (${said || 'it was killed before'})`;
  const code = execStatus === COMMAND_NOT_FOUND ? 'ENOENT' : 'EACCES';
  const why = explainStartFailure(programPath(plan), Object.assign(new Error(errnoText(code)), { code }));
  return `unable to start ${plan.program} (${why})`;
}

function whyNoFolder(cwd: string): string | undefined {
  try {
    if (!statSync(cwd).isDirectory()) return `unable to chdir() to ${cwd} (${errnoText('ENOTDIR')})`;
    accessSync(cwd, constants.X_OK);
    return undefined;
  } catch (error) {
    return `unable to chdir() to ${cwd} (${errorText(error)})`;
  }
}

function whyNoRights({ credentials: { gid, user } }: ProgramPlan): string | undefined {
  if (process.geteuid?.() === 0) return undefined;
  const why = `(${errnoText('EPERM')})`;
  if (gid !== undefined && gid !== process.getgid?.()) return `unable to set gid to ${gid} ${why}`;
  if (user === undefined || user.uid === process.getuid?.()) return undefined;
  return `unable to set initgroups() with gid ${gid ?? process.getgid?.()} ${why}`;
}

function whyNotExecutable(plan: ProgramPlan): string | undefined {
  const path = programPath(plan);
  try {
    const code = statSync(path).isFile() ? undefined : 'EACCES';
    if (code !== undefined) return `unable to start ${plan.program} (${errnoText(code)})`;
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return `unable to start ${plan.program} (${errnoText(errorCode(error))})`;
  }
}

function programPath({ program, cwd }: ProgramPlan): string {
  return isAbsolute(program) ? program : join(cwd, program);
}
