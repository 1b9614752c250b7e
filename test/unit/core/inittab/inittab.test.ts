import { describe, expect, test } from 'vitest';
import type { Inittab } from '../../../../src/core/inittab/inittab-entry.ts';
import { parseInittab } from '../../../../src/core/inittab/inittab.ts';

const path = '/etc/inittab';

function parse(text: string, ...tabs: string[]): Inittab {
  const files = [text, ...tabs].map((one, index) => ({
    path: index === 0 ? path : `/etc/inittab.d/${index}.tab`,
    text: one,
  }));
  return parseInittab(files).table;
}

/** `id levels` in table order. */
function order(...texts: [string, ...string[]]): string[] {
  return parse(...texts).entries.map((entry) => `${entry.id} ${entry.levels}`);
}

describe('an entry', () => {
  test('carries everything that stands in its line', () => {
    expect(parse('# table\n\n  1:23:respawn:/sbin/getty 38400 tty1').entries[0]).toEqual({
      id: '1',
      levels: '23',
      action: 'respawn',
      command: '/sbin/getty 38400 tty1',
      records: true,
      shell: 'auto',
      file: path,
      line: 3,
    });
  });

  test.each([
    ['cmd a:b:c', 'cmd a:b:c', true, 'auto'],
    ['+cmd', 'cmd', false, 'auto'],
    ['@$at "x', '$at "x', true, 'never'],
    ['+@cmd', 'cmd', false, 'never'],
    ['@+cmd', '+cmd', true, 'never'],
    ['++cmd', '+cmd', false, 'auto'],
    ['@@cmd', '@cmd', true, 'never'],
    [' +cmd', ' +cmd', true, 'auto'],
    ['', '', true, 'auto'],
    ['a \\', 'a \\', true, 'auto'],
    ['cmd\r', 'cmd', true, 'auto'],
    ['a\rb\r\r', 'a\rb\r', true, 'auto'],
  ])('with the process %j runs %j', (process, command, records, shell) => {
    expect(parse(`x:2:once:${process}`).entries[0]).toMatchObject({ command, records, shell });
  });
});

describe('the level field', () => {
  test.each([
    ['wait', '', '0123456789'],
    ['once', '', '0123456789'],
    ['respawn', '', '0123456789'],
    ['ondemand', '', '0123456789'],
    ['kbrequest', '', '0123456789'],
    ['off', '', '0123456789'],
    ['powerwait', '', 'S0123456789'],
    ['powerfail', '', 'S0123456789'],
    ['powerokwait', '', 'S0123456789'],
    ['powerfailnow', '', 'S0123456789'],
    ['ctrlaltdel', '', 'S0123456789'],
    ['ctrlaltdel', '12', '12'],
    ['sysinit', '', '#'],
    ['sysinit', '2', '#'],
    ['boot', '', '*'],
    ['boot', '2', '*'],
    ['bootwait', 'S', '*'],
    ['once', '2x!', '2x!'],
    ['once', 's', 'S'],
    ['once', '1sabcABC', '1SABCABC'],
    ['Respawn', '5', '5'],
    ['SYSINIT', '', '#'],
  ])('of %s %j is %s', (action, field, levels) => {
    expect(parse(`x:${field}:${action}:y`).entries[0]).toMatchObject({
      levels,
      action: action.toLowerCase(),
    });
  });
});

describe('the order of the table', () => {
  test('puts the power group in front, in its own order, also that of .tab files', () => {
    const text =
      'a:2:once:x\npf::powerfail:x\nb:2:wait:x\nca:2:ctrlaltdel:x\nkb::kbrequest:x\npo:2:powerokwait:x';
    expect(order(text, 'pn:2:powerfailnow:x\nc:2:once:x')).toEqual([
      'pf S0123456789',
      'ca 2',
      'po 2',
      'pn 2',
      'a 2',
      'b 2',
      'kb 0123456789',
      '~~ S',
      'c 2',
    ]);
  });

  test('of two lines with one id the first wins, over all files and actions, ~~ excepted', () => {
    const text =
      'id:2:initdefault:\na:2:once:first\na:3:once:second\n~~:S:wait:x\n~~:S:wait:y\nid:2:once:x\nb:2:off:';
    expect(order(text, 'a:4:once:x\nb:5:once:x\nc:6:once:x')).toEqual(['a 2', '~~ S', '~~ S', 'b 2', 'c 6']);
  });

  test('a line that is wrong takes no id', () => {
    expect(order('a:2:nonsense:x\na:3:once:y\n~~:S:wait:x')).toEqual(['a 3', '~~ S']);
  });
});

describe('the implied single-user entry', () => {
  test('stands at the end of the inittab, before the .tab files', () => {
    expect(order('a:2:once:x', 'b:S:once:x')).toEqual(['a 2', '~~ S', 'b S']);
    expect(parse('').entries).toEqual([
      {
        id: '~~',
        levels: 'S',
        action: 'wait',
        command: '/sbin/sulogin',
        records: true,
        shell: 'auto',
        file: path,
        line: 0,
      },
    ]);
  });

  test.each(['x:S:once:y', 'x:s:once:y', 'x:12S:respawn:y', '~~:S:wait:/sbin/sulogin --force', 'x:S:off:y'])(
    'is not needed with %j',
    (line) => expect(parse(line).entries).toHaveLength(1),
  );

  test.each([
    'ca::ctrlaltdel:y',
    'pf:S:powerfail:y',
    'id:S:initdefault:',
    'x:2:once:y',
    'x:S:boot:y',
    'x:S:sysinit:y',
  ])('is there beside %j', (line) =>
    expect(parse(line).entries.at(-1)).toMatchObject({ id: '~~', levels: 'S' }),
  );
});

describe('the default level', () => {
  test.each([
    ['2', '2'],
    ['0', '0'],
    ['6', '6'],
    ['9', '9'],
    ['253', '5'],
    ['S', 'S'],
    ['s', 'S'],
    ['5S3', 'S'],
    ['5s3', 'S'],
    ['2 ', '2'],
    ['', '9'],
    ['X', undefined],
    ['2a', undefined],
    ['\u{1F600}', undefined],
  ])('of %j is %s', (field, level) => {
    const { defaultLevel, entries } = parse(`id:${field}:initdefault:ignored\nx:S:once:y`);
    expect(defaultLevel).toBe(level);
    expect(entries.map((entry) => entry.id)).toEqual(['x']);
  });

  test('the first line counts, even an invalid one', () => {
    expect(parse('a:3:initdefault:\nb:5:initdefault:', 'c:4:initdefault:').defaultLevel).toBe('3');
    expect(parse('a:X:initdefault:\nb:5:initdefault:').defaultLevel).toBeUndefined();
  });

  test('may come from a .tab file; without a line there is none', () => {
    expect(parse('', 'a:3:INITDEFAULT:').defaultLevel).toBe('3');
    expect(parse('x:2:once:y').defaultLevel).toBeUndefined();
  });
});

describe('lines and files', () => {
  test('comments, blank lines and a missing last newline do no harm', () => {
    expect(order('# c\n  # c\n\n \t \n#\n\r\nx:S:once:y')).toEqual(['x S']);
  });

  test('a backslash does not continue a line', () => {
    expect(parse('x:S:once:a \\\nb:2:once:c').entries.map((entry) => entry.command)).toEqual(['a \\', 'c']);
  });

  test('a byte order mark is no part of the first id', () => {
    expect(order('\uFEFFid:S:once:y')).toEqual(['id S']);
  });

  test('CRLF makes no difference', () => {
    const text = 'id:2:initdefault:\nx:S2:once:a b\n~~:S:wait:c\n';
    expect(parse(text.replaceAll('\n', '\r\n'))).toEqual(parse(text));
  });

  test('every line of a .tab file counts, with its own file and line', () => {
    const { entries } = parse('a:S:once:x', '# only\nb:2:once:x\n\nc:2:once:x');
    expect(entries.map(({ id, file, line }) => `${id} ${file}:${line}`)).toEqual([
      'a /etc/inittab:1',
      'b /etc/inittab.d/1.tab:2',
      'c /etc/inittab.d/1.tab:4',
    ]);
  });

  test('binary rubbish leaves the good lines', () => {
    expect(order('\u0000\u0001\nELF\u007f:\nx:S:once:y\n\uFFFD\uFFFD\u0000')).toEqual(['x S']);
  });
});
