/** The order of the scripts that have links now, worked out from their headers. */
import { planFarm, type FarmOutcome } from '../core/farm.ts';
import type { LsbHeader } from '../core/lsb-header.ts';
import { standardFarmPaths } from '../os/farm-paths.ts';
import { readSystem } from './script-system.ts';

export interface ScriptOrder extends Pick<FarmOutcome, 'start' | 'stop' | 'linked'> {
  /** Scripts whose headers say nothing, because there is none or it has no end. */
  readonly silent: ReadonlySet<string>;
}

/** @throws {OsError} Where init.d or a link directory cannot be listed. */
export function readScriptOrder(root: string): ScriptOrder {
  const { scripts, farm, facilities } = readSystem(standardFarmPaths(root));
  const outcome = planFarm({
    scripts,
    links: farm.links,
    missingDirs: [],
    facilities,
    named: [],
    action: 'enable',
    isForced: true,
    useDefaults: false,
    isRecursive: false,
  });
  const isSilent = ({ kind }: LsbHeader): boolean => kind === 'none' || kind === 'unterminated';
  const silent = new Set(scripts.filter(({ header }) => isSilent(header)).map(({ name }) => name));
  return { ...outcome, silent };
}
