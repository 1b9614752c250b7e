/**
 * Reads the state an init handed on (see state-stream.ts). Whoever wrote it, nothing in it is believed blindly:
 * what makes no sense is left out and named, and a stream without a level is of no use at all.
 */
import { defaultLevelOf } from '../inittab/inittab-default.ts';
import type { OwedRecords } from '../wire/init-records.ts';
import { decodeRequest } from '../wire/initctl-message.ts';
import type { Core, Event, Purpose } from './machine-types.ts';
import { parseDemandLevel, parseRunLevel, type InitLevel, type PreviousLevel } from '../runlevel.ts';
import type { SavedState } from './saved-state.ts';
import { last, parseNumber, parseTime, type Fields } from './state-fields.ts';
import { readExit, readSlots } from './state-record-reader.ts';
import { PENDING_SIGNALS, STATE_SIGNATURE } from './state-stream.ts';
import type { Millis } from '../units.ts';

export type HandedState =
  | {
      readonly kind: 'usable';
      readonly saved: SavedState;
      /** The variables of init are in its environment only: another init wrote this. */
      readonly isForeign: boolean;
      /** What is left out, and why. */
      readonly problems: readonly string[];
    }
  | { readonly kind: 'unusable'; readonly why: string };

/** More would not be an inittab. */
const MAX_ENTRIES = 10_000;
const MAX_PROBLEMS = 10;
/** An int of the original. */
const COUNTER = { least: 0, most: 2_147_483_647 };

/** @param at Now, on the machine's monotonic clock: nothing can have happened later. */
export function decodeState(bytes: Uint8Array, at: Millis): HandedState {
  const text = new TextDecoder().decode(bytes);
  if (!text.startsWith(`${STATE_SIGNATURE}VER`)) return { kind: 'unusable', why: 'it has no version line' };
  const problems: string[] = [];
  const { head, records } = divide(text.slice(STATE_SIGNATURE.length).split('\n'), problems);
  const level = parseLevel(last(head, '-RL'));
  if (level === undefined) return { kind: 'unusable', why: 'it names no run level' };
  const defaults = records.filter((fields) => last(fields, 'AC ') === 'initdefault');
  const slots = readSlots(
    records.filter((fields) => !defaults.includes(fields)),
    at,
    problems,
  );
  const isForeign = !head.has(':up');
  const rest = { head, at, isForeign };
  const core: SavedState['core'] = {
    ...readLevels(head, level),
    slots,
    tableDefault: defaults[0] && defaultLevelOf(last(defaults[0], 'LEV')),
    extraEnv: readVariables(head),
    saidIdle: last(head, ':id') === '1',
    leaves: parseNumber(last(head, ':le'), COUNTER) ?? 0,
    mainEnd: readExit(last(head, ':me')),
    deferred: isForeign ? readPendingSignals(rest) : readEvents(rest),
  };
  const saved = {
    core,
    paused: last(head, ':pa') === '1',
    interrupted: readPurpose(head),
    facts: readFacts(rest, core),
  };
  return { kind: 'usable', saved, isForeign, problems: shorten(problems) };
}

function shorten(problems: readonly string[]): readonly string[] {
  if (problems.length <= MAX_PROBLEMS) return problems;
  return [...problems.slice(0, MAX_PROBLEMS), `and ${problems.length - MAX_PROBLEMS} more like these`];
}

function divide(
  lines: readonly string[],
  problems: string[],
): { readonly head: Fields; readonly records: readonly Fields[] } {
  const head = new Map<string, string[]>();
  const records: Map<string, string[]>[] = [];
  let fields = head;
  for (const line of lines) {
    const [tag, value] = [line.slice(0, 3), line.slice(3)];
    if (tag === 'END' && fields === head) return { head, records };
    if (tag === 'REC') records.push((fields = new Map()));
    if (records.length > MAX_ENTRIES) break;
    const values = fields.get(tag);
    if (tag === 'EOR') fields = head;
    else if (values === undefined) fields.set(tag, [value]);
    else values.push(value);
  }
  // The last entry may be cut in the middle of its command.
  if (fields !== head) records.pop();
  problems.push(`it breaks off after ${records.length} entries; telinit q reads the table again`);
  return { head, records };
}

function parseLevel(text: string): InitLevel | undefined {
  return text === '#' || text === '*' ? text : text === 's' ? undefined : parseRunLevel(text);
}

function readLevels(
  head: Fields,
  level: InitLevel,
): Pick<Core, 'level' | 'shownLevel' | 'previous' | 'wantedLevel' | 'booted' | 'graceMs'> {
  const previous: PreviousLevel = parseLevel(last(head, '-PL')) ?? 'N';
  const shownLevel = parseRunLevel(last(head, '-TL')) ?? parseRunLevel(level) ?? 'S';
  const graceSeconds = parseNumber(last(head, '-ST'), COUNTER) ?? 3;
  return {
    level,
    shownLevel,
    previous,
    wantedLevel: parseRunLevel(last(head, ':wl')),
    booted: (parseNumber(last(head, '-DB'), COUNTER) ?? 0) > 0,
    graceMs: graceSeconds * 1_000,
  };
}

interface Rest {
  readonly head: Fields;
  readonly at: Millis;
  readonly isForeign: boolean;
}

/** A counter at 0 is a record that could not be written; the original has counters of the boot only. */
function readOwed(head: Fields, { level, previous }: Pick<Core, 'level' | 'previous'>): OwedRecords {
  const isOwed = (tag: string): boolean => parseNumber(last(head, tag), COUNTER) === 0;
  return {
    last: { kind: 'level', level, previous },
    utmp: { boot: isOwed('-WU'), level: isOwed('-LU') },
    wtmp: { boot: isOwed('-WR'), level: isOwed('-LW') },
  };
}

function readFacts({ head, at }: Rest, level: Pick<Core, 'level' | 'previous'>): SavedState['facts'] {
  return {
    startedAt: parseTime(last(head, ':up'), at) ?? at,
    rescuedAt: parseTime(last(head, ':rs'), at),
    owed: readOwed(head, level),
    lockFd: parseNumber(last(head, ':lk'), { least: 3, most: 1_048_576 }),
  };
}

function readPurpose(head: Fields): Purpose | undefined {
  const [kind, letter = ''] = last(head, ':pu').split(' ');
  if (kind === 'change' || kind === 'reload') return { kind };
  const demand = parseDemandLevel(letter);
  return kind === 'demand' && demand !== undefined ? { kind, letter: demand } : undefined;
}

function readVariables(head: Fields): Core['extraEnv'] {
  return (head.get(':en') ?? []).flatMap((text): [string, string][] => {
    const [, name, value] = /^(INIT_[^=]*)=(.*)$/s.exec(parseString(text)) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
}

function parseString(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}

/** The original has no memory of its requests, only of signals. What power it was stands in a file, as with SIGPWR. */
function readPendingSignals({ head, at }: Rest): readonly Event[] {
  const bits = parseNumber(last(head, '-SI'), { least: 0, most: 2 ** 32 - 1 }) ?? 0;
  const isPending = (signo: number): boolean => Math.floor(bits / 2 ** signo) % 2 === 1;
  const events: Event[] = [];
  if (isPending(PENDING_SIGNALS.reload)) events.push({ kind: 'reload', at });
  if (isPending(PENDING_SIGNALS.ctrlAltDel)) events.push({ kind: 'ctrlAltDel', at });
  if (isPending(PENDING_SIGNALS.keyboard)) events.push({ kind: 'keyboard', at });
  if (isPending(PENDING_SIGNALS.power)) events.push({ kind: 'power', state: undefined, at });
  return events;
}

function readEvents({ head, at }: Rest): readonly Event[] {
  return (head.get(':ev') ?? []).flatMap((text): Event[] => {
    const [, kind = '', value = ''] = /^(\S*) ?(.*)$/.exec(text) ?? [];
    switch (kind) {
      case 'reload':
      case 'ctrlAltDel':
      case 'keyboard':
        return [{ kind, at }];
      case 'leave': {
        const main = readExit(value);
        return [{ kind, at, ...(main !== undefined && { main }) }];
      }
      case 'power':
        return [{ kind, state: value === '' ? undefined : value, at }];
      case 'request':
        return [{ kind, request: decodeRequest(bytesOf(value)), at }];
      default:
        return [];
    }
  });
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/[\da-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));
}
