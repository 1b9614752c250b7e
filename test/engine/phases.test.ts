import { describe, expect, test } from 'vitest';
import { bootWorld } from '../support/fake-world.ts';

const FULL = `
id:2:initdefault:
si::sysinit:rcS
bo::boot:klogd
bw::bootwait:fsck
l2:2:wait:rc 2
l3:3:wait:rc 3
r2:2:respawn:getty
`;

describe('phases', () => {
  test('sysinit, then boot and bootwait, then the level, each waiting for what is waited for', () => {
    const world = bootWorld(FULL);
    expect(world.news()).toEqual(['spawn rcS (tty)']);
    world.exit('rcS');
    expect(world.news()).toEqual(['spawn klogd', 'spawn fsck (tty)']);
    world.exit('fsck');
    expect(world.news()).toEqual([
      'console: Entering runlevel: 2',
      'syslog: Entering runlevel: 2',
      'level N 2',
      'spawn rc 2',
    ]);
    world.exit('rc 2');
    expect(world.news()).toEqual(['spawn getty']);
    expect(world.alive()).toEqual(['klogd', 'getty']);
    expect(world.pendingTimers()).toBe(0);
  });

  test('children are told S and N before the level, then the level and N', () => {
    const world = bootWorld(FULL);
    expect(world.envOf('rcS')).toEqual({
      HOME: '/',
      PATH: '/sbin:/bin',
      SHELL: '/bin/sh',
      RUNLEVEL: 'S',
      PREVLEVEL: 'N',
      CONSOLE: '/dev/console',
      INIT_VERSION: 'test',
    });
    world.exit('rcS');
    world.exit('fsck');
    expect(world.envOf('rc 2')).toMatchObject({ RUNLEVEL: '2', PREVLEVEL: 'N' });
    world.request('3');
    expect(world.envOf('rc 3')).toMatchObject({ RUNLEVEL: '3', PREVLEVEL: '2' });
  });

  test('several sysinit lines run one after the other', () => {
    const world = bootWorld('id:2:initdefault:\na::sysinit:one\nb::sysinit:two\nr:2:respawn:x\n');
    expect(world.alive()).toEqual(['one']);
    world.exit('one');
    expect(world.alive()).toEqual(['two']);
    world.exit('two');
    expect(world.alive()).toEqual(['x']);
  });

  test('the level of the command line replaces the default once', () => {
    const world = bootWorld('id:2:initdefault:\na:2:respawn:two\nb:5:respawn:five\nss:S:wait:shell\n', {
      wantedLevel: '5',
    });
    expect(world.alive()).toEqual(['five']);
    world.request('S');
    world.exit('shell');
    expect(world.alive()).toEqual(['two']);
  });

  test('emergency runs a shell first and boots after it', () => {
    const world = bootWorld('id:2:initdefault:\nsi::sysinit:rcS\nr:2:respawn:x\n', { emergency: true });
    expect(world.news()).toEqual(['spawn /sbin/sulogin (tty)']);
    world.request('3');
    world.exit('/sbin/sulogin');
    expect(world.news().slice(0, 1)).toEqual(['spawn rcS (tty)']);
  });

  test('single user starts its entries at every stay, those of the next level too only once', () => {
    const world = bootWorld(
      'id:2:initdefault:\ns:S:wait:sulogin\nb:S2:once:both\nca::ctrlaltdel:cad\nr:2:respawn:x\n',
    );
    const starts = () => world.news().filter((line) => line.startsWith('spawn'));
    world.request('S');
    expect(starts()).toEqual(['spawn both', 'spawn x', 'spawn sulogin (tty)']);
    world.exit('sulogin');
    world.exit('both');
    expect(starts()).toEqual(['spawn x']);
    world.request('S');
    expect(starts()).toEqual(['spawn sulogin (tty)']);
  });

  test('a level nobody defines is entered, and named', () => {
    const world = bootWorld('id:7:initdefault:\nr:2:respawn:x\n');
    expect(world.news()).toEqual([
      'console: Entering runlevel: 7',
      'syslog: Entering runlevel: 7',
      'level N 7',
      'console: no inittab entry names runlevel 7: nothing is started, use telinit to change the level',
      'syslog: no inittab entry names runlevel 7: nothing is started, use telinit to change the level',
      'console: no more processes left in this runlevel',
      'syslog: no more processes left in this runlevel',
      'level N 7',
    ]);
    world.request('2');
    expect(world.alive()).toEqual(['x']);
  });

  test('without a default the console is asked until it answers with a level', () => {
    const world = bootWorld('si::sysinit:rcS\nr:4:respawn:x\n');
    world.exit('rcS');
    expect(world.news().slice(-2)).toEqual(['reset console', 'ask']);
    world.send({ kind: 'answered', line: 'nine' });
    expect(world.news()).toEqual(['ask']);
    world.send({ kind: 'answered', line: '4' });
    expect(world.alive()).toEqual(['x']);
  });

  test('without a default and without a console it is single user', () => {
    const world = bootWorld('r:4:respawn:x\nss:S:wait:shell\n');
    world.send({ kind: 'answered', line: undefined });
    expect(world.alive()).toEqual(['shell']);
  });

  test('telinit while the level is being asked for answers the question', () => {
    const world = bootWorld('r:4:respawn:x\n');
    world.request('4');
    expect(world.alive()).toEqual(['x']);
    world.send({ kind: 'answered', line: '5' });
    expect(world.alive()).toEqual(['x']);
  });

  test('telinit 3 during sysinit kills it, skips boot for good, and PREVLEVEL is #', () => {
    const world = bootWorld(
      'id:2:initdefault:\nsi::sysinit:rcS\nb::boot:klogd\nl3:3:wait:rc 3\nss:S:wait:shell\n',
    );
    world.request('3');
    expect(world.alive()).toEqual(['rc 3']);
    expect(world.envOf('rc 3')).toMatchObject({ RUNLEVEL: '3', PREVLEVEL: '#' });
    world.request('S');
    world.exit('shell');
    expect(world.alive()).toEqual([]);
  });
});

describe('single user', () => {
  const TABLE = 'id:2:initdefault:\nb::boot:klogd\nr:2:respawn:getty\nss:S:wait:shell\n';

  test('boot single runs S, then boot, then the default, as if there had been no S', () => {
    const world = bootWorld(TABLE, { wantedLevel: 'S' });
    expect(world.alive()).toEqual(['shell']);
    expect(world.envOf('shell')).toMatchObject({ RUNLEVEL: 'S', PREVLEVEL: 'N' });
    world.exit('shell');
    expect(world.alive()).toEqual(['klogd', 'getty']);
    expect(world.envOf('getty')).toMatchObject({ RUNLEVEL: '2', PREVLEVEL: 'N' });
  });

  test('telinit S ends everything but boot entries, and its end leads back to the default', () => {
    const world = bootWorld(TABLE);
    world.news();
    world.request('s');
    expect(world.news()).toEqual([
      'console: Going single user',
      'syslog: Going single user',
      'level 2 S',
      'reset console',
      'console: Sending processes configured via /etc/inittab the TERM signal',
      'SIGTERM getty',
      'spawn shell (tty)',
    ]);
    expect(world.alive()).toEqual(['klogd', 'shell']);
    world.exit('shell');
    expect(world.news()).toEqual([
      'console: Entering runlevel: 2',
      'syslog: Entering runlevel: 2',
      'level S 2',
      'spawn getty',
    ]);
  });

  test('with S as the default the shell comes back, and one that ends at once is held', () => {
    const world = bootWorld('id:S:initdefault:\nss:S:wait:shell\n');
    for (let ends = 0; ends < 10; ends++) {
      expect(world.alive()).toEqual(['shell']);
      world.exit('shell', 1);
    }
    expect(world.alive()).toEqual([]);
    expect(world.log).toContain('console: Id "ss" respawning too fast: disabled for 5 minutes');
    world.advance(300_000);
    expect(world.alive()).toEqual(['shell']);
  });
});

test('S as the default with nothing in it comes to rest instead of spinning', () => {
  const world = bootWorld('id:S:initdefault:\nss:S:off:shell\n');
  expect(world.alive()).toEqual([]);
  expect(world.state().kind).toBe('running');
});
