import { describe, expect, test } from 'vitest';
import { parseUnit } from '../../../../src/core/unit/unit-file.ts';
import { parseUnitName, unitSpecifiers } from '../../../../src/core/unit/unit-name.ts';
import { parseTimeSpan } from '../../../../src/core/unit/unit-time.ts';
import { expandSpecifiers, findVariables, splitUnitWords } from '../../../../src/core/unit/unit-words.ts';

describe('parseUnit', () => {
  test('takes sections, keys, blanks, comments and the files in their order', () => {
    const { entries, diagnostics } = parseUnit([
      {
        path: 'a.service',
        text: '\uFEFF# one\n; two\n\n[Unit]\nDescription = A  B \r\n[Service]\nExecStart=\n',
      },
      { path: 'b.conf', text: '[Service]\n  ExecStart=/bin/x' },
    ]);
    expect(diagnostics).toEqual([]);
    expect(
      entries.map(({ section, key, value, file, line, column }) => [section, key, value, file, line, column]),
    ).toEqual([
      ['Unit', 'Description', 'A  B', 'a.service', 5, 15],
      ['Service', 'ExecStart', '', 'a.service', 7, 11],
      ['Service', 'ExecStart', '/bin/x', 'b.conf', 2, 13],
    ]);
  });

  test('joins continued lines, and leaves out comments between them', () => {
    const text = '[Service]\nExecStart=/bin/x \\\n# not this\n  -a \\\n;nor this\n  -b\nUser=u\n';
    const { entries } = parseUnit([{ path: 'a', text }]);
    expect(entries.map(({ key, value, line }) => [key, value, line])).toEqual([
      ['ExecStart', '/bin/x    -a    -b', 2],
      ['User', 'u', 7],
    ]);
  });

  test('says what is no line of a unit, and reads on', () => {
    const { entries, diagnostics } = parseUnit([
      { path: 'a', text: 'User=x\n[Service]\nnonsense\n=y\nGroup=g\n' },
    ]);
    expect(diagnostics.map(({ line, code, message }) => [line, code, message])).toEqual([
      [1, 'no-section', 'User stands before the first section; the line is left out'],
      [3, 'strange-line', 'neither a section nor KEY=VALUE; the line is left out'],
      [4, 'strange-line', 'neither a section nor KEY=VALUE; the line is left out'],
    ]);
    expect(entries.map(({ key }) => key)).toEqual(['Group']);
  });

  test('keeps what stands behind a continuation at the end of the file', () => {
    expect(parseUnit([{ path: 'a', text: '[S]\nA=b \\' }]).entries[0]?.value).toBe('b');
  });
});

describe('splitUnitWords', () => {
  test.each([
    ['a b\tc', ['a', 'b', 'c']],
    [`'a b' "c d"`, ['a b', 'c d']],
    [`a' 'b"c"`, ['a bc']],
    [`"it's" 'say "x"'`, ["it's", 'say "x"']],
    [String.raw`a\sb \x41 \101 \u00e9 \t \\ \" \z`, ['a b', 'A', 'A', 'é', '\t', '\\', '"', '\\z']],
    ['""', ['']],
    ['', []],
  ])('%s', (value, words) => {
    const split = splitUnitWords(value);
    expect('problem' in split ? split : split.map(({ text }) => text)).toEqual(words);
  });

  test('tells a separator from a written semicolon', () => {
    const split = splitUnitWords(String.raw`a ; b \; ";"`);
    expect('problem' in split ? split : split.map(({ isSeparator }) => isSeparator)).toEqual([
      false,
      true,
      false,
      false,
      false,
    ]);
  });

  test.each([
    ['a "b', { problem: 'a quote that is not closed', index: 2 }],
    [String.raw`a\x00`, { problem: 'an escape that is no character', index: 1 }],
    [String.raw`\UFFFFFFFF`, { problem: 'an escape that is no character', index: 0 }],
  ])('%s is refused', (value, problem) => {
    expect(splitUnitWords(value)).toEqual(problem);
  });
});

describe('specifiers', () => {
  const specifiers = unitSpecifiers(parseUnitName('/lib/systemd/system/foo-bar@a-b\\x2dc.service'));

  test.each([
    ['%n', 'foo-bar@a-b\\x2dc.service'],
    ['%N', 'foo-bar@a-b\\x2dc'],
    ['%p|%P|%j', 'foo-bar|foo/bar|bar'],
    ['%i|%I|%f', 'a-b\\x2dc|a/b-c|/a/b-c'],
    ['%t/%p.sock', '/run/foo-bar.sock'],
    ['%S %C %L %E %h %u', '/var/lib /var/cache /var/log /etc /root root'],
    ['100%%', '100%'],
  ])('%s', (text, expanded) => {
    expect(expandSpecifiers(text, specifiers)).toEqual({ text: expanded, unknown: [] });
  });

  test('those of the running machine are told', () => {
    expect(expandSpecifiers('%H-%b', specifiers)).toEqual({ text: '%H-%b', unknown: ['%H', '%b'] });
  });

  test('a name without a suffix is that of a service', () => {
    expect(parseUnitName('foo')).toEqual({ full: 'foo.service', prefix: 'foo', instance: '' });
  });
});

test.each([
  ['$A', [{ kind: 'variable', name: 'A', split: true }]],
  ['x$A', [{ kind: 'text', text: 'x$A' }]],
  [
    'x${A}y$$',
    [
      { kind: 'text', text: 'x' },
      { kind: 'variable', name: 'A', split: false },
      { kind: 'text', text: 'y$' },
    ],
  ],
  ['', []],
])('findVariables %s', (text, pieces) => {
  expect(findVariables(text)).toEqual(pieces);
});

test.each([
  ['90', 90],
  ['1min 30s', 90],
  ['1500ms', 2],
  ['2h', 7200],
  ['0', Infinity],
  ['infinity', Infinity],
  ['5 bananas', undefined],
  ['', undefined],
])('parseTimeSpan %s', (text, seconds) => {
  expect(parseTimeSpan(text)).toBe(seconds);
});
