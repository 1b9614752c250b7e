import { expect, test } from 'vitest';
import { isSomebodyAuthorized, parseShutdownAllow } from '../../../../src/core/shutdown/shutdown-allow.ts';
import { UTMP_TYPES, type UtmpRecord } from '../../../../src/core/wire/utmp-record.ts';

const LOGIN: UtmpRecord = {
  type: UTMP_TYPES.USER_PROCESS,
  pid: 7,
  line: 'tty1',
  id: '1',
  user: 'joe',
  host: '',
  seconds: 0,
  micros: 0,
};
const isVirtual = (line: string) => line.startsWith('tty');

test('parseShutdownAllow: a name a line, comments and empty lines aside, 32 at most', () => {
  expect(parseShutdownAllow('joe\n\n# jim\r\n  ann  \n#\nbob')).toEqual(['joe', 'ann', 'bob']);
  const names = Array.from({ length: 40 }, (_, index) => `user${index}`);
  expect(parseShutdownAllow(names.join('\n'))).toEqual(names.slice(0, 32));
});

test.each<[what: string, record: Partial<UtmpRecord>, may: boolean]>([
  ['somebody of the list at a console', {}, true],
  ['root', { user: 'root' }, true],
  ['somebody else', { user: 'eve' }, false],
  ['somebody of the list from elsewhere', { line: 'pts/1' }, false],
  ['somebody who has logged out', { type: UTMP_TYPES.DEAD_PROCESS }, false],
  ['a getty that asks for joe', { type: UTMP_TYPES.LOGIN_PROCESS }, false],
])('isSomebodyAuthorized by %s: %s', (_, record, may) => {
  expect(isSomebodyAuthorized(['joe'], [{ ...LOGIN, ...record }], isVirtual)).toBe(may);
});
