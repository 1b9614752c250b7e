/** One run of `insserv`: read, decide, say, and, unless it is a rehearsal, change. */
import { planFarm, type FarmOutcome } from '../../core/links/farm.ts';
import { presentLevels, type NamedScript } from '../../core/links/enable.ts';
import { headerLines, isOriginalComplaint, planLines, showOrder } from '../../core/links/insserv-text.ts';
import { compareRcLinkNames } from '../../core/links/rc-link.ts';
import type { PresentLink } from '../../core/links/rc-links.ts';
import { applyFarmPlan, withFarmLock, type Settled } from '../../os/links/link-farm.ts';
import { isFarmUnsettled } from '../../os/links/farm-journal.ts';
import type { FoundLink } from '../../os/links/read-farm.ts';
import type { AppletIo } from '../applet.ts';
import type { InsservCommand } from './options.ts';
import { formatAdvice, readSystem, type ReadSystem } from '../../rc/script-system.ts';

const EXIT_FAILURE = 1;
const FILE_MODE_MASK = 0o022;
const LONG_WAIT = 'waiting for another run that changes the links';
const UNSETTLED =
  'warning: an interrupted change of the links is still to be finished; the next run that is no rehearsal does so';

/** @throws {OsError} Where something cannot be read or changed. */
export async function runInsserv(command: InsservCommand, io: AppletIo): Promise<number> {
  if (command.isDryRun || command.showsOrder) {
    if (isFarmUnsettled(command.paths)) speaker(io)(UNSETTLED);
    return runLocked(command, io);
  }
  process.umask(FILE_MODE_MASK);
  const work = (settled: Settled): number => {
    if (settled !== 'none' && command.verbosity > 0)
      speaker(io)(`${settled} the change that was interrupted`);
    return runLocked(command, io);
  };
  return withFarmLock(command.paths, work, { onLongWait: () => speaker(io)(LONG_WAIT) });
}

function runLocked(command: InsservCommand, io: AppletIo): number {
  const outcome = decideFarm(command, io);
  return outcome === undefined ? EXIT_FAILURE : finish(command, outcome, io);
}

function speaker(io: AppletIo): (line: string) => void {
  return (line) => io.err(`insserv: ${line}\n`);
}

/**
 * Reads, plans, and says what is to be said of that, in insserv's name. Changes nothing.
 * @param alter What the links shall be taken for.
 * @returns Undefined where something speaks against the run; that is said, too.
 * @throws {OsError} Where something cannot be read.
 */
export function decideFarm(
  command: InsservCommand,
  io: AppletIo,
  alter: (links: readonly FoundLink[]) => readonly PresentLink[] = (links) => links,
): FarmOutcome | undefined {
  const say = speaker(io);
  const warn = (line: string): void => {
    if (!command.isSilent) say(line);
  };
  const system = readSystem(command.paths);
  if (command.verbosity > 1) for (const path of system.loaded) say(`Loading ${path}`);
  system.warnings.forEach(warn);
  const fatal = findFatal(command, system);
  if (fatal.length > 0) {
    fatal.forEach(say);
    return undefined;
  }
  const named = checkNamed(command, system);
  named.warnings.forEach(warn);
  if (named.fatal !== undefined) {
    say(named.fatal);
    return undefined;
  }
  sayOfHeaders(command, system, warn, io);
  const outcome = planFarm({
    ...command,
    scripts: system.scripts,
    links: alter(system.farm.links),
    missingDirs: system.farm.missingDirs,
    facilities: system.facilities,
    // The order is of what is there, and nothing is removed before it is shown.
    named: command.showsOrder && command.action === 'remove' ? [] : named.scripts,
  });
  const { refusal } = outcome;
  for (const { kind, text } of outcome.messages)
    if (!command.isSilent || (kind === 'fault' && refusal !== undefined)) say(text);
  if (refusal === undefined) return outcome;
  say(refusal);
  return undefined;
}

function finish(command: InsservCommand, outcome: FarmOutcome, io: AppletIo): number {
  const { plan } = outcome;
  const say = speaker(io);
  if (command.showsOrder) {
    const shown = [...outcome.linked, ...outcome.bystanders];
    io.out(
      showOrder(
        shown.sort((a, b) => compareRcLinkNames(a.name, b.name)),
        outcome,
      ),
    );
    return 0;
  }
  const { root, initDir, dependDir } = command.paths;
  const shown = (path: string): string => (root === '/' ? path : root + path);
  if (command.verbosity > 0) planLines(plan, shown(initDir)).forEach(say);
  if (command.isDryRun) {
    say(`dryrun, not creating depend.boot, depend.start, and depend.stop in ${shown(dependDir)}/.`);
    return 0;
  }
  applyFarmPlan(command.paths, plan);
  if (command.verbosity > 0) for (const { name } of plan.files) say(`creating ${shown(dependDir)}/${name}`);
  return 0;
}

/** What not even force goes on with, and broken headers, with which only force does. */
function findFatal({ isForced }: InsservCommand, { conf, complaints }: ReadSystem): readonly string[] {
  const loop = conf.find(({ severity }) => severity === 'error');
  if (loop !== undefined) return [loop.message];
  const all = [...complaints.values()].flat();
  const wrong = all.find(({ code }) => code === 'wrong-level');
  if (wrong !== undefined) return [wrong.message, ` in ${wrong.file}:${wrong.line}; ${wrong.hint ?? ''}`];
  const broken = isForced ? [] : all.filter(({ code }) => code === 'no-end');
  if (broken.length === 0) return [];
  return [
    ...broken.flatMap(({ message, file, line }) => [`FATAL: ${message}`, ` in ${file}:${line}`]),
    'exiting now!',
  ];
}

interface CheckedNames {
  readonly scripts: readonly NamedScript[];
  readonly warnings: readonly string[];
  readonly fatal: string | undefined;
}

/** Names that are no scripts are passed over with a word; one that is nothing at all ends the run. */
function checkNamed({ named }: InsservCommand, { entries }: ReadSystem): CheckedNames {
  const scripts: NamedScript[] = [];
  const warnings: string[] = [];
  for (const one of named) {
    const { name } = one;
    const entry = entries.get(name);
    switch (entry?.kind) {
      case 'script':
        scripts.push(one);
        break;
      case 'invalid-name':
        warnings.push(`script name ${name} is not valid, skipped!`);
        break;
      case 'not-executable':
        warnings.push(`script ${name} is not an executable file, will be skipped in boot sequence!`);
        break;
      case 'link-to-script':
        warnings.push(`script ${name} is a symlink to another script, skipped!`);
        break;
      case 'directory':
      case 'special':
        return { scripts, warnings, fatal: `${name}: not a regular file, expected an init script` };
      case 'unreadable':
        return { scripts, warnings, fatal: `${name}: ${entry.why}` };
      case 'dangling':
      case undefined:
        return { scripts, warnings, fatal: `${name}: No such file or directory` };
      default:
        entry satisfies never;
    }
  }
  return { scripts, warnings, fatal: undefined };
}

/** Of the scripts that the run is about; of all of them where it is about none, or where everything is asked for. */
function sayOfHeaders(
  { named, verbosity }: InsservCommand,
  { scripts, complaints, farm }: ReadSystem,
  warn: (line: string) => void,
  io: AppletIo,
): void {
  const present = presentLevels(farm.links);
  const names = new Set(named.map(({ name }) => name));
  for (const script of scripts) {
    const diagnostics = complaints.get(script.name) ?? [];
    const levels = present.get(script.name);
    if (names.has(script.name) || verbosity > 0) {
      const isEnabled = { start: (levels?.start ?? 0) !== 0, stop: (levels?.stop ?? 0) !== 0 };
      headerLines(script, diagnostics, isEnabled).forEach(warn);
    }
    if (verbosity > 0)
      for (const text of formatAdvice(diagnostics.filter((one) => !isOriginalComplaint(one))))
        io.err(`${text}\n`);
  }
}
