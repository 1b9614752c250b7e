import { describe, expect, test } from 'vitest';
import { bootWorld, type FakeWorld, type WorldOptions } from '../support/fake-world.ts';

const FULL = `
id:2:initdefault:
si::sysinit:rcS
bw::bootwait:fsck
l2:2:wait:rc 2
r2:23:respawn:getty
p2:23:respawn:+quiet
ss:S:wait:sulogin
`;

function bootRecording(table: string, options: WorldOptions = {}): FakeWorld {
  return bootWorld(table, { ...options, records: true });
}

/** News without what is said. */
function deeds(world: FakeWorld): readonly string[] {
  return world.news().filter((line) => !/^(console|syslog):/.test(line));
}

describe('records for utmp and wtmp', () => {
  test('boot to 2: the boot when sysinit is over, the level before the level file, starts and deaths in between', () => {
    const world = bootRecording(FULL);
    world.exit('rcS');
    world.exit('fsck');
    world.exit('rc 2');
    expect(deeds(world)).toEqual([
      'level N #',
      'spawn rcS (tty)',
      'record start si 100',
      'record death si 100',
      'record boot',
      'level N *',
      'spawn fsck (tty)',
      'record start bw 101',
      'record death bw 101',
      'record level N 2',
      'level N 2',
      'spawn rc 2',
      'record start l2 102',
      'record death l2 102',
      'spawn getty',
      'record start r2 103',
      'spawn quiet',
    ]);
  });

  test('a restart: the death, then the new start; an entry with + has neither', () => {
    const world = bootRecording('id:2:initdefault:\nr:2:respawn:getty\nq:2:respawn:+quiet\n');
    deeds(world);
    world.exit('getty');
    world.exit('quiet');
    expect(deeds(world)).toEqual(['record death r 100', 'spawn getty', 'record start r 102', 'spawn quiet']);
  });

  test('a level change: the level before anybody is asked to leave, one death for each that does', () => {
    const world = bootRecording('id:2:initdefault:\nr:2:respawn:getty\nx:3:respawn:xdm\n');
    deeds(world);
    world.request('3');
    expect(deeds(world)).toEqual([
      'record level 2 3',
      'level 2 3',
      'SIGTERM getty',
      'record death r 100',
      'spawn xdm',
      'record start x 101',
    ]);
  });

  test('a process that was given up has its death then, and none when it goes at last', () => {
    const world = bootRecording('id:2:initdefault:\nr:2:respawn:nfs\nx:3:respawn:xdm\n', { undead: ['nfs'] });
    world.request('3');
    deeds(world);
    world.advance(3_000);
    expect(deeds(world)).toEqual(['SIGKILL nfs']);
    world.advance(1_000);
    expect(deeds(world)).toEqual(['record death r 100', 'spawn xdm', 'record start x 101']);
    world.exit('nfs');
    expect(deeds(world)).toEqual([]);
  });

  test('booting into S has no level record; its end leads through boot to one with S before it', () => {
    const world = bootRecording(FULL, { wantedLevel: 'S' });
    world.exit('rcS');
    expect(deeds(world).slice(-4)).toEqual([
      'record boot',
      'level N S',
      'spawn sulogin (tty)',
      'record start ss 101',
    ]);
    world.exit('sulogin');
    expect(deeds(world).slice(0, 2)).toEqual(['record death ss 101', 'level N *']);
    world.exit('fsck');
    expect(deeds(world)).toContain('record level N 2');
    world.request('S');
    expect(deeds(world).slice(0, 2)).toEqual(['record level 2 S', 'level 2 S']);
    world.exit('sulogin');
    expect(deeds(world)).toContain('record level S 2');
  });

  test('telinit 3 during sysinit ends it: that is a boot, too', () => {
    const world = bootRecording(FULL);
    world.request('3');
    expect(deeds(world).slice(3, 7)).toEqual(['record boot', 'record level # 3', 'level # 3', 'SIGTERM rcS']);
    expect(world.log.filter((line) => line === 'record boot')).toEqual(['record boot']);
  });

  test('a boot that has to ask for the level is recorded once', () => {
    const world = bootRecording('l3:3:respawn:x\n');
    world.send({ kind: 'reload' });
    world.send({ kind: 'answered', line: '3' });
    expect(world.log.filter((line) => line.startsWith('record'))).toEqual([
      'record boot',
      'record level N 3',
      'record start l3 100',
    ]);
  });

  test('the emergency shell has its records like an entry of S', () => {
    const world = bootRecording(FULL, { emergency: true });
    world.exit('/sbin/sulogin');
    expect(deeds(world).slice(0, 4)).toEqual([
      'spawn /sbin/sulogin (tty)',
      'record start ~~ 100',
      'record death ~~ 100',
      'level N #',
    ]);
  });

  test('a level that comes to rest writes its level file again', () => {
    const world = bootRecording('id:2:initdefault:\nw:2:wait:x\n');
    deeds(world);
    world.exit('x');
    expect(deeds(world)).toEqual(['record death w 100', 'level N 2']);
  });
});
