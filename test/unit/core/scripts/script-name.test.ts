import { describe, expect, test } from 'vitest';
import { isScriptName, parseFileFilters } from '../../../../src/core/scripts/script-name.ts';

describe('isScriptName', () => {
  test.each(['foo', 'foo.sh', 'rc.local', 'rcs', 'rc2', 'core2', 'foo.older', 'x.d', '9p', 'foo,bar', 'a b'])(
    '%s is one',
    (name) => expect(isScriptName(name)).toBe(true),
  );

  test.each([
    [
      '',
      '.foo',
      '$foo',
      '#foo',
      '%foo',
      '_foo',
      '+foo',
      '-foo',
      '\\foo',
      '*foo',
      '[foo',
      ']foo',
      '^foo',
      ':foo',
    ],
    ['(foo', ')foo', '~foo', 'foo~', 'foo,v', 'a/b'],
    ['README', 'README.Debian', 'Makefile', 'skeleton', 'skeleton2', 'powerfail', 'core', 'rx', 'rc', 'rcS'],
    ['foo.rpmsave', 'foo.bak', 'foo.dpkg-old', 'foo.ucf-dist', 'foo.old', 'foo.new', 'foo.org', 'foo.orig'],
    ['foo.save', 'foo.swp', 'foo.core'],
  ])('%s and the others are none', (...names) => {
    expect(names.filter((name) => isScriptName(name))).toEqual([]);
  });

  test('an administrator may leave out more extensions', () => {
    const filters = parseFileFilters(`cfg\n.tmp\r\n\n# no\n${'x'.repeat(32)}\n`);
    expect([...filters]).toEqual(['cfg', 'tmp']);
    expect(['foo.cfg', 'foo.tmp', 'cfg', 'foo.sh'].filter((name) => isScriptName(name, filters))).toEqual([
      'cfg',
      'foo.sh',
    ]);
  });

  test('a thousand extensions are enough', () => {
    expect(parseFileFilters(Array.from({ length: 2_000 }, (_, index) => `e${index}`).join('\n')).size).toBe(
      1_000,
    );
  });
});
