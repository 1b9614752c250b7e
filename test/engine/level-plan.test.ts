import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInittab } from '../../src/core/inittab/inittab.ts';
import { guessSlots, planLevel, runsScriptsOf, slotsOf } from '../../src/core/engine/level-plan.ts';
import { describeMachine } from '../../src/core/engine/machine-status.ts';
import type { RunLevel } from '../../src/core/runlevel.ts';
import { bootWorld, type FakeWorld } from '../support/fake-world.ts';

const readTable = (text: string) => parseInittab([{ path: '/etc/inittab', text }]).table;

/** What `telinit --plan` would say of this world: commands. */
function plan(world: FakeWorld, text: string, to: RunLevel) {
  const { entries, place } = describeMachine(world.state(), { pid: 1, root: '/', now: 0, startedAt: 0 });
  const { stops, starts } = planLevel({ slots: slotsOf(entries), table: readTable(text), to, place });
  return { stops: stops.map(({ command }) => command), starts: starts.map(({ command }) => command) };
}

function endWaits(world: FakeWorld): void {
  const waited = () => world.alive().find((command) => command.startsWith('wait-'));
  for (let one = waited(); one !== undefined; one = waited()) world.exit(one);
}

/** What happens then, each waited-for entry ending at once. */
function change(world: FakeWorld, to: RunLevel) {
  world.news();
  world.request(to);
  endWaits(world);
  const news = world.news();
  const after = (prefix: string) =>
    news.flatMap((line) => (line.startsWith(prefix) ? [line.slice(prefix.length)] : []));
  return { stops: after('SIGTERM ').filter((one) => one !== 'everything'), starts: after('spawn ') };
}

const ACTIONS = ['wait', 'once', 'respawn', 'off', 'ondemand', 'powerfail'] as const;
const line = fc.record({
  levels: fc.subarray(['0', '2', '3', '5', 'a']).map((all) => all.join('')),
  action: fc.constantFrom(...ACTIONS),
});

test('planLevel says what the engine does', () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 6 }),
      fc.constantFrom('0' as const, '3' as const, '5' as const),
      fc.constantFrom('machine' as const, 'container' as const),
      fc.boolean(),
      (lines, to, place, demand) => {
        const table = lines
          .map(({ levels, action }, index) => `e${index}:${levels}:${action}:${action}-${index}\n`)
          .join('');
        const text = `id:2:initdefault:\n${table}`;
        const world = bootWorld(text, { place });
        endWaits(world);
        if (demand) world.request('a');
        endWaits(world);
        const planned = plan(world, text, to);
        expect(change(world, to)).toEqual(planned);
      },
    ),
    { numRuns: 2_000 },
  );
});

describe('guessSlots', () => {
  const TABLE = 'w:23:wait:rc\no:23:once:o\nr:2:respawn:getty\ns:23:respawn:both\nx:3:wait:new\n';

  test('takes the table’s word for what runs', () => {
    const table = readTable(TABLE);
    const { stops, starts } = planLevel({ slots: guessSlots(table, '2'), table, to: '3', place: 'machine' });
    expect(stops).toEqual([{ id: 'r', command: 'getty', pid: undefined }]);
    expect(starts).toEqual([{ id: 'x', action: 'wait', command: 'new', isWaitedFor: true }]);
  });
});

test.each<[command: string, runs: boolean]>([
  ['rc 3', true],
  ['/etc/init.d/rc 3', true],
  ['rc', true],
  ['rc 3; sync', true],
  ['test -x /sbin/rc && rc 3', true],
  ['rc 2', false],
  ['rcS', false],
  ['/bin/src 3', false],
  ['rc 33', false],
  ['sh -c "echo 3"', false],
])('runsScriptsOf("%s") of level 3 is %s', (command, runs) => {
  expect(runsScriptsOf(command, '3')).toBe(runs);
});
