import { describe, expect, test } from 'vitest';
import { readDefaultLevels } from '../../../../src/core/links/default-levels.ts';
import { legacyWarnings, parseUpdateRc } from '../../../../src/core/links/update-rc-command.ts';

const COMMON = { name: 'foo', root: undefined, isDryRun: false };

describe('parseUpdateRc', () => {
  test.each([
    ['foo remove', { ...COMMON, kind: 'remove' }],
    ['-f -f foo remove -f', { ...COMMON, kind: 'remove' }],
    ['foo defaults 20 80', { ...COMMON, kind: 'defaults', legacy: undefined }],
    ['foo defaults-disabled', { ...COMMON, kind: 'defaults-disabled' }],
    ['foo enable', { ...COMMON, kind: 'enable', levels: [] }],
    ['foo disable 2 S', { ...COMMON, kind: 'disable', levels: ['2', 'S'] }],
    ['foo stop 20 0 .', { ...COMMON, kind: 'defaults', legacy: { action: 'stop', args: ['20', '0', '.'] } }],
    ['--dry-run --root /r foo remove', { name: 'foo', root: '/r', isDryRun: true, kind: 'remove' }],
    ['--root=/r foo remove', { name: 'foo', root: '/r', isDryRun: false, kind: 'remove' }],
    ['', { kind: 'usage', problem: 'not enough arguments' }],
    ['--root', { kind: 'usage', problem: 'not enough arguments' }],
    ['foo', { kind: 'usage', problem: 'not enough arguments' }],
    ['-n foo remove', { kind: 'usage', problem: 'unknown option' }],
    ['- foo remove', { kind: 'usage', problem: 'unknown option' }],
    ['-h', { kind: 'usage', problem: undefined }],
    ['foo Remove', { kind: 'usage', problem: undefined }],
  ])('%s', (line, expected) => {
    expect(parseUpdateRc(line.split(' ').filter((word) => word !== ''))).toEqual(expected);
  });
});

describe('legacyWarnings', () => {
  const header = { start: ['2', '3'], stop: ['0', '6'] };
  const FALLBACK = 'start and stop actions are no longer supported; falling back to defaults';

  test.each([
    ['20 3 2 . stop 80 6 0 .', []],
    // In 0 and 6 everything stops, and what follows them does, too.
    ['20 2 0 3 6', ['start (2) Start (2 3)', 'stop (0 3 6) Stop (0 6)']],
    ['20', ['start (none) Start (2 3)', 'stop (none) Stop (0 6)']],
    ['start 20 2 3 . stop 80 0 6', []],
  ])('start %s', (line, mismatches) => {
    const texts = mismatches.map((one) => {
      const [kind, ...rest] = one.split(/ (?=\(|S)/);
      const [given = '', keyword = '', values = ''] = rest;
      return `${kind} runlevel arguments ${given} do not match foo Default-${keyword} values ${values}`;
    });
    const legacy = { action: 'start', args: line.split(' ') } as const;
    expect(legacyWarnings('foo', legacy, header)).toEqual([FALLBACK, ...texts]);
  });

  test('a header without levels has nothing to compare with', () => {
    expect(legacyWarnings('foo', { action: 'stop', args: [] }, { start: [], stop: [] })).toEqual([]);
  });
});

describe('readDefaultLevels', () => {
  test.each([
    [
      '### BEGIN INIT INFO\n# Default-Start:\t2  3\n# Default-Stop: 0\n### END INIT INFO\n',
      ['2', '3'],
      ['0'],
    ],
    ['### BEGIN INIT INFO  \n# Default-Start: 2\n# Default-Start: S', ['S'], []],
    ['# Default-Start: 2\n### BEGIN INIT INFO\n### END INIT INFO\n# Default-Stop: 0\n', [], []],
    ['### BEGIN INIT INFO\n# default-start: 2\n#Default-Stop: 0\n#  Default-Stop: 0\n', [], []],
    ['### BEGIN INIT INFO\n# Default-Start:\n# Default-Stop:   \n', [], []],
    ['', [], []],
  ])('%j', (text, start, stop) => {
    expect(readDefaultLevels(text)).toEqual({ start, stop });
  });
});
