import { describe, expect, test } from 'vitest';
import { answerControl, type ControlFacts } from '../../src/init/control.ts';
import { createLevelWaiters } from '../../src/init/level-waiters.ts';
import { bootWorld, type FakeWorld } from '../support/fake-world.ts';

const STATUS = '{"version":1,"command":"status"}';

const now = () => 3_500;

function facts(change: Partial<ControlFacts> = {}): ControlFacts {
  const { state, send } = bootWorld('id:2:initdefault:\nss:S:off:\nr:2:respawn:getty\n', { place: 'folder' });
  const waiters = createLevelWaiters({ state, now, send });
  return { pid: 42, root: '/srv/x', startedAt: 1_000, now, state, waiters, ...change };
}

const answer = (line: string, about: ControlFacts) =>
  answerControl(line, about, new AbortController().signal);

test('answerControl answers status with the state of the moment, in one line', async () => {
  const line = await answer(STATUS, facts());
  expect(line).not.toContain('\n');
  expect(JSON.parse(line)).toEqual({
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

test('answerControl asks for the state anew each time', async () => {
  const world = bootWorld('id:2:initdefault:\nr:2:respawn:getty\ng:3:respawn:xdm\n');
  const about = facts({ state: world.state });
  expect(JSON.parse(await answer(STATUS, about))).toMatchObject({ level: '2', previous: 'N' });
  world.request('3');
  expect(JSON.parse(await answer(STATUS, about))).toMatchObject({ level: '3', previous: '2' });
});

test.each([
  ['nonsense', 'not a JSON object'],
  ['{"version":9,"command":"status"}', 'unknown version 9, this init speaks version 1'],
  ['{"version":1,"command":"explode"}', 'unknown command "explode"'],
])('answerControl answers %s with an error', async (line, message) => {
  expect(await answer(line, facts())).toBe(JSON.stringify({ version: 1, kind: 'error', message }));
});

test('answerControl answers even if the state cannot be told', async () => {
  const state = () => {
    throw new Error('broken');
  };
  expect(await answer(STATUS, facts({ state }))).toBe(
    '{"version":1,"kind":"error","message":"cannot describe the state: Error: broken"}',
  );
});

/** A world with its waiters, which look after each event as init's do. */
function waitIn(table: string, place: 'container' | 'folder' = 'folder') {
  const world = bootWorld(`id:2:initdefault:\n${table}`, { place });
  const waiters = createLevelWaiters({ state: world.state, now, send: world.send });
  const about = facts({ state: world.state, waiters });
  const ask = (level: string, gone = new AbortController().signal) => {
    const replies: unknown[] = [];
    const line = JSON.stringify({ version: 1, command: 'level', level, sleepSeconds: 3 });
    void answerControl(line, about, gone).then((reply) => replies.push(JSON.parse(reply)));
    return replies;
  };
  const after = async (act: (world: FakeWorld) => void) => {
    act(world);
    waiters.check();
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { world, ask, after };
}

const reached = (level: string, failed: readonly unknown[] = []) => ({
  version: 1,
  kind: 'level',
  outcome: 'reached',
  level,
  failed,
});

describe('a request for a level through the socket', () => {
  test('is answered when nothing of the level is waited for any more', async () => {
    const { ask, after } = waitIn('l3:3:wait:rc 3\nx:3:wait:more\n');
    const replies = ask('3');
    await after((world) => world.exit('rc 3'));
    expect(replies).toEqual([]);
    await after((world) => world.exit('more'));
    expect(replies).toEqual([reached('3')]);
  });

  test('is answered at once in that level', async () => {
    const { ask, after } = waitIn('r:2:respawn:getty\n');
    const replies = ask('2');
    await after(() => undefined);
    expect(replies).toEqual([reached('2')]);
  });

  test('names what failed there', async () => {
    const { ask, after } = waitIn('a:3:wait:one\nb:3:once:two\nc:3:respawn:three\nd:2:once:other\n');
    await after((world) => world.exit('other', 1));
    const replies = ask('3');
    await after((world) => world.kill('one', 'SIGSEGV'));
    expect(replies).toEqual([reached('3', [{ id: 'a', why: 'was killed by SIGSEGV' }])]);
    await after((world) => world.exit('two', 5));
    const again = ask('3');
    await after(() => undefined);
    expect(again).toEqual([
      reached('3', [
        { id: 'a', why: 'was killed by SIGSEGV' },
        { id: 'b', why: 'exited with status 5' },
      ]),
    ]);
  });

  test('is answered with the other level somebody asked for', async () => {
    const { ask, after } = waitIn('l3:3:wait:rc 3\nl4:4:wait:rc 4\n');
    const replies = ask('3');
    await after((world) => world.request('4'));
    expect(replies).toEqual([{ ...reached('4'), outcome: 'elsewhere' }]);
  });

  test('waits behind a change that is under way', async () => {
    const { world, ask, after } = waitIn('a:2:respawn:getty\nl4:4:wait:rc 4\n');
    world.send({ kind: 'pause' });
    const replies = ask('4');
    await after(() => undefined);
    expect(replies).toEqual([]);
    await after(() => world.send({ kind: 'resume' }));
    await after(() => world.exit('rc 4'));
    expect(replies).toEqual([reached('4')]);
  });

  test('for the level that is being booted only waits', async () => {
    const { world, ask, after } = waitIn('si::sysinit:rcS\nb::bootwait:fsck\nl2:2:wait:rc 2\n');
    const replies = ask('2');
    await after(() => undefined);
    expect(world.alive()).toEqual(['rcS']);
    await after(() => world.exit('rcS'));
    await after(() => world.exit('fsck'));
    expect(replies).toEqual([]);
    await after(() => world.exit('rc 2'));
    expect(replies).toEqual([reached('2')]);
  });

  test('for another level ends the boot, as telinit does', async () => {
    const { world, ask, after } = waitIn('si::sysinit:rcS\nl3:3:wait:rc 3\n');
    const replies = ask('3');
    await after(() => undefined);
    expect(world.alive()).toEqual(['rc 3']);
    await after(() => world.exit('rc 3'));
    expect(replies).toEqual([reached('3')]);
  });

  test('for single user is answered when its shell has the console', async () => {
    const { ask, after } = waitIn('~~:S:wait:sulogin\n');
    const replies = ask('S');
    await after(() => undefined);
    expect(replies).toEqual([reached('S')]);
  });

  test('for level 0 is answered when only the rest is being ended', async () => {
    const { ask, after } = waitIn('l0:0:wait:rc 0\n', 'container');
    const replies = ask('0');
    await after((world) => world.exit('rc 0'));
    expect(replies).toEqual([reached('0')]);
  });

  test('is forgotten when nobody waits any more, and refused when too many do', async () => {
    const { ask, after } = waitIn('l3:3:wait:rc 3\n');
    const controllers = Array.from({ length: 32 }, () => new AbortController());
    const replies = controllers.map((controller) => ask('3', controller.signal));
    const refused = ask('3');
    await after(() => undefined);
    expect(refused).toEqual([
      { version: 1, kind: 'error', message: '32 others wait for a level already; try again later' },
    ]);
    controllers[0]?.abort();
    const taken = ask('3');
    await after((world) => world.exit('rc 3'));
    expect(taken).toEqual([reached('3')]);
    expect(replies[0]).toEqual([]);
    expect(replies[1]).toEqual([reached('3')]);
  });
});
