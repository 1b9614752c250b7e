import { describe, expect, test } from 'vitest';
import {
  isWorkOnScript,
  stepMain,
  type MainFacts,
  type MainLook,
  type MainWatch,
} from '../../../../src/core/engine/main-script.ts';

const NOTHING: MainLook = {
  daemon: undefined,
  pidfile: undefined,
  deadPid: undefined,
  isAlive: false,
  isChild: true,
  isBusy: false,
  wasRun: true,
  failure: undefined,
};
const OLD = { pid: 50, startTime: 7, bootId: 'b' };
const NEW = { pid: 60, startTime: 9, bootId: 'b' };
const SEEKING: MainWatch = { kind: 'seeking', until: 10_000, givenUpAt: 300_000 };
const FOLLOWING: MainWatch = { kind: 'following', daemon: OLD };
const ENDED = { kind: 'exited', code: 3 } as const;

function step(watch: MainWatch, look: Partial<MainLook>, facts: Partial<MainFacts> = {}) {
  return stepMain(
    watch,
    { ...NOTHING, ...look },
    { at: 0, isReached: true, endOf: () => undefined, ...facts },
  );
}

describe('the daemon of the main script', () => {
  test('is not looked for before the level is reached', () => {
    expect(step({ kind: 'waiting' }, { daemon: OLD }, { isReached: false })).toEqual({
      watch: { kind: 'waiting' },
    });
  });

  test('is found by its pid file', () => {
    expect(step({ kind: 'waiting' }, { daemon: OLD })).toEqual({
      watch: FOLLOWING,
      say: 'its daemon is pid 50',
    });
  });

  test('is looked at again where somebody else is told of its end', () => {
    expect(step(SEEKING, { daemon: OLD, isChild: false })).toMatchObject({ lookAfterMs: 1_000 });
    expect(step(FOLLOWING, { isAlive: true, isChild: false })).toMatchObject({ lookAfterMs: 1_000 });
    expect(step(FOLLOWING, { isAlive: true })).toEqual({ watch: FOLLOWING });
  });

  test('has ten seconds to write a pid file, and as long as its script works', () => {
    expect(step(SEEKING, {}, { at: 9_999 })).toEqual({ watch: SEEKING, lookAfterMs: 100 });
    expect(step(SEEKING, { isBusy: true }, { at: 299_999 })).toEqual({ watch: SEEKING, lookAfterMs: 100 });
    expect(step(SEEKING, { isBusy: true }, { at: 300_000 })).toMatchObject({
      watch: { kind: 'over' },
      verdict: { kind: 'exited', code: 69 },
    });
    expect(step(SEEKING, { pidfile: '/run/x.pid' }, { at: 10_000 })).toEqual({
      watch: { kind: 'over' },
      say: 'no daemon of it runs: "/run/x.pid" names nobody; exiting with 69',
      verdict: { kind: 'exited', code: 69 },
    });
  });

  test('cannot be where nobody started it', () => {
    expect(step(SEEKING, { wasRun: false }, { at: 10_000 })).toMatchObject({
      say: 'no daemon of it is known, and rc has no record of it: give it a start link in this level, and rc a /run to write to; exiting with 69',
    });
    expect(step(SEEKING, {}, { at: 10_000 })).toMatchObject({
      say: 'no daemon of it is known: there is no pid file; name one in the script (# pidfile: PATH); exiting with 69',
    });
  });

  test('is not waited for when the start has failed', () => {
    expect(step(SEEKING, { failure: 'its start failed: exit 1' })).toMatchObject({
      say: 'its start failed: exit 1; exiting with 69',
    });
  });

  test('has ended: another may take its place within a second', () => {
    const first = step(FOLLOWING, {}, { at: 100, endOf: () => ENDED });
    expect(first).toEqual({
      watch: { kind: 'replacing', daemon: OLD, status: ENDED, quietUntil: 1_100, givenUpAt: 300_100 },
      lookAfterMs: 100,
    });
    expect(step(first.watch, { daemon: OLD }, { at: 1_099 }).watch).toEqual(first.watch);
    expect(step(first.watch, { daemon: NEW }, { at: 1_099 })).toEqual({
      watch: { kind: 'following', daemon: NEW },
      say: 'its new daemon is pid 60',
    });
    expect(step(first.watch, {}, { at: 1_100 })).toEqual({
      watch: { kind: 'over' },
      say: 'its daemon exited with status 3',
      verdict: ENDED,
    });
  });

  test.each<[string, Partial<MainLook>, Partial<MainFacts>]>([
    ['the script is at work', { isBusy: true }, {}],
    ['the level changes', {}, { isReached: false }],
  ])(
    'has ended while %s: the second begins when that is over, but it may not last for ever',
    (_n, look, facts) => {
      const first = step(FOLLOWING, look, { ...facts, endOf: () => ENDED }).watch;
      const later = step(first, look, { ...facts, at: 200_000 }).watch;
      expect(later).toMatchObject({ kind: 'replacing', quietUntil: 201_000 });
      expect(step(later, {}, { at: 200_999 }).watch.kind).toBe('replacing');
      expect(step(later, {}, { at: 201_000 })).toMatchObject({ verdict: ENDED });
      expect(step(later, look, { ...facts, at: 300_000 })).toMatchObject({ verdict: ENDED });
    },
  );

  test('has ended, and only its parent knows how: 69', () => {
    const first = step(FOLLOWING, {}).watch;
    expect(step(first, {}, { at: 1_000 })).toEqual({
      watch: { kind: 'over' },
      say: 'its daemon, pid 50, has ended; only its parent knows how; exiting with 69',
      verdict: { kind: 'exited', code: 69 },
    });
  });

  test('is over once', () => {
    expect(step({ kind: 'over' }, { daemon: NEW })).toEqual({ watch: { kind: 'over' } });
  });
});

test.each<[argv: string, isWork: boolean]>([
  ['/bin/sh /etc/init.d/web restart', true],
  ['/srv/root/etc/init.d/web stop', true],
  ['/bin/sh /etc/rc3.d/K20web stop', true],
  ['node /opt/rcinit/dist/applets/service web --full-restart', true],
  ['/bin/sh /usr/sbin/invoke-rc.d web restart', true],
  ['/bin/sh /etc/init.d/webmail start', false],
  ['/bin/sh /etc/rc3.d/S20webmail start', false],
  ['/bin/sh /etc/rc3.d/20web', false],
  ['service mail restart', false],
  ['/usr/sbin/web', false],
  ['', false],
])('isWorkOnScript of "%s" is %s', (argv, isWork) => {
  expect(isWorkOnScript(argv.split(' '), 'web')).toBe(isWork);
});
