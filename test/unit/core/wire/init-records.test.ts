import { describe, expect, test } from 'vitest';
import {
  dueRecords,
  factRecord,
  isRestoringLevel,
  NOTHING_OWED,
  oweRecord,
  payRecord,
  type RecordFact,
} from '../../../../src/core/wire/init-records.ts';

const BOOT: RecordFact = { kind: 'boot' };
const LEVEL: RecordFact = { kind: 'level', level: '2', previous: 'N' };
const START: RecordFact = { kind: 'start', id: 'r1', pid: 61 };
const DEATH: RecordFact = { kind: 'death', id: 'r1', pid: 61 };

describe('what is owed', () => {
  test('boot and level are owed to both files until each was paid, and come before the next record', () => {
    let owed = oweRecord(oweRecord(NOTHING_OWED, BOOT), LEVEL);
    expect(dueRecords(owed, 'utmp', START)).toEqual([BOOT, LEVEL, START]);
    owed = payRecord(payRecord(owed, 'utmp', BOOT), 'utmp', LEVEL);
    expect(dueRecords(owed, 'utmp', START)).toEqual([START]);
    expect(dueRecords(owed, 'wtmp', DEATH)).toEqual([BOOT, LEVEL, DEATH]);
  });

  test('a boot or level record that was just made is due once', () => {
    expect(dueRecords(oweRecord(NOTHING_OWED, BOOT), 'wtmp', BOOT)).toEqual([BOOT]);
    expect(dueRecords(oweRecord(NOTHING_OWED, LEVEL), 'wtmp', LEVEL)).toEqual([LEVEL]);
  });

  test('only the last level is owed', () => {
    const next: RecordFact = { kind: 'level', level: '3', previous: '2' };
    const owed = oweRecord(oweRecord(NOTHING_OWED, LEVEL), next);
    expect(dueRecords(owed, 'utmp', next)).toEqual([next]);
  });

  test('processes are never owed', () => {
    expect(oweRecord(NOTHING_OWED, START)).toBe(NOTHING_OWED);
    expect(payRecord(NOTHING_OWED, 'utmp', DEATH)).toBe(NOTHING_OWED);
  });

  test('it is plain data', () => {
    const owed = oweRecord(oweRecord(NOTHING_OWED, BOOT), LEVEL);
    expect(JSON.parse(JSON.stringify(owed))).toEqual(owed);
  });
});

test.each<[fact: RecordFact, is: boolean]>([
  [LEVEL, true],
  [{ ...LEVEL, level: '5' }, true],
  [{ ...LEVEL, level: '1' }, false],
  [{ ...LEVEL, level: 'S' }, false],
  [BOOT, false],
])('isRestoringLevel(%j) is %j', (fact, is) => {
  expect(isRestoringLevel(fact)).toBe(is);
});

test.each<[fact: RecordFact, record: object]>([
  [BOOT, { type: 2, pid: 0, id: '~~', line: '~', user: 'reboot' }],
  [LEVEL, { type: 1, pid: 20018, id: '~~', line: '~', user: 'runlevel' }],
  [START, { type: 5, pid: 61, id: 'r1', line: '', user: '' }],
  [DEATH, { type: 8, pid: 61, id: 'r1', line: 'tty1', user: '' }],
])('factRecord of %j', (fact, record) => {
  const about = { at: 1_767_323_045_678, line: 'tty1', host: '6.1.0' };
  expect(factRecord(fact, about)).toEqual({
    ...record,
    host: '6.1.0',
    seconds: 1_767_323_045,
    micros: 678_000,
  });
});
