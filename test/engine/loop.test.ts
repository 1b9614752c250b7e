import { describe, expect, test } from 'vitest';
import { parseInittab } from '../../src/core/inittab/inittab.ts';
import { createMachine } from '../../src/core/engine/machine.ts';
import type { Effect, Event } from '../../src/core/engine/machine-types.ts';
import { createLoop, type Loop, type LoopOptions } from '../../src/init/loop.ts';

const AT = 1_000;

function started(text: string): Event {
  const { table } = parseInittab([{ path: '/etc/inittab', text }]);
  return { kind: 'started', table, emergency: false, at: AT };
}

interface Recorded extends Loop {
  /** What the loop did and what it complained about, in order. */
  readonly log: string[];
}

/** A loop whose spawns get the pids 100, 101 … at once. */
function recordLoop(options: Partial<LoopOptions> = {}): Recorded {
  const log: string[] = [];
  let pid = 100;
  const perform = (effect: Effect): readonly Event[] => {
    log.push(effect.kind === 'spawn' ? `spawn ${effect.key} as ${pid}` : effect.kind);
    return effect.kind === 'spawn' ? [{ kind: 'spawned', key: effect.key, pid: pid++, at: AT }] : [];
  };
  const onFault = (error: unknown, { kind }: Event | Effect): void => {
    log.push(`fault in ${kind}: ${(error as Error).message}`);
  };
  const loop = createLoop(createMachine({ place: 'folder' }), { perform, onFault, ...options });
  return { ...loop, log };
}

function pidsOf(loop: Loop): Readonly<Record<string, number | string>> {
  const slots = loop.state().core.slots.filter(({ run }) => run !== undefined);
  return Object.fromEntries(
    slots.map(({ key, run }) => [key, run?.kind === 'running' ? run.pid : 'starting']),
  );
}

const TWO = 'id:2:initdefault:\na:2:respawn:a\nb:2:respawn:b\n';

describe('createLoop', () => {
  test('is at rest when send returns: answers to effects have been taken', () => {
    const loop = recordLoop();
    expect(loop.state().kind).toBe('off');
    loop.send(started(TWO));
    expect(loop.state().kind).toBe('running');
    expect(pidsOf(loop)).toEqual({ a: 100, b: 101 });
  });

  test('does all effects of an event before it takes their answers, and those in their order', () => {
    const taken: string[] = [];
    const log: string[] = [];
    const loop = recordLoop({
      perform: (effect) => {
        log.push(`${effect.kind} ${JSON.stringify(pidsOf(loop))}`);
        if (effect.kind !== 'spawn') return [];
        taken.push(effect.key);
        return [{ kind: 'spawned', key: effect.key, pid: 200 + taken.length, at: AT }];
      },
    });
    loop.send(started(TWO));
    expect(log.filter((line) => line.startsWith('spawn'))).toEqual([
      'spawn {"a":"starting","b":"starting"}',
      'spawn {"a":"starting","b":"starting"}',
    ]);
    expect(pidsOf(loop)).toEqual({ a: 201, b: 202 });
  });

  test('takes answers before events that wait: a pid is known before its exit is heard of', () => {
    const loop = recordLoop({
      perform: (effect) => {
        if (effect.kind !== 'spawn') return [];
        // The child is dead before anybody was told of its birth.
        if (effect.key === 'w')
          loop.send({ kind: 'childExited', pid: 7, status: { kind: 'exited', code: 3 }, at: AT });
        return [{ kind: 'spawned', key: effect.key, pid: effect.key === 'w' ? 7 : 8, at: AT }];
      },
    });
    loop.send(started('id:2:initdefault:\nw:2:wait:w\nn:2:respawn:next\n'));
    const [wait] = loop.state().core.slots;
    expect(wait).toMatchObject({
      key: 'w',
      run: undefined,
      done: true,
      last: { end: { kind: 'exited', code: 3 } },
    });
    expect(pidsOf(loop)).toEqual({ n: 8 });
  });

  test('is not re-entered: an event sent by an effect waits until its turn', () => {
    let depth = 0;
    let deepest = 0;
    const loop = recordLoop({
      perform: (effect) => {
        deepest = Math.max(deepest, ++depth);
        if (effect.kind === 'showLevel') loop.send({ kind: 'reload', at: AT });
        depth--;
        if (effect.kind === 'readTable') return [{ kind: 'tableRead', table: undefined, at: AT }];
        return effect.kind === 'spawn' ? [{ kind: 'spawned', key: effect.key, pid: 5, at: AT }] : [];
      },
    });
    loop.send(started('id:2:initdefault:\na:2:respawn:a\n'));
    expect(deepest).toBe(1);
    expect(loop.state().kind).toBe('running');
    expect(pidsOf(loop)).toEqual({ a: 5 });
  });

  test('survives an impossible event: tells of it, keeps its state, takes the next one', () => {
    const loop = recordLoop();
    loop.send({ kind: 'answered', line: '3', at: AT });
    expect(loop.log).toEqual([expect.stringMatching(/^fault in answered: ./)]);
    expect(loop.state().kind).toBe('off');
    loop.send(started(TWO));
    expect(pidsOf(loop)).toEqual({ a: 100, b: 101 });
  });

  test('survives an effect that fails: tells of it and does the other ones', () => {
    const done: string[] = [];
    const faults: string[] = [];
    const loop = recordLoop({
      perform: (effect) => {
        if (effect.kind === 'showLevel') throw new Error('disk on fire');
        done.push(effect.kind);
        return effect.kind === 'spawn' ? [{ kind: 'spawned', key: effect.key, pid: 5, at: AT }] : [];
      },
      onFault: (error, { kind }) => faults.push(`${kind}: ${String(error)}`),
    });
    loop.send(started('id:2:initdefault:\na:2:respawn:a\n'));
    const levels = ['#', '*', '2'];
    expect(faults).toEqual(levels.map(() => 'showLevel: Error: disk on fire'));
    expect(done.slice(-1)).toEqual(['spawn']);
    expect(pidsOf(loop)).toEqual({ a: 5 });
  });

  test('is not stuck after a fault handler that throws', () => {
    let faults = 0;
    const loop = recordLoop({
      onFault: (error) => {
        if (faults++ === 0) throw error;
      },
    });
    expect(() => loop.send({ kind: 'answered', line: '3', at: AT })).toThrow(Error);
    loop.send(started(TWO));
    expect(pidsOf(loop)).toEqual({ a: 100, b: 101 });
  });
});

test('an effect that threw is answered all the same, so that nothing is waited for for ever', () => {
  const loop = recordLoop({
    perform: () => {
      throw new Error('broken');
    },
  });
  loop.send(started('id:2:initdefault:\na:2:once:a\n'));
  expect(pidsOf(loop)).toEqual({});
  loop.send({ kind: 'reload', at: AT });
  expect(loop.state().kind).toBe('running');
});
