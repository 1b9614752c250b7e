import { describe, expect, test } from 'vitest';
import { toExitCode } from '../../src/core/exit-code.ts';
import { bootWorld } from '../support/fake-world.ts';

const ASKED_TWICE = [
  'console: asked to end a second time: what is waited for is killed after 1 second',
  'syslog: asked to end a second time: what is waited for is killed after 1 second',
];
const HEAD = 'id:2:initdefault:\n';

describe('asked to end a second time', () => {
  test('kills a hanging wait entry of level 0 after a second, and goes on with the next', () => {
    const world = bootWorld(`${HEAD}l0:0:wait:rc 0\nz:0:wait:last\n`, { place: 'container' });
    world.send({ kind: 'leave' });
    expect(world.alive()).toEqual(['rc 0']);
    world.advance(60_000);
    world.news();
    world.send({ kind: 'leave' });
    expect(world.news()).toEqual(ASKED_TWICE);
    world.advance(999);
    expect(world.news()).toEqual([]);
    world.advance(1);
    world.send({ kind: 'keyboard' });
    expect(world.news()).toEqual(['SIGKILL rc 0', 'spawn last']);
    world.advance(999);
    expect(world.news()).toEqual([]);
    world.exit('last');
    expect(world.news()).toEqual(['SIGTERM everything', 'exit 0']);
    expect(world.pendingTimers()).toBe(0);
  });

  test('does not wait for what even KILL does not end', () => {
    const world = bootWorld(`${HEAD}l0:0:wait:hung\n`, { place: 'container', undead: ['hung'] });
    world.send({ kind: 'leave' });
    world.send({ kind: 'leave' });
    world.news();
    world.advance(1_000);
    expect(world.news()).toEqual(['SIGKILL hung']);
    world.advance(1_000);
    expect(world.news()).toEqual(['SIGTERM everything']);
    world.advance(1_000);
    expect(world.news()).toEqual(['SIGKILL everything']);
    world.advance(1_000);
    expect(world.news()).toEqual(['exit 0']);
    expect(world.pendingTimers()).toBe(0);
  });

  test('shortens the time between TERM and KILL of the change to level 0', () => {
    const world = bootWorld(`${HEAD}a:2:respawn:deaf\nz:0:wait:last\n`, { place: 'folder', deaf: ['deaf'] });
    world.send({ kind: 'leave' });
    world.advance(500);
    world.news();
    world.send({ kind: 'ctrlAltDel' });
    expect(world.news()).toEqual(ASKED_TWICE);
    world.send({ kind: 'leave' });
    world.advance(1_000);
    world.send({ kind: 'keyboard' });
    expect(world.news()).toEqual([
      'console: Sending processes configured via /etc/inittab the KILL signal',
      'SIGKILL deaf',
      'spawn last',
    ]);
  });

  test('shortens any other change that holds up the way down', () => {
    const world = bootWorld(`${HEAD}a:2:respawn:deaf\nz:0:wait:last\n`, { place: 'folder', deaf: ['deaf'] });
    world.request('3', 60);
    world.send({ kind: 'leave' });
    world.advance(10_000);
    world.news();
    world.send({ kind: 'leave' });
    world.advance(1_000);
    world.send({ kind: 'keyboard' });
    expect(world.alive()).toEqual(['last']);
    world.advance(1_000);
    world.send({ kind: 'keyboard' });
    expect(world.log.slice(-2)).toEqual(['SIGTERM everything', 'exit 0']);
  });

  test('shortens the end of what is left', () => {
    const world = bootWorld(HEAD, { place: 'container', orphans: 1 });
    world.send({ kind: 'leave' });
    expect(world.news().at(-1)).toBe('SIGTERM everything');
    world.send({ kind: 'leave' });
    world.advance(999);
    expect(world.news()).toEqual(ASKED_TWICE);
    world.advance(1);
    expect(world.news()).toEqual(['SIGKILL everything', 'exit 0']);
    expect(world.pendingTimers()).toBe(0);
  });

  test('is not what a signal after telinit 0 means, and telinit 2 takes it back', () => {
    const world = bootWorld(`${HEAD}l0:0:wait:rc 0\n`, { place: 'container' });
    world.request('0');
    world.send({ kind: 'leave' });
    world.advance(100_000);
    expect(world.alive()).toEqual(['rc 0']);
    world.send({ kind: 'leave' });
    world.request('2');
    world.send({ kind: 'leave' });
    world.advance(100_000);
    expect(world.alive()).toEqual(['rc 0']);
  });

  test('means nothing on a machine', () => {
    const world = bootWorld(`${HEAD}l0:0:wait:rc 0\n`, { place: 'machine' });
    world.send({ kind: 'leave' });
    world.send({ kind: 'leave' });
    expect(world.pendingTimers()).toBe(0);
  });
});

describe('the main entry', () => {
  const TABLE = `${HEAD}m:2:respawn:app\nb:2:respawn:other\nl0:0:wait:rc 0\n`;

  test.each([
    ['0', 0],
    ['7', 7],
  ])('ends everything with its exit code %s', (_name, code) => {
    const world = bootWorld(TABLE, { place: 'container', main: 'm' });
    world.news();
    world.exit('app', code);
    expect(world.news()).toEqual([
      `console: main process exited with status ${code}: going on to level 0`,
      `syslog: main process exited with status ${code}: going on to level 0`,
      'console: Switching to runlevel: 0',
      'syslog: Switching to runlevel: 0',
      'level 2 0',
      'reset console',
      'console: Sending processes configured via /etc/inittab the TERM signal',
      'SIGTERM other',
      'spawn rc 0',
    ]);
    world.exit('rc 0');
    expect(world.log.at(-1)).toBe(`exit ${code}`);
  });

  test('ends everything with 128 and the number of its signal', () => {
    const world = bootWorld(TABLE, { place: 'folder', main: 'm' });
    world.kill('app', 'SIGSEGV');
    world.exit('rc 0');
    expect(world.log.at(-1)).toBe('exit 139');
  });

  test.each([
    ['ENOENT', 127],
    ['EACCES', 126],
  ])('that cannot be executed (%s) ends everything with %i', (errno, code) => {
    const world = bootWorld(TABLE, { place: 'container', main: 'm', broken: { app: errno } });
    world.exit('rc 0');
    expect(world.log.at(-1)).toBe(`exit ${code}`);
  });

  test('that cannot be forked is tried again', () => {
    const world = bootWorld(TABLE, { place: 'container', main: 'm', broken: { app: 'EAGAIN' } });
    expect(world.alive()).toEqual(['other']);
    world.advance(5_000);
    expect(world.alive()).toEqual(['other']);
    expect(world.log.filter((line) => line === 'spawn app -> EAGAIN')).toHaveLength(2);
  });

  test('that is ended by the way down does not change the exit status', () => {
    const world = bootWorld(TABLE, { place: 'container', main: 'm' });
    world.send({ kind: 'leave' });
    world.exit('rc 0');
    expect(world.log.at(-1)).toBe('exit 0');
  });

  test('has ended: another level is refused, level 6 still asks for a restart', () => {
    const world = bootWorld(`${TABLE}l6:6:wait:rc 6\n`, { place: 'container', main: 'm' });
    world.exit('app', 3);
    world.news();
    world.request('2');
    expect(world.news()[0]).toBe(
      'console: not switching to runlevel 2: the main process has ended, and so does everything',
    );
    world.request('6');
    world.exit('rc 6');
    expect(world.log.at(-1)).toBe('exit 133');
  });

  test('is missed in a level that does not name it', () => {
    const world = bootWorld(`${TABLE}l3:3:wait:rc 3\n`, { place: 'container', main: 'm', wantedLevel: '3' });
    const line = 'console: the main entry "m" is not in runlevel 3: it is not started';
    expect(world.log.filter((one) => one === line)).toHaveLength(1);
    world.request('2');
    expect(world.alive()).toEqual(['app', 'other']);
    expect(world.log.filter((one) => one.includes('main entry'))).toHaveLength(2);
  });

  test('that a change of level ends is over, too', () => {
    const world = bootWorld(`${TABLE}l3:3:wait:rc 3\n`, { place: 'container', main: 'm' });
    world.request('3');
    expect(world.alive()).toEqual(['rc 0']);
    world.exit('rc 0');
    expect(world.log.at(-1)).toBe('exit 143');
    expect(world.log).not.toContain('spawn rc 3');
  });
});

test("the main script's daemon ends everything with its status", () => {
  const world = bootWorld(`${HEAD}l0:0:wait:rc 0\n`, { place: 'container' });
  world.send({ kind: 'leave', main: { kind: 'exited', code: 4 } });
  world.send({ kind: 'leave', main: { kind: 'exited', code: 5 } });
  expect(world.alive()).toEqual(['rc 0']);
  world.exit('rc 0');
  expect(world.log.at(-1)).toBe('exit 4');
});

test.each<[string, number]>([
  ['SIGHUP', 129],
  ['SIGBUS', 135],
  ['SIGKILL', 137],
  ['SIGRTMIN', 162],
  ['SIGRTMIN+3', 165],
  ['SIG64', 192],
])('toExitCode of %s is %i', (signal, code) => {
  expect(toExitCode({ kind: 'signaled', signal })).toBe(code);
});
