import { expect, test } from 'vitest';
import { describeEnd } from '../../../../src/core/engine/describe-end.ts';

test('describeEnd says how a process ended', () => {
  expect(describeEnd({ kind: 'exited', code: 0 })).toBe('exited with status 0');
  expect(describeEnd({ kind: 'exited', code: 255 })).toBe('exited with status 255');
  expect(describeEnd({ kind: 'signaled', signal: 'SIGKILL' })).toBe('was killed by SIGKILL');
  expect(describeEnd({ kind: 'not-started', code: 'ENOENT' })).toBe('could not be started (ENOENT)');
});
