import { expect, test } from 'vitest';
import { parseStopSchedule } from '../../../../src/core/daemon/stop-schedule.ts';

const TERM = 15;
const KILL = 9;
const CONT = 18;
const signal = (signo: number) => ({ kind: 'signal', signo });
const wait = (seconds: number) => ({ kind: 'wait', seconds });

test.each([
  ['5', [signal(CONT), wait(5), signal(KILL), wait(5)], undefined],
  ['TERM/5', [signal(TERM), wait(5)], undefined],
  ['-TERM/5', [signal(TERM), wait(5)], undefined],
  ['-15/5', [signal(TERM), wait(5)], undefined],
  ['15/5', [wait(15), wait(5)], undefined],
  ['0/KILL/5', [wait(0), signal(KILL), wait(5)], undefined],
  ['TERM/ 5', [signal(TERM), signal(5)], undefined],
  ['TERM/forever/5', [signal(TERM), wait(5)], 1],
  ['forever/TERM/5', [signal(TERM), wait(5)], 0],
  ['TERM/5/forever/KILL/1', [signal(TERM), wait(5), signal(KILL), wait(1)], 2],
  ['2147483647/1', [wait(2_147_483_647), wait(1)], undefined],
])('parseStopSchedule reads %j', (text, steps, repeatFrom) => {
  expect(parseStopSchedule(text, CONT)).toStrictEqual({ steps, repeatFrom });
});

const ITEM = "invalid schedule item (must be [-]<signal-name>, -<signal-number>, <timeout> or 'forever'";

test.each([
  ['TERM', '--retry takes timeout, or schedule list of at least two items'],
  ['-15', '--retry takes timeout, or schedule list of at least two items'],
  ['forever', '--retry takes timeout, or schedule list of at least two items'],
  ['TERM/forever', "invalid schedule: 'forever' appears last, nothing to repeat"],
  ['forever/forever/TERM', "invalid schedule: 'forever' appears more than once"],
  ['SIGTERM/5', ITEM],
  ['term/5', ITEM],
  ['/5', ITEM],
  ['TERM//5', ITEM],
  ['', ITEM],
  ['-/5', ITEM],
  ['--15/5', ITEM],
  ['TERM/5x', 'invalid timeout value in schedule'],
  ['TERM/1.5', 'invalid timeout value in schedule'],
  ['TERM/99999999999', 'invalid timeout value in schedule'],
  ['2147483648', 'invalid timeout value in schedule'],
  ['TERM/5/', 'invalid schedule: nothing after the last slash'],
  [
    'TERM/12345678901234567890/5',
    'invalid schedule item: far too long (you must delimit items with slashes)',
  ],
])('parseStopSchedule refuses %j', (text, problem) => {
  expect(parseStopSchedule(text, TERM)).toStrictEqual({ problem });
});
