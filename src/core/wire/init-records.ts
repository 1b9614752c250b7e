/**
 * What init leaves in utmp and wtmp: which record says what, and what could not be written yet. The writing itself is
 * in `os/`.
 * @see spec: sysvinit section 6
 */
import type { PreviousLevel, InitLevel } from '../runlevel.ts';
import type { EpochMillis, Pid } from '../units.ts';
import { runLevelPid, UTMP_TYPES, type UtmpRecord } from './utmp-record.ts';

export type RecordFact =
  /** Sysinit is over. */
  | { readonly kind: 'boot' }
  | LevelFact
  /** The process of an entry without `+` was started, and its end. */
  | { readonly kind: 'start' | 'death'; readonly id: string; readonly pid: Pid };

interface LevelFact {
  readonly kind: 'level';
  readonly level: InitLevel;
  readonly previous: PreviousLevel;
}

/**
 * Which records of boot and level are still to be written, each file by itself, because it was missing, read-only or
 * locked. Plain data, kept by the recorder in `os/` (`Recorder.owed`) and to be handed on to a new image of init.
 * sysvinit's state stream has the boot records the other way round: `-WR` is 1 when that of wtmp was written, `-WU` that
 * of utmp. It does not tell about the level.
 */
export interface OwedRecords {
  /** The level that is meant by `level`; undefined while none was recorded. */
  readonly last: LevelFact | undefined;
  readonly utmp: Owed;
  readonly wtmp: Owed;
}

export interface Owed {
  readonly boot: boolean;
  readonly level: boolean;
}

export const NOTHING_OWED: OwedRecords = {
  last: undefined,
  utmp: { boot: false, level: false },
  wtmp: { boot: false, level: false },
};

/** Adds a fact of boot or level to what is owed; a process that comes and goes is never owed. */
export function oweRecord(owed: OwedRecords, fact: RecordFact): OwedRecords {
  if (fact.kind === 'boot') {
    return { ...owed, utmp: { ...owed.utmp, boot: true }, wtmp: { ...owed.wtmp, boot: true } };
  }
  if (fact.kind !== 'level') return owed;
  return { last: fact, utmp: { ...owed.utmp, level: true }, wtmp: { ...owed.wtmp, level: true } };
}

/** Everything that is to be written to one file now, in order: what is owed, then the fact itself. */
export function dueRecords(
  owed: OwedRecords,
  file: 'utmp' | 'wtmp',
  fact: RecordFact,
): readonly RecordFact[] {
  const { boot, level } = owed[file];
  return [
    ...(boot ? [{ kind: 'boot' } as const] : []),
    ...(level && owed.last !== undefined ? [owed.last] : []),
    ...(fact.kind === 'start' || fact.kind === 'death' ? [fact] : []),
  ];
}

/** A record was written. */
export function payRecord(owed: OwedRecords, file: 'utmp' | 'wtmp', fact: RecordFact): OwedRecords {
  if (fact.kind !== 'boot' && fact.kind !== 'level') return owed;
  return { ...owed, [file]: { ...owed[file], [fact.kind]: false } };
}

/** Levels in which users work: an empty utmp is filled again when one of them is entered. */
export function isRestoringLevel(fact: RecordFact): boolean {
  return fact.kind === 'level' && '2345'.includes(fact.level);
}

/**
 * The record of a fact.
 * @param about.line Of a death: the terminal that the entry's record named.
 * @param about.host The kernel release in wtmp, nothing in utmp.
 */
export function factRecord(
  fact: RecordFact,
  about: { readonly at: EpochMillis; readonly line: string; readonly host: string },
): UtmpRecord {
  const time = { seconds: Math.floor(about.at / 1_000), micros: Math.floor(about.at % 1_000) * 1_000 };
  const system = { id: '~~', line: '~', host: about.host, ...time };
  switch (fact.kind) {
    case 'boot':
      return { ...system, type: UTMP_TYPES.BOOT_TIME, pid: 0, user: 'reboot' };
    case 'level': {
      const pid = runLevelPid(fact.level, fact.previous);
      return { ...system, type: UTMP_TYPES.RUN_LVL, pid, user: 'runlevel' };
    }
    case 'start':
      return { ...system, type: UTMP_TYPES.INIT_PROCESS, id: fact.id, pid: fact.pid, user: '', line: '' };
    case 'death':
      return {
        ...system,
        type: UTMP_TYPES.DEAD_PROCESS,
        id: fact.id,
        pid: fact.pid,
        user: '',
        line: about.line,
      };
  }
}
