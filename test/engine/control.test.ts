import { expect, test } from 'vitest';
import { answerControl, type ControlFacts } from '../../src/init/control.ts';
import { bootWorld } from '../support/fake-world.ts';

const STATUS = '{"version":1,"command":"status"}';

function facts(change: Partial<ControlFacts> = {}): ControlFacts {
  const world = bootWorld('id:2:initdefault:\nss:S:off:\nr:2:respawn:getty\n', { place: 'folder' });
  return { pid: 42, root: '/srv/x', startedAt: 1_000, now: () => 3_500, state: world.state, ...change };
}

test('answerControl answers status with the state of the moment, in one line', () => {
  const answer = answerControl(STATUS, facts());
  expect(answer).not.toContain('\n');
  expect(JSON.parse(answer)).toEqual({
    version: 1,
    kind: 'status',
    pid: 42,
    root: '/srv/x',
    place: 'folder',
    state: 'running',
    level: '2',
    previous: 'N',
    uptimeMs: 2_500,
    entries: [
      {
        id: 'ss',
        levels: 'S',
        action: 'off',
        command: '',
        state: 'off',
        starts: 0,
        why: 'its action is off',
      },
      {
        id: 'r',
        levels: '2',
        action: 'respawn',
        command: 'getty',
        state: 'running',
        pid: 100,
        uptimeMs: 2_500,
        starts: 1,
      },
    ],
  });
});

test('answerControl asks for the state anew each time', () => {
  const world = bootWorld('id:2:initdefault:\nr:2:respawn:getty\ng:3:respawn:xdm\n');
  const now = facts({ state: world.state });
  expect(JSON.parse(answerControl(STATUS, now))).toMatchObject({ level: '2', previous: 'N' });
  world.request('3');
  expect(JSON.parse(answerControl(STATUS, now))).toMatchObject({ level: '3', previous: '2' });
});

test.each([
  ['nonsense', 'not a JSON object'],
  ['{"version":9,"command":"status"}', 'unknown version 9, this init speaks version 1'],
  ['{"version":1,"command":"explode"}', 'unknown command "explode"'],
])('answerControl answers %s with an error', (line, message) => {
  expect(answerControl(line, facts())).toBe(JSON.stringify({ version: 1, kind: 'error', message }));
});

test('answerControl answers even if the state cannot be told', () => {
  const state = () => {
    throw new Error('broken');
  };
  expect(answerControl(STATUS, facts({ state }))).toBe(
    '{"version":1,"kind":"error","message":"cannot describe the state: Error: broken"}',
  );
});
