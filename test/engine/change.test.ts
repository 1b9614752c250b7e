import { describe, expect, test } from 'vitest';
import { bootWorld } from '../support/fake-world.ts';

const TWO_LEVELS = 'id:2:initdefault:\na:2:respawn:old\nb:23:respawn:both\nc:3:wait:new\nd:3:respawn:last\n';

describe('level change', () => {
  test('TERM goes to what has no place in the new level, what follows waits for its end', () => {
    const world = bootWorld(TWO_LEVELS);
    world.news();
    world.request('3');
    expect(world.news()).toEqual([
      'console: Switching to runlevel: 3',
      'syslog: Switching to runlevel: 3',
      'level 2 3',
      'console: Sending processes configured via /etc/inittab the TERM signal',
      'SIGTERM old',
      'spawn new',
    ]);
    expect(world.alive()).toEqual(['both', 'new']);
    world.exit('new');
    expect(world.alive()).toEqual(['both', 'last']);
    expect(world.pendingTimers()).toBe(0);
  });

  test('a deaf process gets KILL after the grace time of the request', () => {
    const world = bootWorld(TWO_LEVELS, { deaf: ['old'] });
    world.request('3', 7);
    world.news();
    world.advance(6_999);
    expect(world.news()).toEqual([]);
    world.advance(1);
    expect(world.news()).toEqual([
      'console: Sending processes configured via /etc/inittab the KILL signal',
      'SIGKILL old',
      'spawn new',
    ]);
    expect(world.pendingTimers()).toBe(0);
  });

  test('the grace time of one request does not stick', () => {
    const world = bootWorld('id:2:initdefault:\na:2:respawn:a\nb:3:respawn:b\n', { deaf: ['a', 'b'] });
    world.request('3', 1);
    world.advance(1_000);
    world.request('2');
    world.news();
    world.advance(2_999);
    expect(world.news()).toEqual([]);
    world.advance(1);
    expect(world.alive()).toEqual(['a']);
  });

  test.each([0, -5])('with -t %d there is hardly a pause before KILL', (seconds) => {
    const world = bootWorld(TWO_LEVELS, { deaf: ['old'] });
    world.request('3', seconds);
    world.advance(10);
    expect(world.alive()).toEqual(['both', 'new']);
  });

  test('a process that survives KILL is named and given up', () => {
    const world = bootWorld(TWO_LEVELS, { undead: ['old'] });
    world.request('3');
    world.advance(3_000);
    world.news();
    world.advance(1_000);
    expect(world.news()).toEqual(['console: Pid 100 [id a] seems to hang', 'spawn new']);
    expect(world.pendingTimers()).toBe(0);
  });

  test('KILL goes to the groups of all that got TERM, also where the leader is gone', () => {
    const world = bootWorld('id:2:initdefault:\na:2:respawn:old\nb:2:respawn:stubborn\nc:3:once:new\n', {
      deaf: ['stubborn'],
    });
    world.request('3');
    world.news();
    world.advance(3_000);
    expect(world.news()).toEqual([
      'console: Sending processes configured via /etc/inittab the KILL signal',
      'SIGKILL pid 100',
      'SIGKILL stubborn',
      'spawn new',
    ]);
  });

  test('the same level is ignored completely, the table is not read', () => {
    const world = bootWorld(TWO_LEVELS);
    world.news();
    world.setTable('id:2:initdefault:\nz:2:respawn:z\n');
    world.request('2');
    expect(world.news()).toEqual([]);
  });

  test('requests that come while processes are being stopped are carried out afterwards, in order', () => {
    const world = bootWorld('id:2:initdefault:\na:2:respawn:a\nb:3:respawn:b\nc:4:respawn:c\n', {
      deaf: ['a'],
    });
    world.request('3');
    world.request('4');
    world.news();
    world.advance(3_000);
    expect(world.alive()).toEqual(['c']);
    expect(world.news().filter((line) => line.startsWith('level') || line.startsWith('spawn'))).toEqual([
      'spawn b',
      'level 3 4',
      'spawn c',
    ]);
  });

  test('nothing is restarted while processes are being stopped', () => {
    const world = bootWorld(TWO_LEVELS, { deaf: ['old'] });
    world.request('3');
    world.kill('both');
    expect(world.alive()).toEqual(['old']);
    world.advance(3_000);
    world.exit('new');
    expect(world.alive()).toEqual(['both', 'last']);
  });

  test('a running wait entry of the old level is stopped like any other', () => {
    const world = bootWorld('id:2:initdefault:\nl2:2:wait:rc 2\nl3:3:wait:rc 3\n');
    world.request('3');
    expect(world.alive()).toEqual(['rc 3']);
  });

  test.each([
    ['0', true],
    ['1', true],
    ['6', true],
    ['S', true],
    ['3', false],
  ])('going to %s resets the console: %s', (level, expected) => {
    const world = bootWorld('id:2:initdefault:\na:2:respawn:a\n');
    world.request(level);
    expect(world.log.includes('reset console')).toBe(expected);
  });

  test.each(['7', '9'])('level %s is a full level', (level) => {
    const world = bootWorld(`id:2:initdefault:\na:${level}:respawn:a\n`);
    world.request(level);
    expect(world.alive()).toEqual(['a']);
  });

  test('a bad level is named', () => {
    const world = bootWorld('id:2:initdefault:\na:2:respawn:a\n');
    world.news();
    world.request('x');
    expect(world.news()).toEqual(['console: bad runlevel: X', 'syslog: bad runlevel: X']);
  });
});

describe('marks', () => {
  test('a once entry of both levels is not run again, a wait entry of one level is run again on the way back', () => {
    const world = bootWorld('id:2:initdefault:\no:23:once:both\nw:2:wait:two\nr:3:respawn:x\n');
    world.exit('both');
    world.exit('two');
    world.news();
    world.request('3');
    expect(world.news().filter((line) => line.startsWith('spawn'))).toEqual(['spawn x']);
    world.request('2');
    expect(world.news().filter((line) => line.startsWith('spawn'))).toEqual(['spawn two']);
  });

  test('boot entries survive every level', () => {
    const world = bootWorld('id:2:initdefault:\nb::boot:klogd\na:2:respawn:a\nss:S:wait:shell\n');
    for (const level of ['3', 'S', '2']) world.request(level);
    expect(world.alive()).toContain('klogd');
  });
});

describe('waiting', () => {
  test('while a wait entry runs, earlier entries are restarted and later ones are not', () => {
    const world = bootWorld(
      'id:2:initdefault:\na:2:respawn:early\no:2:once:late0\nw:2:wait:slow\nz:2:respawn:late\n',
    );
    world.kill('early');
    expect(world.alive()).toEqual(['late0', 'slow', 'early']);
    world.exit('slow');
    expect(world.alive()).toEqual(['late0', 'early', 'late']);
  });
});

describe('reload', () => {
  const TABLE = 'id:2:initdefault:\nr:2:respawn:x\no:2:once:one\n';
  const reload = (after: string, during?: (world: ReturnType<typeof bootWorld>) => void) => {
    const world = bootWorld(TABLE);
    during?.(world);
    world.setTable(after);
    world.news();
    world.request('q');
    return { world, news: world.news() };
  };

  test('q says so in the syslog only; an unchanged table changes nothing', () => {
    const { world, news } = reload(TABLE);
    expect(news).toEqual(['syslog: Re-reading inittab']);
    expect(world.alive()).toEqual(['x', 'one']);
  });

  test('SIGHUP does the same without a word', () => {
    const world = bootWorld(TABLE);
    world.setTable(`${TABLE}n:2:respawn:new\n`);
    world.news();
    world.send({ kind: 'reload' });
    expect(world.news()).toEqual(['spawn new']);
  });

  test('a removed line ends its process', () => {
    const { world } = reload('id:2:initdefault:\no:2:once:one\n');
    expect(world.alive()).toEqual(['one']);
  });

  test('a changed action ends the process and starts the new entry', () => {
    const { world, news } = reload('id:2:initdefault:\nr:2:once:x\no:2:once:one\n');
    expect(news.slice(-2)).toEqual(['SIGTERM x', 'spawn x']);
    expect(world.alive()).toEqual(['one', 'x']);
  });

  test('a changed command takes effect at the next start', () => {
    const { world } = reload('id:2:initdefault:\nr:2:respawn:y\no:2:once:one\n');
    expect(world.alive()).toEqual(['x', 'one']);
    world.kill('x');
    expect(world.alive()).toEqual(['one', 'y']);
  });

  test('a changed command of a finished once entry does not run it again', () => {
    const { world } = reload('id:2:initdefault:\nr:2:respawn:x\no:2:once:two\n', (before) =>
      before.exit('one'),
    );
    expect(world.alive()).toEqual(['x']);
  });

  test('a new once entry of the level runs, a new boot or sysinit entry does not', () => {
    const { world } = reload(`${TABLE}n:2:once:new\nb::boot:late\ns::sysinit:later\n`);
    expect(world.alive()).toEqual(['x', 'one', 'new']);
  });

  test('a narrowed level field ends the process at once', () => {
    const { world } = reload('id:2:initdefault:\nr:3:respawn:x\no:2:once:one\n');
    expect(world.alive()).toEqual(['one']);
  });

  test('off ends the process', () => {
    const { world } = reload('id:2:initdefault:\nr:2:off:x\no:2:once:one\n');
    expect(world.alive()).toEqual(['one']);
  });

  test('a table without one usable entry is refused, and the old one stays', () => {
    const { world, news } = reload('this is no table\n');
    expect(world.alive()).toEqual(['x', 'one']);
    expect(news).toContain(
      'console: no usable entry in /etc/inittab, keeping the table read before; rcinit check shows what is wrong',
    );
  });

  test('one bad line does not touch the others', () => {
    const { world, news } = reload(`${TABLE}bad:2:nonsense:x\n`);
    expect(news).toContain('console: /etc/inittab[4]: nonsense: unknown action field');
    expect(world.alive()).toEqual(['x', 'one']);
  });
});
