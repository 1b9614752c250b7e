import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatLevels } from '../../../../src/core/level-set.ts';
import { defaultLevels, parseLsbHeader } from '../../../../src/core/lsb/lsb-header.ts';
import { anyText } from '../../../support/arbitraries.ts';
import { lsbText } from '../../../support/lsb.ts';

const FULL = `#!/bin/sh
### BEGIN INIT INFO
# Provides:          foo bar
# Required-Start:    $remote_fs $syslog
# Required-Stop:     $remote_fs
# Should-Start:      +mysql
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# X-Start-Before:    apache2
# X-Interactive:     true
# Short-Description: the foo daemon
# Description:       it does foo
#                    and more than that
### END INIT INFO
Provides=other
`;

function parse(text: string) {
  const { header, diagnostics } = parseLsbHeader('foo', '/etc/init.d/foo', text);
  const words = (list: readonly { readonly text: string }[]): string =>
    list.map((word) => word.text).join(' ');
  return {
    header,
    requiredStart: words(header.needs['Required-Start']),
    start: header.defaultStart === undefined ? undefined : formatLevels(header.defaultStart),
    stop: header.defaultStop === undefined ? undefined : formatLevels(header.defaultStop),
    said: diagnostics.map(({ line, column, code, message }) => `${line}:${column} ${code}: ${message}`),
  };
}

/** One line in place of the usual one of its keyword. */
function parseLine(line: string) {
  const [, key = ''] = /^#\s*([^:]*):/.exec(line) ?? [];
  const rest = lsbText('foo')
    .split('\n')
    .filter((one) => !one.startsWith(`# ${key}:`));
  return parse([...rest.slice(0, 2), line, ...rest.slice(2)].join('\n'));
}

describe('parseLsbHeader', () => {
  test('reads a whole header, and knows where each word stands', () => {
    const { header, said } = parse(FULL);
    expect(said).toEqual([]);
    expect(header).toMatchObject({
      kind: 'header',
      provides: ['foo', 'bar'],
      isInteractive: true,
      shortDescription: 'the foo daemon',
    });
    expect(header.needs['Required-Start']).toEqual([
      { text: '$remote_fs', line: 4, column: 22 },
      { text: '$syslog', line: 4, column: 33 },
    ]);
    expect(header.needs['X-Start-Before']).toEqual([{ text: 'apache2', line: 9, column: 22 }]);
    expect(parse(FULL)).toMatchObject({ start: '2 3 4 5', stop: '0 1 6' });
  });

  test.each([['# REQUIRED_start: a'], ['#Required--Start:a'], ['# \t required-_start:\t a']])(
    '%j is Required-Start',
    (line) => {
      const text = lsbText('foo').replace('# Required-Start: ', line);
      expect(parse(text)).toMatchObject({ requiredStart: 'a', said: [] });
    },
  );

  test.each(['X-Start-Before', 'X-SUSE-Start-Before', 'Start-Before', 'x_debian_foo-start__before'])(
    '%s is X-Start-Before',
    (key) => {
      const { header } = parse(lsbText('foo', { [key]: 'b' }));
      expect(header.needs['X-Start-Before'].map(({ text }) => text)).toEqual(['b']);
    },
  );

  test.each(['XShould-Start', 'X-Foo', 'Required-StartX'])('%s means nothing', (key) => {
    expect(parse(lsbText('foo', { [key]: 'b' })).header.needs['Should-Start']).toEqual([]);
  });

  test.each([
    ['a,b;c', 'a b c', []],
    ['a b\r', 'a b', []],
    ['a\u0001b', 'a', []],
    [
      'a\tb',
      'a b',
      ['3:20 tab-in-value: a tab in Required-Start ends the list for insserv; rcinit reads on'],
    ],
    [
      'a  b',
      'a b',
      [
        '3:20 double-separator: two separators in a row in Required-Start ends the list for insserv; rcinit reads on',
      ],
    ],
    [
      'a, b',
      'a b',
      [
        '3:20 double-separator: two separators in a row in Required-Start ends the list for insserv; rcinit reads on',
      ],
    ],
    [
      'ä b',
      'ä b',
      [
        '3:19 not-ascii: a character that is not ASCII in Required-Start ends the list for insserv; rcinit reads on',
      ],
    ],
  ])('the value %j reads %j', (value, words, said) => {
    const result = parseLine(`# Required-Start: ${value}`);
    expect(result).toMatchObject({ requiredStart: words, said });
  });

  test.each([
    ['2 3  s', '2 3 S', []],
    ['2\t3', '2 3', ['3:19 tab-in-value: a tab in Default-Start ends the list for insserv; rcinit reads on']],
    [
      '2-5',
      '2 3 4 5',
      ['3:18 joined-levels: insserv drops "2-5" from Default-Start; rcinit reads it as 2 3 4 5'],
    ],
    [
      '235',
      '2 3 5',
      ['3:18 joined-levels: insserv drops "235" from Default-Start; rcinit reads it as 2 3 5'],
    ],
    ['5-2', '', ['3:18 unknown-level: "5-2" in Default-Start is no run level and is left out']],
    ['3 7', '3', ['3:20 unknown-level: "7" in Default-Start is no run level and is left out']],
    ['3 x', '3', ['3:20 unknown-level: "x" in Default-Start is no run level and is left out']],
    ['b 2', '2', ["3:18 wrong-level: Wrong runlevel key 'B'"]],
  ])('the levels %j are %j', (value, levels, said) => {
    expect(parseLine(`# Default-Start: ${value}`)).toMatchObject({ start: levels, said });
  });

  test('the first of two lines with one keyword counts', () => {
    const result = parse(
      lsbText('foo', { 'Default-Start': '2' }).replace('### END', '# default-start: 3\n### END'),
    );
    expect(result).toMatchObject({
      start: '2',
      said: ['8:0 repeated-keyword: Default-Start is given again; the one in line 6 counts'],
    });
  });

  test('lines that only look like keywords are pointed out', () => {
    const text = lsbText('foo').replace('### END', ' # Should-Start: a\n# Should-Stop : a\n### END');
    expect(parse(text).said).toEqual([
      '8:1 not-a-keyword: this Should-Start does not count: the line must begin with #',
      '9:1 not-a-keyword: this Should-Stop does not count: the colon must follow the keyword',
    ]);
  });

  test('missing keywords are complained about, and the levels stay open', () => {
    expect(parse('### BEGIN INIT INFO\n### END INIT INFO')).toMatchObject({
      header: { provides: ['foo'] },
      start: undefined,
      stop: undefined,
      said: [
        '1:0 incomplete-header: script foo is broken: incomplete LSB comment.',
        "1:0 missing-provides: missing `Provides:' entry: please add.",
        "1:0 missing-keyword: missing `Required-Start:' entry: please add even if empty.",
        "1:0 missing-keyword: missing `Required-Stop:'  entry: please add even if empty.",
        "1:0 missing-keyword: missing `Default-Start:'  entry: please add even if empty.",
        "1:0 missing-keyword: missing `Default-Stop:'   entry: please add even if empty.",
      ],
    });
  });

  test('Provides without a name is complained about, too', () => {
    const text = lsbText('foo', { Provides: '' });
    expect(parse(text)).toMatchObject({
      header: { provides: ['foo'] },
      said: [
        '2:0 incomplete-header: script foo is broken: incomplete LSB comment.',
        "2:0 missing-provides: missing valid name for `Provides:' please add.",
      ],
    });
  });

  test('the markers may stand anywhere in a line', () => {
    const text = lsbText('foo', { 'Default-Start': '2' });
    expect(parse(text.replaceAll('### ', 'x; ### ').replaceAll('INFO', 'INFO # y'))).toMatchObject({
      start: '2',
      said: [],
    });
  });

  test('without an end the header is read to the end of the file, for those who go on', () => {
    const text = lsbText('foo', { Provides: 'bar', 'Default-Start': '2' }).replace(/### END.*/, '');
    expect(parse(text)).toMatchObject({
      header: { kind: 'unterminated', provides: ['bar'] },
      start: '2',
      said: ['2:0 no-end: script foo is broken: missing end of LSB comment.'],
    });
  });

  test('of two headers the first counts', () => {
    const text = lsbText('foo', { 'Default-Start': '2' }) + lsbText('bar', { 'Default-Start': '3' });
    expect(parse(text)).toMatchObject({
      start: '2',
      said: ['10:0 second-header: a second header; only the first one counts'],
    });
  });

  test('no header at all', () => {
    expect(parse('#!/bin/sh\n')).toMatchObject({
      header: { kind: 'none', provides: ['foo'] },
      said: ["0:0 no-header: script 'foo' missing LSB tags"],
    });
  });

  test('a script of OpenRC gets the usual levels and dependencies', () => {
    expect(parse('#!/sbin/openrc-run\n')).toMatchObject({
      header: { kind: 'openrc' },
      requiredStart: '$remote_fs $syslog',
      start: '2 3 4 5',
      stop: '0 1 6',
      said: [],
    });
  });

  test('reserved names are not provided', () => {
    expect(parse(lsbText('foo', { Provides: '$net a #b' }))).toMatchObject({
      header: { provides: ['a'] },
      said: [
        '3:13 reserved-facility: script foo provides system facility $net, skipped!',
        '3:20 reserved-facility: script foo provides facility #b with comment sign, skipped!',
      ],
    });
  });

  test.each(['yes', '1', 'TRUE', 'true x', ''])('X-Interactive: %s is no', (value) => {
    expect(parse(lsbText('foo', { 'X-Interactive': value })).header.isInteractive).toBe(false);
  });

  test('a binary and a megabyte are read like anything else', () => {
    const noise = '\0\u0001\uffff\n'.repeat(250_000);
    const text = `${noise}${lsbText('foo', { 'Default-Start': '2' })}${noise}`;
    expect(parse(text)).toMatchObject({ start: '2', said: [] });
    expect(parse(noise).header.kind).toBe('none');
  });

  test('nothing makes it fail, and what it says is about a line that is there', () => {
    assert(
      property(anyText, string(), (value, garbage) => {
        const text = `${garbage}\n${lsbText('foo', { 'Required-Start': value, 'Default-Start': value })}`;
        const { diagnostics } = parseLsbHeader('foo', 'x', text);
        for (const { line } of diagnostics) expect(line).toBeLessThanOrEqual(text.split('\n').length);
      }),
    );
  });
});

describe('defaultLevels', () => {
  const levels = (start: string, stop: string): string => {
    const text = lsbText('foo', { 'Default-Start': start, 'Default-Stop': stop });
    const { start: starts, stop: stops } = defaultLevels(parseLsbHeader('foo', 'foo', text).header);
    return `${formatLevels(starts)} / ${formatLevels(stops)}`;
  };

  test.each([
    ['2 3', '0 6', '2 3 / 0 6'],
    ['2 3', '3 6', '2 / 3 6'],
    ['S', 'S', ' / '],
    ['', '', ' / '],
  ])('%j and %j give %j', (start, stop, wanted) => expect(levels(start, stop)).toBe(wanted));

  test('a level in both lists is pointed out', () => {
    expect(parse(lsbText('foo', { 'Default-Start': '2 3', 'Default-Stop': '3' })).said).toEqual([
      "7:0 overlapping-levels: Script `foo' has overlapping Default-Start and Default-Stop runlevels (2 3) and (3). This should be fixed.",
    ]);
  });
});
