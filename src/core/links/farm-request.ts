/** What a run over the link farm starts from, and what it has to say. */
import type { InitScript, NamedScript } from './enable.ts';
import type { FacilityTable } from '../lsb/facility.ts';
import type { RcLevel } from '../level-set.ts';
import type { PresentLink } from './rc-links.ts';

export interface FarmRequest {
  /** Scripts of init.d with what their headers say, in any order. */
  readonly scripts: readonly InitScript[];
  readonly links: readonly PresentLink[];
  readonly missingDirs: readonly RcLevel[];
  readonly facilities: FacilityTable;
  /** In the order given; each is one of the scripts. */
  readonly named: readonly NamedScript[];
  readonly action: 'enable' | 'remove';
  /** Go on where the original would refuse. */
  readonly isForced: boolean;
  /** Links of the named scripts do not count. */
  readonly useDefaults: boolean;
  /** Enable what the named scripts require, too. */
  readonly isRecursive: boolean;
}

export interface FarmMessage {
  /** `fault`: ends the run unless it is forced. */
  readonly kind: 'warning' | 'fault';
  /** In the original's words where it has some, without the name of the program. */
  readonly text: string;
}
