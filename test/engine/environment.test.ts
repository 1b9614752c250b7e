import { expect, test } from 'vitest';
import { childEnvironment, type EnvironmentBase } from '../../src/init/environment.ts';

const BASE: EnvironmentBase = {
  own: {},
  path: '/sbin:/bin',
  console: undefined,
  root: undefined,
  version: 'rcinit-1',
};
const LEVEL = { shownLevel: '3', previous: 'N', extraEnv: [] } as const;

test('childEnvironment has the variables of init(8)', () => {
  expect(childEnvironment({ ...BASE, console: '/dev/console' }, LEVEL)).toEqual({
    PATH: '/sbin:/bin',
    SHELL: '/bin/sh',
    RUNLEVEL: '3',
    PREVLEVEL: 'N',
    CONSOLE: '/dev/console',
    INIT_VERSION: 'rcinit-1',
  });
});

test('childEnvironment names the root of a folder', () => {
  expect(childEnvironment({ ...BASE, root: '/srv/x' }, LEVEL)).toMatchObject({ RCINIT_ROOT: '/srv/x' });
  expect(childEnvironment(BASE, LEVEL)).not.toHaveProperty('RCINIT_ROOT');
});

test('childEnvironment keeps what init was given, and replaces what init says itself', () => {
  const own = {
    TERM: 'linux',
    EMPTY: '',
    GONE: undefined,
    PATH: '/evil',
    SHELL: '/bin/fish',
    RUNLEVEL: '9',
    PREVLEVEL: '9',
    CONSOLE: '/dev/tty9',
    INIT_VERSION: 'sysvinit-3.14',
    INIT_HALT: 'old',
  };
  const env = childEnvironment({ ...BASE, own }, { ...LEVEL, extraEnv: [['INIT_HALT', 'POWEROFF']] });
  expect(env).toEqual({
    TERM: 'linux',
    EMPTY: '',
    PATH: '/sbin:/bin',
    SHELL: '/bin/sh',
    RUNLEVEL: '3',
    PREVLEVEL: 'N',
    CONSOLE: '/dev/tty9',
    INIT_VERSION: 'rcinit-1',
    INIT_HALT: 'POWEROFF',
  });
});

test('childEnvironment lets no variable of the fifo replace what init says', () => {
  const env = childEnvironment(BASE, {
    ...LEVEL,
    extraEnv: [
      ['INIT_VERSION', 'mine'],
      ['INIT_X', ''],
    ],
  });
  expect(env).toMatchObject({ INIT_VERSION: 'rcinit-1', INIT_X: '' });
});
