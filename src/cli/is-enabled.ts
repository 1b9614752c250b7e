/** `rcinit is-enabled`: whether an init script is started at boot, as one word and an exit status. */
import { nearestWord } from '../core/nearest-word.ts';
import type { RcLevel } from '../core/level-set.ts';
import { RC_LEVELS } from '../core/runlevel.ts';
import { INIT_D } from '../core/system-paths.ts';
import { scriptKind } from '../os/scripts/script-path.ts';
import { listNames } from '../os/file/text-file.ts';
import { findScriptLinks } from '../rc/script-links.ts';
import type { AppletIo } from './applet.ts';

export interface IsEnabledOptions {
  /** Absolute. */
  readonly root: string;
  readonly name: string;
  /** Asks about this level alone. */
  readonly level: string | undefined;
  readonly json: boolean;
}

const EXIT = { enabled: 0, disabled: 1, wrongUse: 2, unknown: 4 } as const;
/** In 0 and 6 nothing is enabled: there everything ends. */
const STARTED_LEVELS: readonly string[] = ['S', '1', '2', '3', '4', '5'];

/**
 * A link that rc could not run starts nothing.
 * @returns 0 enabled, 1 disabled, 2 no such level, 4 no such script.
 */
export function runIsEnabled({ root, name, level: word, json }: IsEnabledOptions, io: AppletIo): number {
  const level = word === undefined ? undefined : findLevel(word);
  if (word !== undefined && level === undefined) {
    io.err(`${io.name}: "${word}" is no run level with links; name one of 0-6 or S\n`);
    return EXIT.wrongUse;
  }
  const isScript = (one: string): boolean =>
    ['script', 'not-executable'].includes(scriptKind(root, `${INIT_D}/${one}`));
  if (name.includes('/') || !isScript(name)) {
    const near = nearestWord(name, listNames(root, INIT_D).filter(isScript));
    const hint = near === undefined ? `${INIT_D} has none of that name` : `did you mean ${near}?`;
    io.err(`${io.name}: unknown init script "${name}"; ${hint}\n`);
    return EXIT.unknown;
  }
  const links = findScriptLinks(root, name);
  const levels = (kind: 'S' | 'K'): readonly string[] =>
    RC_LEVELS.filter((one) =>
      links.some((link) => link.kind === kind && link.level === one && link.isExecutable),
    );
  const asked: readonly string[] = level === undefined ? STARTED_LEVELS : [level];
  const state = levels('S').some((one) => asked.includes(one)) ? 'enabled' : 'disabled';
  io.out(json ? `${JSON.stringify({ name, state, start: levels('S'), stop: levels('K') })}\n` : `${state}\n`);
  return EXIT[state];
}

function findLevel(word: string): RcLevel | undefined {
  return RC_LEVELS.find((one) => one === word.toUpperCase());
}
