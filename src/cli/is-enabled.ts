/** `rcinit is-enabled`: whether a script is started in a run level, as an exit status for programs. */
import { formatLevels, levelSet, NO_LEVELS } from '../core/level-set.ts';
import { parseRcLink } from '../core/rc-link.ts';
import { RC_LEVELS } from '../core/runlevel.ts';
import { INIT_D, rcDir } from '../core/system-paths.ts';
import { readRcDirs } from '../os/read-rc-dirs.ts';
import { scriptKind } from '../os/script-path.ts';
import type { AppletIo } from './applet.ts';

const EXIT_ENABLED = 0;
const EXIT_DISABLED = 1;
const EXIT_USAGE = 2;
/** As LSB's "insufficient information": there is nothing of that name that could be enabled. */
const EXIT_UNKNOWN = 4;

/** What ends the system is started in no other sense. */
const STARTING_LEVELS = levelSet('12345S');

export interface IsEnabledRequest {
  /** Absolute. */
  readonly root: string;
  readonly name: string;
  /** Any of 1–5 and S where none is given. */
  readonly level: string | undefined;
}

/** @returns 0 enabled, 1 not enabled, 2 wrong level, 4 no such script. */
export function runIsEnabled({ root, name, level }: IsEnabledRequest, io: AppletIo): number {
  const asked = level === undefined ? STARTING_LEVELS : levelSet([level]);
  if (asked === NO_LEVELS) {
    io.err(`rcinit: cannot look into level "${level}": no run level with links; name one of 0-6 or S\n`);
    return EXIT_USAGE;
  }
  const isName = name !== '' && !name.includes('/') && !name.startsWith('.');
  if (!isName || scriptKind(root, `${INIT_D}/${name}`) === 'dangling') {
    io.err(
      `rcinit: cannot query "${name}": no such script in ${INIT_D}; rcinit status lists those with links\n`,
    );
    return EXIT_UNKNOWN;
  }
  const dirs = new Map<string, string>(RC_LEVELS.map((one) => [rcDir(one), one]));
  const started = readRcDirs(root).entries.flatMap((entry) => {
    const link = parseRcLink(entry.name);
    const isStart = link?.kind === 'S' && link.name === name && entry.problem === undefined;
    return isStart ? [dirs.get(entry.dir) ?? ''] : [];
  });
  const levels = levelSet(started) & asked;
  io.out(levels === NO_LEVELS ? 'disabled\n' : `enabled in ${formatLevels(levels)}\n`);
  return levels === NO_LEVELS ? EXIT_DISABLED : EXIT_ENABLED;
}
