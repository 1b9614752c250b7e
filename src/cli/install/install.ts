/** `rcinit install`: puts the commands where a System V system expects them, and keeps what was there. */
import { posix } from 'node:path';
import { planInstall, planReturn, planUninstall } from '../../core/install/install-plan.ts';
import { CURRENT, type InstallRecord } from '../../core/install/install-record.ts';
import { describeStep, type InstallStep } from '../../core/install/install-steps.ts';
import { seeFile } from '../../os/install/install-paths.ts';
import { lockInstall, readInstallRecord } from '../../os/install/install-record-file.ts';
import { performStep } from '../../os/install/install-step.ts';
import { errorText } from '../../os/os-error.ts';
import type { AppletIo } from '../applet.ts';
import { checkNode, chooseNode, refuseNode, type ChosenNode } from './choose-node.ts';
import { canReexecute, refuseRoot, refuseSystem, type Refusal } from './refusals.ts';
import { surveyRecorded, surveyRoot } from './survey.ts';

export const EXIT_FAILURE = 1;

export interface InstallOptions {
  /** Absolute. */
  readonly root: string;
  readonly dryRun?: boolean;
  /** The plan as JSON; only with dryRun. */
  readonly json?: boolean;
  readonly force?: boolean;
  /** Path inside the root, or with `copyNode` on this machine. */
  readonly node?: string;
  readonly copyNode?: boolean;
}

/** @returns 0 if rcinit is installed; 1 if not, and then nothing was changed or what was is said. */
export function runInstall(options: InstallOptions, io: AppletIo): number {
  const { root } = options;
  const refusals = refuseRoot(root);
  if (refusals.length > 0) return refuse(root, refusals, io);
  const unlock = options.dryRun === true ? () => undefined : lockInstall(root);
  if (unlock === undefined) return refuse(root, [{ text: BUSY, canForce: false }], io);
  try {
    return installLocked(options, io);
  } finally {
    unlock();
  }
}

export const BUSY = 'another rcinit install or uninstall is at work there; wait for it';
export const UNREADABLE =
  '/var/lib/rcinit/installed.json is no record of this version; use the rcinit that installed it';

function installLocked(options: InstallOptions, io: AppletIo): number {
  const { root } = options;
  const record = readInstallRecord(root);
  if (record === 'unreadable') return refuse(root, [{ text: UNREADABLE, canForce: false }], io);
  const node = chooseNode(options.node, options.copyNode === true);
  const facts = surveyRoot(root, record, node.program, node.path);
  const nodeRefusal = refuseNode(root, node);
  const refusals = [
    ...refuseSystem(root, facts),
    ...(nodeRefusal === undefined ? [] : [{ text: nodeRefusal, canForce: false }]),
  ].filter(({ canForce }) => !canForce || options.force !== true);
  if (refusals.length > 0) return refuse(root, refusals, io);
  const steps = planInstall(facts);
  if (options.json === true) io.out(`${JSON.stringify({ root, steps }, undefined, 2)}\n`);
  if (options.dryRun === true) {
    if (options.json !== true) printPlan(steps, io);
    return 0;
  }
  try {
    performSteps(root, steps, node, io);
  } catch (error) {
    return takeBack(options.root, record, node, error, io);
  }
  io.out(closingWords(root, steps, node));
  return 0;
}

function printPlan(steps: readonly InstallStep[], io: AppletIo): void {
  if (steps.length === 0) io.out('rcinit is installed already; nothing to do\n');
  for (const step of steps) io.out(`${describeStep(step)}\n`);
}

/** Says each step before it is done. @throws The first failure. */
export function performSteps(
  root: string,
  steps: readonly InstallStep[],
  node: ChosenNode | undefined,
  io: AppletIo,
): void {
  const context = {
    root,
    node: node ?? { path: '' },
    checkProgram: (folder: string) => (node === undefined ? undefined : checkNode(root, folder, node)),
  };
  for (const step of steps) {
    io.out(`${describeStep(step)}\n`);
    performStep(step, context);
  }
}

/** After a failure everything is as it was before; if even that fails, the next run goes on from the record. */
function takeBack(
  root: string,
  former: InstallRecord | undefined,
  node: ChosenNode,
  failure: unknown,
  io: AppletIo,
): number {
  io.err(`rcinit: cannot install into "${root}": ${failureText(failure)}\n`);
  const record = readInstallRecord(root);
  if (record === undefined || record === 'unreadable') return EXIT_FAILURE;
  try {
    const found = surveyRecorded(root, record);
    const wasInstalled = former?.state === 'installed';
    const names = new Set((wasInstalled ? former.files : []).map(({ path }) => path));
    const judged = found.map((one) => ({ ...one, isRecorded: names.has(one.file.path) }));
    const current = seeFile(root, CURRENT)?.target;
    const steps = wasInstalled ? planReturn(former, judged, current) : planUninstall(record, found);
    performSteps(root, steps, node, io);
    io.err(`rcinit: ${wasInstalled ? 'the former version is in use again' : 'nothing is changed'}\n`);
  } catch (error) {
    io.err(
      `rcinit: cannot take it back: ${failureText(error)}; ` +
        'rcinit install goes on from here, rcinit uninstall takes it back\n',
    );
  }
  return EXIT_FAILURE;
}

export function failureText(error: unknown): string {
  const path = error instanceof Error && 'path' in error ? error.path : undefined;
  const text = errorText(error);
  const isPlain = typeof path === 'string' && error instanceof Error && error.name !== 'OsError';
  return isPlain
    ? `"${path}": ${text}`
    : error instanceof Error && error.name === 'OsError'
      ? error.message
      : text;
}

function closingWords(root: string, steps: readonly InstallStep[], node: ChosenNode): string {
  if (steps.length === 0) return 'rcinit is installed already; nothing to do\n';
  const lines = [`rcinit is installed in ${root}, run by ${node.path}; rcinit uninstall takes it back`];
  if (canReexecute(root)) lines.push('telinit u lets the running init become this one, without a restart');
  if (root === '/' && /^\/(home|root|tmp)\//.test(node.path))
    lines.push(
      `${posix.dirname(node.path)} must be there when the kernel starts init; --copy-node takes Node along`,
    );
  return `${lines.join('\n')}\n`;
}

export function refuse(root: string, refusals: readonly Refusal[], io: AppletIo): number {
  for (const { text, canForce } of refusals)
    io.err(
      `rcinit: cannot install into "${root}": ${text}${canForce ? ', or go on all the same with --force' : ''}\n`,
    );
  return EXIT_FAILURE;
}
