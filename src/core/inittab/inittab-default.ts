/** The `initdefault` line: which level it names, and what is odd about it. */
import type { InittabEntry } from './inittab-entry.ts';
import { printable, type Field, type LineRemark } from './inittab-line.ts';
import type { Severity } from '../diagnostic.ts';
import { parseRunLevel, type RunLevel } from '../runlevel.ts';

/** An empty field stands for all of 0–9, and the highest counts. */
const LEVEL_OF_EMPTY_FIELD = '9';

/** The highest character of the field, in upper case: of several levels the highest counts, S above the digits. */
function highestCharacter(field: string): string {
  let highest = '';
  for (const character of field) if (character > highest) highest = character;
  return highest === '' ? LEVEL_OF_EMPTY_FIELD : highest.toUpperCase();
}

/** The level an initdefault line names; undefined where its highest character is no run level. */
export function defaultLevelOf(field: string): RunLevel | undefined {
  return parseRunLevel(highestCharacter(field));
}

/** What there is to say about the initdefault line that counts. `entries` is the finished table. */
export function adviseOnDefault(
  levels: Field,
  entries: readonly InittabEntry[],
): readonly { readonly severity: Severity; readonly remark: LineRemark }[] {
  const place = { column: levels.column, width: Math.max(1, levels.text.length) };
  const level = defaultLevelOf(levels.text);
  if (level === undefined)
    return [{ severity: 'error', remark: { ...place, ...invalidDefault(levels.text) } }];
  const found = [
    ...(levels.text === '' ? [emptyDefault] : []),
    ...(levels.text.length > 1 ? [severalLevels(level)] : []),
    ...(level === '0' || level === '6' ? [stoppingDefault(level)] : []),
    ...(entries.some((entry) => startsIn(entry, level)) ? [] : [unusedDefault(level)]),
  ];
  return found.map((words) => ({ severity: 'warning', remark: { ...place, ...words } }));
}

type Words = Omit<LineRemark, 'column' | 'width'>;

function startsIn({ action, levels }: InittabEntry, level: RunLevel): boolean {
  const starts = action === 'wait' || action === 'once' || action === 'respawn' || action === 'ondemand';
  return starts && levels.includes(level);
}

function invalidDefault(field: string): Words {
  return {
    code: 'invalid-initdefault',
    message: `Initdefault level '${printable(highestCharacter(field))}' is invalid`,
    hint: 'name one level out of 0 to 9 and S; until then the level is asked for on the console',
  };
}

const emptyDefault: Words = {
  code: 'empty-initdefault',
  message: 'an initdefault without a level means 9',
  hint: 'name the level, for example id:2:initdefault:',
};

function severalLevels(level: RunLevel): Words {
  return {
    code: 'several-initdefault-levels',
    message: `several levels in initdefault, the highest counts: ${level}`,
    hint: `name one level, for example id:${level}:initdefault:`,
  };
}

function stoppingDefault(level: RunLevel): Words {
  return {
    code: 'stopping-initdefault',
    message: `the default run level ${level} ${level === '0' ? 'halts' : 'reboots'} the machine as soon as it is up`,
    hint: 'name one level out of 1 to 5',
  };
}

function unusedDefault(level: RunLevel): Words {
  return {
    code: 'unused-initdefault',
    message: `nothing is started in the default run level ${level}`,
    hint: `add an entry like l${level}:${level}:wait:/etc/init.d/rc ${level}, or name another level`,
  };
}
