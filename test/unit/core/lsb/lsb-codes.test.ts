import { describe, expect, test } from 'vitest';
import { describeExit } from '../../../../src/core/lsb/lsb-codes.ts';

describe('describeExit', () => {
  test.each([
    [0, 'exit 0 (success)'],
    [1, 'exit 1 (generic or unspecified error)'],
    [2, 'exit 2 (invalid or excess argument(s))'],
    [3, 'exit 3 (unimplemented feature)'],
    [4, 'exit 4 (insufficient privilege)'],
    [5, 'exit 5 (program is not installed)'],
    [6, 'exit 6 (program is not configured)'],
    [7, 'exit 7 (program is not running)'],
    [8, 'exit 8 (reserved for future LSB use)'],
    [99, 'exit 99 (reserved for future LSB use)'],
    [100, 'exit 100 (reserved for the distribution)'],
    [149, 'exit 149 (reserved for the distribution)'],
    [150, 'exit 150 (reserved for the application)'],
    [199, 'exit 199 (reserved for the application)'],
    [200, 'exit 200 (reserved)'],
    [255, 'exit 255 (reserved)'],
  ])('says what %i means after start', (code, text) => {
    expect(describeExit('start', { kind: 'exited', code })).toBe(text);
  });

  test.each([
    [0, 'exit 0 (running)'],
    [1, 'exit 1 (dead, but its pid file exists)'],
    [2, 'exit 2 (dead, but its lock file exists)'],
    [3, 'exit 3 (not running)'],
    [4, 'exit 4 (status unknown)'],
    [5, 'exit 5 (reserved for future LSB use)'],
    [255, 'exit 255 (reserved)'],
  ])('says what %i means after status', (code, text) => {
    expect(describeExit('status', { kind: 'exited', code })).toBe(text);
  });

  test('names the signal', () => {
    expect(describeExit('stop', { kind: 'signaled', signal: 'SIGKILL' })).toBe('killed by SIGKILL');
  });
});
