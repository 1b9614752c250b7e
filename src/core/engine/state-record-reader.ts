/** One entry of a state stream: what it is, and what init remembers of its process. */
import { internalLevels, parseAction } from '../inittab/inittab-actions.ts';
import type { InittabEntry } from '../inittab/inittab-entry.ts';
import { printable } from '../inittab/inittab-line.ts';
import { RESPAWN_OFF_MS } from './respawn.ts';
import { freshSlots, isRespawned, type LastEnd, type Slot } from './slot.ts';
import { last, parseNumber, parseTime, type Fields } from './state-fields.ts';
import { INITTAB } from '../system-paths.ts';
import type { ExitStatus, Millis } from '../units.ts';

/** Linux gives no higher pid. */
const MAX_PID = 4_194_304;

/** @param problems Gets a line for each entry that makes no sense as it stands. */
export function readSlots(records: readonly Fields[], at: Millis, problems: string[]): readonly Slot[] {
  const known = records.flatMap((fields) => {
    const entry = readEntry(fields, problems);
    return entry === undefined ? [] : [{ fields, entry }];
  });
  return freshSlots(known.map(({ entry }) => entry)).map((slot, index) => {
    const fields = known[index]?.fields;
    if (fields === undefined) return slot;
    const marks = readMarks(fields, at, problems);
    // The original marks what it starts again and again as done, too; here the mark means that it is over.
    return { ...slot, ...marks, done: marks.done && !isRespawned(slot.entry.action) };
  });
}

function readEntry(fields: Fields, problems: string[]): InittabEntry | undefined {
  const id = last(fields, 'REC');
  if (id === '') {
    problems.push('it has an entry without an id, ignoring it');
    return undefined;
  }
  const word = last(fields, 'AC ');
  const action = parseAction(word);
  if (action === undefined || action === 'initdefault')
    problems.push(`entry "${printable(id)}" has the unknown action "${printable(word)}", taking it as "off"`);
  const [, plus, literal, command = ''] = /^(\+?)(@?)(.*)$/s.exec(last(fields, 'CMD')) ?? [];
  const known = action === undefined || action === 'initdefault' ? 'off' : action;
  const [, line = '0', file = INITTAB] = /^(\d+) (.+)$/.exec(last(fields, ':fi')) ?? [];
  return {
    id,
    // The original leaves `a`-`c` as they were written.
    levels: last(fields, 'LEV') && internalLevels(last(fields, 'LEV'), known),
    action: known,
    command,
    records: plus === '',
    shell: literal === '' ? 'auto' : 'never',
    file,
    line: Number(line),
  };
}

type Marks = Omit<Slot, 'key' | 'entry'>;

function readMarks(fields: Fields, at: Millis, problems: string[]): Marks {
  const flags = fields.get('FL ') ?? [];
  const pid = parseNumber(last(fields, 'PID'), { least: 2, most: MAX_PID });
  if (flags.includes('RU') && pid === undefined)
    problems.push(`entry "${printable(last(fields, 'REC'))}" runs without a process, taking it as ended`);
  const since = parseTime(last(fields, ':bg'), at) ?? at;
  return {
    run: flags.includes('RU') && pid !== undefined ? { kind: 'running', since, pid } : undefined,
    done: flags.includes('XD'),
    demand: flags.includes('DE'),
    starts: parseNumber(last(fields, ':st'), { least: 0, most: Number.MAX_SAFE_INTEGER }) ?? 0,
    throttle: readThrottle(last(fields, ':th'), at),
    heldUntil: parseTime(last(fields, ':hu'), at + RESPAWN_OFF_MS),
    last: readLast(last(fields, ':ls'), at),
  };
}

function readThrottle(text: string, at: Millis): Slot['throttle'] {
  const [start = '', starts = ''] = text.split(' ');
  const windowStart = parseTime(start, at);
  const count = parseNumber(starts, { least: 1, most: 1_000 });
  return windowStart === undefined || count === undefined ? undefined : { windowStart, count };
}

function readLast(text: string, now: Millis): LastEnd | undefined {
  const [when = '', ran = '', kind = '', value = ''] = text.split(' ');
  const at = parseTime(when, now);
  const ranMs = parseTime(ran, Number.MAX_SAFE_INTEGER);
  const end = readEnd(kind, value);
  return at === undefined || ranMs === undefined || end === undefined ? undefined : { end, at, ranMs };
}

/** The words of an end that was an end: not of a process that could not be started. */
export function readExit(words: string): ExitStatus | undefined {
  const [kind = '', value = ''] = words.split(' ');
  const end = readEnd(kind, value);
  return end?.kind === 'not-started' ? undefined : end;
}

function readEnd(kind: string, value: string): LastEnd['end'] | undefined {
  if (kind === 'signaled') return /^SIG[\w+]+$/.test(value) ? { kind, signal: value } : undefined;
  if (kind === 'not-started') return /^\w+$/.test(value) ? { kind, code: value } : undefined;
  const code = kind === 'exited' ? parseNumber(value, { least: 0, most: 255 }) : undefined;
  return code === undefined ? undefined : { kind: 'exited', code };
}
