/** What `rc` would run for a level, as it would decide it itself. */
import { planRunLevel, type RcEntry, type RcStep } from '../core/scripts/rc-plan.ts';
import { parseRunLevel, type PreviousLevel, type RunLevel } from '../core/runlevel.ts';
import { errorText } from '../os/os-error.ts';
import { listScripts } from '../os/scripts/script-path.ts';
import { chooseWork } from './level-work.ts';
import type { LevelWork } from './level-work.ts';
import { readRcSettings } from './settings.ts';

/** A script, and side by side with others, those it waits for. */
export type PlannedScript = RcStep & { readonly after?: readonly string[] };

/** @param complain Told of a link directory that cannot be read. */
export async function planScripts(
  root: string,
  change: { readonly level: RunLevel; readonly previous: PreviousLevel },
  complain: (text: string) => void,
): Promise<LevelWork> {
  const { level, previous } = change;
  const read = (of: string): readonly RcEntry[] => readEntries(root, `/etc/rc${of}.d`, complain);
  const steps = planRunLevel({ level, previous, dir: `/etc/rc${level}.d`, entries: read(level) });
  const previousEntries = (): readonly RcEntry[] =>
    parseRunLevel(previous) === undefined ? [] : read(previous);
  // init's environment sets nothing of it, as a rule.
  const { parallel } = readRcSettings(root, {});
  return (await chooseWork({ root, level, steps, previousEntries, parallel })).work;
}

/** The same as one list, in the order in which it begins. */
export function listWork(work: LevelWork): readonly PlannedScript[] {
  if (work.kind === 'sequential') return work.steps;
  return work.phases.flatMap(({ tasks, steps, skipped }) => [
    ...skipped,
    ...tasks.flatMap(({ name, needs }): PlannedScript[] => {
      const step = steps.get(name);
      return step === undefined ? [] : [{ ...step, after: needs.filter((need) => steps.has(need)) }];
    }),
  ]);
}

function readEntries(root: string, dir: string, complain: (text: string) => void): readonly RcEntry[] {
  try {
    return listScripts(root, dir);
  } catch (error) {
    complain(`cannot read "${dir}": ${errorText(error)}; no scripts are run`);
    return [];
  }
}
