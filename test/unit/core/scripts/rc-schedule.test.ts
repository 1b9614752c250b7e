import { array, assert, boolean, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSchedule, type Task } from '../../../../src/core/scripts/rc-schedule.ts';

function task(name: string, ...needs: string[]): Task {
  return { name, needs, interactive: false };
}

function interactive(name: string, ...needs: string[]): Task {
  return { name, needs, interactive: true };
}

/** Plays a schedule to its end; whoever started first ends first. */
function play(tasks: readonly Task[], jobs: number): { rounds: string[][]; dropped: readonly unknown[] } {
  const schedule = createSchedule(tasks);
  const running: string[] = [];
  const rounds: string[][] = [];
  for (;;) {
    const taken = schedule.take(jobs).map(({ name }) => name);
    if (taken.length > 0) rounds.push(taken);
    running.push(...taken);
    const ended = running.shift();
    if (ended === undefined) return { rounds, dropped: schedule.dropped };
    schedule.finish(ended);
  }
}

describe('createSchedule', () => {
  test('starts what is ready at once, by name, and the rest when all it needs has finished', () => {
    expect(play([task('c', 'a', 'b'), task('b'), task('a')], 8).rounds).toEqual([['a', 'b'], ['c']]);
  });

  test('starts no more than there is room for', () => {
    expect(play([task('a'), task('b'), task('c')], 2).rounds).toEqual([['a', 'b'], ['c']]);
  });

  test('does not count needs that are no tasks', () => {
    expect(play([task('a', 'gone')], 1).rounds).toEqual([['a']]);
  });

  test('prefers what people wait for, and what that needs', () => {
    const tasks = [task('a'), task('z'), task('sshd', 'z'), task('early-b'), task('gdm3')];
    expect(play(tasks, 1).rounds).toEqual([['early-b'], ['z'], ['sshd'], ['gdm3'], ['a']]);
  });

  test('runs an interactive task alone, when nothing else can run', () => {
    const tasks = [interactive('a'), task('b'), task('c', 'a'), interactive('d')];
    expect(play(tasks, 8).rounds).toEqual([['b'], ['a'], ['c'], ['d']]);
  });

  test('drops the need that closes a circle, and says which', () => {
    const { rounds, dropped } = play([task('a', 'b'), task('b', 'c'), task('c', 'a')], 8);
    expect(rounds).toEqual([['c'], ['b'], ['a']]);
    expect(dropped).toEqual([['c', 'a']]);
  });

  test('a task that needs itself is ready', () => {
    expect(play([task('a', 'a')], 1)).toEqual({ rounds: [['a']], dropped: [] });
  });

  test('takes every task exactly once, after all it needs, whatever the needs are', () => {
    const anyTask = record({
      needs: array(integer({ min: 0, max: 30 }), { maxLength: 5 }),
      alone: boolean(),
    });
    assert(
      property(array(anyTask, { maxLength: 30 }), integer({ min: 1, max: 6 }), (list, jobs) => {
        const tasks = list.map(({ needs, alone }, index) => ({
          name: `t${index}`,
          needs: needs.map((need) => `t${need}`),
          interactive: alone,
        }));
        const { rounds, dropped } = play(tasks, jobs);
        const order = rounds.flat();
        expect(order.toSorted()).toEqual(tasks.map(({ name }) => name).toSorted());
        for (const { name, needs } of tasks) {
          for (const need of needs) {
            const isDropped = dropped.some((pair) => String(pair) === `${name},${need}`);
            if (need === name || !order.includes(need) || isDropped) continue;
            expect(order.indexOf(need)).toBeLessThan(order.indexOf(name));
          }
        }
      }),
    );
  });

  test('a chain of 100,000 is no problem', () => {
    const tasks = Array.from({ length: 100_000 }, (_, index) => task(`t${index}`, `t${index + 1}`));
    expect(play(tasks, 4).rounds).toHaveLength(100_000);
  });
});
