import { expect, test } from 'vitest';
import { RC_LEVELS } from '../../../src/core/runlevel.ts';
import * as paths from '../../../src/core/system-paths.ts';

test('the paths that other programs know are those of System V', () => {
  expect(paths).toMatchObject({
    INITTAB: '/etc/inittab',
    INITTAB_DIR: '/etc/inittab.d',
    INITSCRIPT: '/etc/initscript',
    INIT_D: '/etc/init.d',
    CONTROL_FIFO: '/run/initctl',
    LEVEL_FILE: '/var/run/runlevel',
    POWER_STATUS: '/var/run/powerstatus',
    OLD_POWER_STATUS: '/etc/powerstatus',
    SYSTEM_PATH: '/sbin:/usr/sbin:/bin:/usr/bin',
  });
});

test('everything of our own at run time is below /run/rcinit', () => {
  const own = [paths.CONTROL_SOCKET, paths.LEVELS_FILE, paths.LAST_RC, paths.INIT_LOCK];
  expect(own.map((path) => path.startsWith(`${paths.RUN_DIR}/`))).toEqual([true, true, true, true]);
  expect(new Set(own).size).toBe(own.length);
});

test('rcDir names the folder of each level', () => {
  expect(RC_LEVELS.map(paths.rcDir)).toEqual([
    '/etc/rc0.d',
    '/etc/rc1.d',
    '/etc/rc2.d',
    '/etc/rc3.d',
    '/etc/rc4.d',
    '/etc/rc5.d',
    '/etc/rc6.d',
    '/etc/rcS.d',
  ]);
});
