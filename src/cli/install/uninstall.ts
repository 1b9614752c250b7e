/** `rcinit uninstall`: puts back what was there before `rcinit install`, down to owner, mode and hard links. */
import { findLostOriginals, planUninstall } from '../../core/install/install-plan.ts';
import { RECORD_FOLDER } from '../../core/install/install-record.ts';
import { describeStep } from '../../core/install/install-steps.ts';
import { hasDpkgDivert } from '../../os/install/dpkg-divert.ts';
import { lockInstall, readInstallRecord } from '../../os/install/install-record-file.ts';
import type { AppletIo } from '../applet.ts';
import { BUSY, EXIT_FAILURE, failureText, performSteps, UNREADABLE } from './install.ts';
import { canReexecute, refuseRoot } from './refusals.ts';
import { surveyRecorded } from './survey.ts';

/** Done, but files that were changed since are left as they are. */
const EXIT_LEFT = 3;

/** What a run may have left that was killed before it had recorded anything. */
const EMPTY = [{ kind: 'remove-folder', path: RECORD_FOLDER }] as const;

export interface UninstallOptions {
  /** Absolute. */
  readonly root: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly force?: boolean;
}

/** @returns 0 if everything is as it was; 1 if not; 3 if files that were changed since were left. */
export function runUninstall(options: UninstallOptions, io: AppletIo): number {
  const { root } = options;
  const [refusal] = refuseRoot(root);
  if (refusal !== undefined) return refuse(root, refusal.text, io);
  const unlock = options.dryRun === true ? () => undefined : lockInstall(root);
  if (unlock === undefined) return refuse(root, BUSY, io);
  try {
    return uninstallLocked(options, io);
  } finally {
    unlock();
  }
}

function uninstallLocked({ root, dryRun, json, force }: UninstallOptions, io: AppletIo): number {
  const record = readInstallRecord(root);
  if (record === 'unreadable') return refuse(root, UNREADABLE, io);
  if (record === undefined) {
    if (dryRun !== true) performSteps(root, EMPTY, undefined, { ...io, out: () => undefined });
    io.out('rcinit is not installed\n');
    return 0;
  }
  const found = surveyRecorded(root, record);
  const lost = findLostOriginals(found);
  if (lost.length > 0 && force !== true && record.state === 'installed')
    return refuse(root, `${lostText(lost)}, or go on without with --force`, io);
  if (found.some(({ diverted }) => diverted.length > 0) && !hasDpkgDivert())
    return refuse(
      root,
      'packages are diverted and dpkg-divert is missing here; run it inside, with chroot',
      io,
    );
  const steps = planUninstall(record, found);
  if (json === true) io.out(`${JSON.stringify({ root, steps }, undefined, 2)}\n`);
  const status = steps.some(({ kind }) => kind === 'leave') ? EXIT_LEFT : 0;
  if (dryRun === true) {
    if (json !== true) for (const step of steps) io.out(`${describeStep(step)}\n`);
    return status;
  }
  const tellInit = canReexecute(root);
  try {
    performSteps(root, steps, undefined, io);
  } catch (error) {
    return refuse(root, `${failureText(error)}; the next rcinit uninstall goes on from here`, io);
  }
  io.out(`rcinit is no longer installed in ${root}\n`);
  if (tellInit) io.out('telinit u lets the running init become the one that is back\n');
  return status;
}

function lostText(lost: readonly string[]): string {
  const what = lost.length === 1 ? 'what was there before is gone' : 'what was there before them is gone';
  return `${lost.join(', ')}: ${what}; install its package again`;
}

function refuse(root: string, text: string, io: AppletIo): number {
  io.err(`rcinit: cannot uninstall from "${root}": ${text}\n`);
  return EXIT_FAILURE;
}
