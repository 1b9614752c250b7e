/** The order of the scripts that have links now, worked out from their headers. */
import { planFarm, type FarmOutcome } from '../core/links/farm.ts';
import type { FacilityTable } from '../core/lsb/facility.ts';
import type { LsbHeader } from '../core/lsb/lsb-header.ts';
import { standardFarmPaths } from '../os/links/farm-paths.ts';
import { readSystem, type ReadSystem } from './script-system.ts';

export interface ScriptOrder extends Pick<FarmOutcome, 'start' | 'stop' | 'linked'> {
  /** Scripts whose headers say nothing, because there is none or it has no end. */
  readonly silent: ReadonlySet<string>;
  /** What it was worked out from. */
  readonly system: ReadSystem;
  /** Those that counted. */
  readonly facilities: FacilityTable;
}

/** Facilities that stand for themselves stand for nothing. */
const NO_FACILITIES: FacilityTable = { facilities: new Map(), interactive: new Set() };

/** @throws {OsError} Where init.d or a link directory cannot be listed. */
export function readScriptOrder(root: string): ScriptOrder {
  const system = readSystem(standardFarmPaths(root));
  const { scripts, farm } = system;
  const facilities = isSound(system) ? system.facilities : NO_FACILITIES;
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
  return { ...outcome, silent, system, facilities };
}

/** False where insserv.conf has a fault that leaves its facilities without a meaning. */
function isSound({ conf }: ReadSystem): boolean {
  return conf.every(({ severity }) => severity !== 'error');
}
