import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { PROPERTIES } from '../support/properties.ts';

const fuzz = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'scripts/fuzz.ts', ...args],
    {
      encoding: 'utf8',
    },
  );
  return { status, stdout, stderr };
};

describe('npm run fuzz', () => {
  test('tries each property as often as told, from the seed it names', () => {
    expect(fuzz('--runs', '7', '--seed', '42')).toEqual({
      status: 0,
      stdout: `fuzz: ${PROPERTIES.length} properties, seed 42\nfuzz: ${PROPERTIES.length} properties held for 7 inputs each\n`,
      stderr: '',
    });
  });

  test.each([['x'], ['-1'], ['--runs'], ['--seed', 'no']])('refuses %s', (...args) => {
    expect(fuzz(...args)).toEqual({
      status: 2,
      stdout: '',
      stderr: 'Usage: npm run fuzz -- [SECONDS | --runs N] [--seed N]\n',
    });
  });
});
