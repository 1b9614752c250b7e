/** Writes init's own records into utmp and wtmp of a system root, later where it cannot be done at once. */
import { statSync } from 'node:fs';
import { release } from 'node:os';
import {
  dueRecords,
  factRecord,
  isRestoringLevel,
  NOTHING_OWED,
  oweRecord,
  payRecord,
  type OwedRecords,
  type RecordFact,
} from '../../core/wire/init-records.ts';
import { UTMP, WTMP } from '../../core/system-paths.ts';
import type { EpochMillis } from '../../core/units.ts';
import { findReplaced, UTMP_TYPES, type UtmpRecord } from '../../core/wire/utmp-record.ts';
import { inRoot } from '../file/in-root.ts';
import { appendWtmp, putUtmp, readUtmp } from './utmp.ts';

export interface Recorder {
  /** Writes what is owed and the fact, to each of the two files that can be written. Never throws. */
  readonly record: (fact: RecordFact) => void;
  /** What a new image of init has to go on with. */
  readonly owed: () => OwedRecords;
}

export interface RecorderOptions {
  readonly root: string;
  readonly wallClock: () => EpochMillis;
  /** What an earlier image of this init could not write. */
  readonly owed?: OwedRecords;
}

export function createRecorder(options: RecorderOptions): Recorder {
  const { root, wallClock } = options;
  let owed = options.owed ?? NOTHING_OWED;
  const writeDue = (file: 'utmp' | 'wtmp', fact: RecordFact, write: (due: RecordFact) => boolean): void => {
    for (const due of dueRecords(owed, file, fact)) {
      // wtmp is a history, so nothing may be written before what comes first.
      if (!write(due)) return;
      owed = payRecord(owed, file, due);
    }
  };
  const record = (fact: RecordFact): void => {
    const utmp = inRoot(root, UTMP);
    const wtmp = inRoot(root, WTMP);
    const about = { at: wallClock(), line: lineOf(utmp, fact) };
    owed = oweRecord(owed, fact);
    if (isRestoringLevel(fact) && isEmpty(utmp)) owed = { ...owed, utmp: { boot: true, level: true } };
    writeDue('utmp', fact, (due) =>
      putUtmp(utmp, factRecord(due, { ...about, host: '' }), { unless: isAhead(due) }),
    );
    writeDue('wtmp', fact, (due) => appendWtmp(wtmp, factRecord(due, { ...about, host: release() })));
  };
  return { record, owed: () => owed };
}

/** The terminal that the entry's last record names: `last` finds the end of a login by it. */
function lineOf(utmp: string, fact: RecordFact): string {
  if (fact.kind !== 'death') return '';
  const records = readUtmp(utmp);
  const index = findReplaced(records, { type: UTMP_TYPES.DEAD_PROCESS, id: fact.id, line: '' });
  return records[index]?.line ?? '';
}

/** A getty may have written its own record before we learned its pid; ours would take that away. */
function isAhead(fact: RecordFact): (replaced: UtmpRecord) => boolean {
  return ({ type, pid }) =>
    fact.kind === 'start' &&
    pid === fact.pid &&
    (type === UTMP_TYPES.LOGIN_PROCESS || type === UTMP_TYPES.USER_PROCESS);
}

function isEmpty(path: string): boolean {
  try {
    return statSync(path).size === 0;
  } catch {
    return true;
  }
}
