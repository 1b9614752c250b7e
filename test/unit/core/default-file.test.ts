import { describe, expect, test } from 'vitest';
import { parseDefaults } from '../../../src/core/default-file.ts';

describe('parseDefaults', () => {
  test.each([
    ['VERBOSE=yes', 'yes'],
    ['  export VERBOSE=yes  # why', 'yes'],
    ['VERBOSE="a b"', 'a b'],
    ["VERBOSE='a $b'", 'a $b'],
    ['VERBOSE=', ''],
    ['VERBOSE=no\nVERBOSE=yes', 'yes'],
    ['VERBOSE=yes\r\n', 'yes'],
    ['#VERBOSE=yes', undefined],
    ['VERBOSE=$OTHER', undefined],
    ['VERBOSE="$(reboot)"', undefined],
    ['VERBOSE=`reboot`', undefined],
    ['VERBOSE=a\\ b', undefined],
    ['VERBOSE=a reboot', undefined],
  ])('reads %j', (text, value) => {
    expect(parseDefaults(text).get('VERBOSE')).toBe(value);
  });
});
