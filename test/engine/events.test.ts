import { describe, expect, test } from 'vitest';
import { bootWorld } from '../support/fake-world.ts';

describe('throttle', () => {
  const crash = (world: ReturnType<typeof bootWorld>, command: string, times: number, everyMs = 0) => {
    for (let count = 0; count < times; count++) {
      world.exit(command, 7);
      world.advance(everyMs);
    }
  };

  test('ten starts, then off, with the command, its last end and the next try', () => {
    const world = bootWorld('id:2:initdefault:\nr9:2:respawn:crash now\n');
    world.news();
    crash(world, 'crash now', 9);
    expect(world.news()).toEqual(Array.from({ length: 9 }, () => 'spawn crash now'));
    world.exit('crash now', 7);
    const [first, , second] = world.news();
    expect(first).toBe('console: Id "r9" respawning too fast: disabled for 5 minutes');
    expect(second).toMatch(
      /^console: Id "r9": "crash now" exited with status 7 after 0\.00 s; next try at \d\d:\d\d:\d\d, or at once with telinit q$/,
    );
    expect(world.alive()).toEqual([]);
  });

  test('after 300 s there are ten new starts', () => {
    const world = bootWorld('id:2:initdefault:\nr:2:respawn:crash\n');
    crash(world, 'crash', 10);
    world.advance(299_999);
    expect(world.alive()).toEqual([]);
    world.advance(1);
    crash(world, 'crash', 9);
    expect(world.alive()).toEqual(['crash']);
    world.exit('crash');
    expect(world.alive()).toEqual([]);
  });

  test('a process that lives 12 s each time is never held', () => {
    const world = bootWorld('id:2:initdefault:\nr:2:respawn:slow\n');
    for (let count = 0; count < 50; count++) {
      world.advance(12_001);
      world.exit('slow');
    }
    expect(world.alive()).toEqual(['slow']);
  });

  test.each(['q', 'a'])('telinit %s pardons at once', (request) => {
    const world = bootWorld('id:2:initdefault:\nr:2:respawn:crash\n');
    crash(world, 'crash', 10);
    world.request(request);
    expect(world.alive()).toEqual(['crash']);
    expect(world.pendingTimers()).toBe(0);
  });

  test('a command that cannot be executed counts like any other end', () => {
    const world = bootWorld('id:2:initdefault:\nr:2:respawn:missing\n', { broken: { missing: 'ENOENT' } });
    const spawns = world.log.filter((line) => line.startsWith('spawn'));
    expect(spawns).toHaveLength(10);
    expect(world.log.filter((line) => line === 'console: cannot execute "missing"')).toHaveLength(10);
    expect(world.log).toContainEqual(expect.stringContaining('"missing" could not be started (ENOENT)'));
  });

  test('a full process table loses no entry: it is tried again after 5 s', () => {
    const broken: Record<string, string> = { 'rc 2': 'EAGAIN' };
    const world = bootWorld('id:2:initdefault:\nl2:2:wait:rc 2\nr:2:respawn:x\n', { broken });
    expect(world.log).toContain('console: cannot fork for id "l2": EAGAIN, retrying in 5 s');
    delete broken['rc 2'];
    world.advance(5_000);
    expect(world.alive()).toContain('rc 2');
  });
});

describe('events', () => {
  test('three Ctrl-Alt-Del while the first is served are two runs, and nothing else is started meanwhile', () => {
    const world = bootWorld('id:2:initdefault:\nr:2:respawn:x\nca::ctrlaltdel:reboot\n');
    for (let count = 0; count < 3; count++) world.send({ kind: 'ctrlAltDel' });
    world.kill('x');
    expect(world.alive()).toEqual(['reboot']);
    world.exit('reboot');
    expect(world.alive()).toEqual(['reboot']);
    world.exit('reboot');
    expect(world.alive()).toEqual(['x']);
  });

  test.each([
    ['O', ['ok']],
    ['L', ['now']],
    ['F', ['wait']],
    [undefined, ['wait']],
  ])('power state %s calls %s', (state, expected) => {
    const world = bootWorld(
      'id:2:initdefault:\npw::powerwait:wait\npf::powerfail:fail\npn::powerfailnow:now\npo::powerokwait:ok\n',
    );
    world.send({ kind: 'power', state });
    expect(world.alive()).toEqual(expected);
  });

  test('powerfail runs beside, powerwait before everything', () => {
    const world = bootWorld('id:2:initdefault:\nr:2:respawn:x\npf::powerfail:fail\npw::powerwait:wait\n');
    world.send({ kind: 'request', request: { kind: 'powerfail', sleepSeconds: 0 } });
    expect(world.alive()).toEqual(['x', 'fail', 'wait']);
  });

  test('kbrequest runs at SIGWINCH and is not waited for', () => {
    const world = bootWorld('id:2:initdefault:\nkb:2:kbrequest:keys\nr:2:respawn:x\n');
    world.send({ kind: 'keyboard' });
    world.kill('x');
    expect(world.alive()).toEqual(['keys', 'x']);
  });

  test('events before the machine is up are served when it is', () => {
    const world = bootWorld('id:2:initdefault:\nsi::sysinit:rcS\nca:2:ctrlaltdel:reboot\n', {
      emergency: true,
    });
    world.send({ kind: 'ctrlAltDel' });
    world.exit('/sbin/sulogin');
    world.exit('rcS');
    expect(world.alive()).toEqual(['reboot']);
  });
});

describe('on demand', () => {
  const TABLE =
    'id:2:initdefault:\nr:2:respawn:x\no:a:ondemand:demanded\nn:A:once:once\nw:b:wait:b\nss:S:wait:shell\n';

  test('a starts every entry that names it, keeps them through levels, and S ends them', () => {
    const world = bootWorld(TABLE);
    world.news();
    world.request('a');
    expect(world.news()).toEqual([
      "syslog: Activating demand-procedures for 'A'",
      'spawn demanded',
      'spawn once',
    ]);
    world.request('3');
    expect(world.alive()).toEqual(['demanded', 'once']);
    world.kill('demanded');
    expect(world.alive()).toEqual(['once', 'demanded']);
    world.request('S');
    expect(world.alive()).toEqual(['shell']);
  });

  test('a again leaves running ones alone and runs once entries again', () => {
    const world = bootWorld(TABLE);
    world.request('a');
    world.exit('once');
    world.request('A');
    expect(world.alive()).toEqual(['x', 'demanded', 'once']);
  });

  test('a is logged in S, and ignored', () => {
    const world = bootWorld(TABLE, { wantedLevel: 'S' });
    world.news();
    world.request('a');
    expect(world.news()).toEqual(["syslog: Activating demand-procedures for 'A'"]);
  });
});

describe('variables', () => {
  test('INIT_ variables reach every child, others do not, a bare name unsets, a 17th is refused aloud', () => {
    const world = bootWorld('id:2:initdefault:\nr:2:respawn:x\n');
    const set = (...variables: string[]) =>
      world.send({ kind: 'request', request: { kind: 'setenv', variables } });
    set('INIT_HALT=POWEROFF', 'PATH=/evil', 'INIT_A=1', 'INIT_A=2=3');
    world.kill('x');
    expect(world.envOf('x')).toMatchObject({ INIT_HALT: 'POWEROFF', INIT_A: '2=3', PATH: '/sbin:/bin' });
    set('INIT_HALT');
    world.kill('x');
    expect(world.envOf('x')).not.toHaveProperty('INIT_HALT');
    world.news();
    set(...Array.from({ length: 16 }, (_, index) => `INIT_N${index}=x`));
    expect(world.news()).toEqual(['syslog: too many INIT_ variables (max 16), ignoring INIT_N15']);
  });
});

describe('pause', () => {
  test('between SIGTSTP and SIGCONT nothing happens; afterwards everything that came does', () => {
    const world = bootWorld('id:2:initdefault:\na:2:respawn:a\nb:3:respawn:b\n');
    world.send({ kind: 'pause' });
    world.news();
    world.kill('a');
    world.request('3');
    world.advance(60_000);
    expect(world.news()).toEqual([]);
    world.send({ kind: 'resume' });
    expect(world.alive()).toEqual(['b']);
  });

  test('a pause in the middle of a level change does not hold it up for ever', () => {
    const world = bootWorld('id:2:initdefault:\na:2:respawn:a\nb:3:respawn:b\n', { deaf: ['a'] });
    world.request('3');
    world.send({ kind: 'pause' });
    world.advance(10_000);
    expect(world.alive()).toEqual(['a']);
    world.send({ kind: 'resume' });
    expect(world.alive()).toEqual(['b']);
  });
});

describe('requests that are none', () => {
  test.each([
    [{ kind: 'bogus' } as const, 'got bogus initrequest'],
    [{ kind: 'unimplemented', command: 5 } as const, 'got unimplemented initrequest.'],
  ])('%j is named and forgotten', (request, text) => {
    const world = bootWorld('id:2:initdefault:\na:2:respawn:a\n');
    world.news();
    world.send({ kind: 'request', request });
    expect(world.news()).toEqual([`console: ${text}`, `syslog: ${text}`]);
  });
});

describe('the end in a container or folder', () => {
  const TABLE = 'id:2:initdefault:\na:2:respawn:a\nl0:0:wait:rc 0\nl6:6:wait:rc 6\nz6:06:respawn:sulogin\n';

  test.each(['container', 'folder'] as const)(
    'leave goes through level 0 of a %s and exits with 0',
    (place) => {
      const world = bootWorld(TABLE, { place });
      world.send({ kind: 'leave' });
      expect(world.alive()).toEqual(['rc 0']);
      world.send({ kind: 'leave' });
      world.exit('rc 0');
      expect(world.log.slice(-2)).toEqual(['SIGTERM everything', 'exit 0']);
      expect(world.pendingTimers()).toBe(0);
    },
  );

  test('what was called on demand does not hold up the end', () => {
    const world = bootWorld(`${TABLE}ld:a:ondemand:load\n`, { place: 'folder' });
    world.request('a');
    world.send({ kind: 'leave' });
    world.exit('rc 0');
    expect(world.log.slice(-2)).toEqual(['SIGTERM everything', 'exit 0']);
  });

  test('level 6 exits with 133', () => {
    const world = bootWorld(TABLE, { place: 'container' });
    world.request('6');
    world.exit('rc 6');
    expect(world.log.at(-1)).toBe('exit 133');
  });

  test('what is left after level 0 gets TERM, KILL after 3 s, and cannot stop the exit', () => {
    const world = bootWorld('id:2:initdefault:\nb::boot:klogd\na:2:respawn:a\n', {
      place: 'folder',
      undead: ['klogd'],
      orphans: 1,
    });
    world.request('0');
    expect(world.log.at(-1)).toBe('SIGTERM everything');
    world.advance(3_000);
    expect(world.log.at(-1)).toBe('SIGKILL everything');
    world.advance(3_000);
    expect(world.log.at(-1)).toBe('exit 0');
    expect(world.pendingTimers()).toBe(0);
  });

  test('a machine stays in level 0 and starts its respawn entries', () => {
    const world = bootWorld(TABLE);
    world.request('0');
    world.exit('rc 0');
    expect(world.alive()).toEqual(['sulogin']);
  });

  test('Ctrl-C leaves where the table has no ctrlaltdel entry, and runs the entry where it has one', () => {
    const without = bootWorld(TABLE, { place: 'folder' });
    without.send({ kind: 'ctrlAltDel' });
    expect(without.alive()).toEqual(['rc 0']);
    const withEntry = bootWorld(`${TABLE}ca:2:ctrlaltdel:keys\n`, { place: 'folder' });
    withEntry.send({ kind: 'ctrlAltDel' });
    expect(withEntry.alive()).toEqual(['a', 'keys']);
  });

  test('leave during a level change is carried out after it', () => {
    const world = bootWorld('id:2:initdefault:\na:2:respawn:a\nb:3:respawn:b\n', {
      place: 'folder',
      deaf: ['a'],
    });
    world.request('3');
    world.send({ kind: 'leave' });
    world.advance(3_000);
    expect(world.log.at(-1)).toBe('exit 0');
  });
});
