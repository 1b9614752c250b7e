/** Where the scripts and the link farm of a system root are. */
import { posix } from 'node:path';
import type { RcLevel } from '../../core/level-set.ts';
import { INIT_D } from '../../core/system-paths.ts';
import { inRoot } from '../file/in-root.ts';

/** Paths inside the root. */
export interface FarmPaths {
  readonly root: string;
  /** The folder of the scripts, e.g. `/etc/init.d`; the link directories are beside it. */
  readonly initDir: string;
  /** insserv.conf; its fragments are in the folder of the same name and `.d`. */
  readonly conf: string;
  /** Folders of override files, the first one that has a script's wins. */
  readonly overrides: readonly string[];
  readonly fileFilters: string;
  /** Where `.depend.*` go. */
  readonly dependDir: string;
  /** Links in init.d that lead here are no scripts: the program is asked for their headers. */
  readonly upstartJob: string;
}

/** What is enough to find the link directories. */
export type FarmPlace = Pick<FarmPaths, 'root' | 'initDir'>;

/** The link directory of a level, as a path of the machine. */
export function linkDir({ root, initDir }: FarmPlace, level: RcLevel): string {
  return inRoot(root, posix.join(initDir, `../rc${level}.d`));
}

/** Where a root has everything, unless somebody says otherwise. */
export function standardFarmPaths(root: string): FarmPaths {
  return {
    root,
    initDir: INIT_D,
    conf: '/etc/insserv.conf',
    overrides: ['/etc/insserv/overrides', '/usr/share/insserv/overrides'],
    fileFilters: '/etc/insserv/file-filters',
    dependDir: INIT_D,
    upstartJob: '/lib/init/upstart-job',
  };
}
