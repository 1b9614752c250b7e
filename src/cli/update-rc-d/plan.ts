/** What one call of `update-rc.d` wants of the link farm: insserv's plan where there is an insserv.conf, else a plain one. */
import type { LinkChange, FarmPlan } from '../../core/links/rc-links.ts';
import { INIT_D } from '../../core/system-paths.ts';
import {
  changedLinks,
  plainDefaults,
  removeLinks,
  toggleLinks,
  type Toggle,
} from '../../core/links/toggle-links.ts';
import { legacyWarnings } from '../../core/links/update-rc-command.ts';
import { isFile } from '../../os/file/is-file.ts';
import { readLinks, type FoundLink, type PresentFarm } from '../../os/links/read-farm.ts';
import { parseInsserv, type InsservCommand } from '../insserv/options.ts';
import { decideFarm } from '../insserv/run.ts';
import { hasScript, scriptLevels, toggledLevels, UpdateRcError, type UpdateRcCall } from './call.ts';

export interface UpdateRcPlan {
  readonly plan: FarmPlan;
  /** What is wrong although the plan is to be applied. */
  readonly problem?: UpdateRcError;
}

const NOTHING: UpdateRcPlan = { plan: { makeDirs: [], changes: [], files: [] } };
const REJECTED = 'insserv rejected the script header';
const INSSERV_CONF = '/etc/insserv.conf';

/** The call of insserv; its paths are also those of this run. */
export function insservCommand(call: UpdateRcCall, args: readonly string[] = []): InsservCommand {
  const force = call.isStrict ? [] : ['-f'];
  const parsed = parseInsserv(['--root', call.root, ...force, ...args], call.io);
  if (parsed === 'help') throw new UpdateRcError(REJECTED);
  return parsed;
}

/**
 * Reads what is there and plans. Changes nothing.
 * @throws {UpdateRcError} Then nothing is to be changed.
 * @throws {OsError} Where something cannot be read.
 */
export function planUpdateRc(call: UpdateRcCall): UpdateRcPlan {
  const { command, root } = call;
  const hasInsserv = isFile(root, INSSERV_CONF);
  switch (command.kind) {
    case 'remove':
      return hasInsserv ? planRemoval(call) : { plan: removeLinks(command.name, readFarm(call).links) };
    case 'defaults':
      if (command.legacy !== undefined)
        legacyWarnings(command.name, command.legacy, scriptLevels(call)).forEach(call.warn);
      return hasInsserv ? planDefaults(call) : planPlainDefaults(call);
    case 'defaults-disabled':
      if (hasAnyLink(command.name, readFarm(call))) return NOTHING;
      return hasInsserv ? planDefaultsDisabled(call) : planPlainDefaults(call);
    case 'enable':
    case 'disable':
      return { plan: planToggle(call, command.kind, command.levels, hasInsserv) };
    default:
      return command satisfies never;
  }
}

function planPlainDefaults(call: UpdateRcCall): UpdateRcPlan {
  const { kind, name } = call.command;
  const farm = readFarm(call);
  if (hasAnyLink(name, farm)) return NOTHING;
  return { plan: plainDefaults(name, scriptLevels(call), kind === 'defaults-disabled', farm.missingDirs) };
}

function planDefaults(call: UpdateRcCall): UpdateRcPlan {
  const { name } = call.command;
  if (!hasScript(call)) throw new UpdateRcError(`initscript does not exist: ${INIT_D}/${name}`);
  return { plan: decide(call, [name]) };
}

function planDefaultsDisabled(call: UpdateRcCall): UpdateRcPlan {
  const { plan } = planDefaults(call);
  try {
    const { changes } = toggle(call, 'disable', [], changedLinks(readFarm(call).links, plan.changes));
    return { plan: { ...plan, changes: [...plan.changes, ...changes] } };
  } catch (error) {
    // The original has enabled it by then, and the next call finds links and is content.
    if (error instanceof UpdateRcError) return { plan, problem: error };
    throw error;
  }
}

/** A package's scripts are gone when it is purged; then insserv finds links that lead nowhere. */
function planRemoval(call: UpdateRcCall): UpdateRcPlan {
  if (!hasScript(call)) return { plan: decide(call, []) };
  try {
    return { plan: decide(call, ['-r', call.command.name]) };
  } catch (error) {
    if (call.isStrict || !(error instanceof UpdateRcError)) throw error;
    return NOTHING;
  }
}

function planToggle(
  call: UpdateRcCall,
  action: 'enable' | 'disable',
  levels: readonly string[],
  hasInsserv: boolean,
): FarmPlan {
  const { changes } = toggle(call, action, levels, readFarm(call).links);
  if (!hasInsserv) return { makeDirs: [], changes, files: [] };
  const plan = decide(call, [call.command.name], changes);
  return { ...plan, changes: [...changes, ...plan.changes] };
}

/** @throws {UpdateRcError} Where nothing can be toggled. */
function toggle(
  call: UpdateRcCall,
  action: 'enable' | 'disable',
  given: readonly string[],
  links: readonly FoundLink[],
): Toggle {
  const result = toggleLinks(call.command.name, action, toggledLevels(call, given), links);
  for (const level of result.ignored) call.warn(`${action} action will have no effect on runlevel ${level}`);
  if (!result.hasLinks) throw new UpdateRcError('no runlevel symlinks to modify, aborting!');
  return result;
}

/** Insserv's plan, from the links as they will be after the changes. */
function decide(call: UpdateRcCall, args: readonly string[], changes: readonly LinkChange[] = []): FarmPlan {
  const outcome = decideFarm(insservCommand(call, args), call.io, (links) => changedLinks(links, changes));
  if (outcome === undefined) throw new UpdateRcError(REJECTED);
  return outcome.plan;
}

function readFarm(call: UpdateRcCall): PresentFarm {
  return readLinks(insservCommand(call).paths, new Set());
}

function hasAnyLink(name: string, { links, strangers }: PresentFarm): boolean {
  const isOurs = (path: string): boolean => path.replace(/^rc.\.d\/[SK]\d\d/, '') === name;
  return links.some(({ link }) => link.name === name) || strangers.some(isOurs);
}
