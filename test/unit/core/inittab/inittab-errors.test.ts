import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../../src/core/diagnostic.ts';
import { inittabLogLine, parseInittab } from '../../../../src/core/inittab/inittab.ts';

const path = '/etc/inittab';
const DEFAULT = 'id:2:initdefault:\nok:2:once:x\n';

function diagnose(text: string, ...tabs: string[]): readonly Diagnostic[] {
  const files = [text, ...tabs].map((one, index) => ({
    path: index === 0 ? path : `/etc/inittab.d/${index}.tab`,
    text: one,
  }));
  return parseInittab(files).diagnostics;
}

/** `severity code line:column+width` of everything about the line after a good beginning. */
function about(line: string): string[] {
  return diagnose(DEFAULT + line).map(
    (one) => `${one.severity} ${one.code} ${one.line}:${one.column}+${one.width ?? 1}`,
  );
}

describe('a bad line is reported in the original words, the last failing check wins', () => {
  test.each([
    [':2:once:x', 'missing id field', '1+1'],
    ['id', 'missing action field', '3+1'],
    ['x:2', 'missing action field', '4+1'],
    ['x:2:', 'missing action field', '5+1'],
    ['x:2::cmd', 'missing action field', '5+1'],
    ['::::', 'missing action field', '3+1'],
    ['x:2:once', 'missing process field', '9+1'],
    [':2:once', 'missing process field', '8+1'],
    ['abcde:2:once:x', 'id field too long (max 4 characters)', '1+5'],
    ['abcde', 'id field too long (max 4 characters)', '1+5'],
    ['äöü:2:once:x', 'id field too long (max 4 characters)', '1+3'],
    ['x€€:2:once:x', 'id field too long (max 4 characters)', '1+3'],
    ['\u{1F600}x:2:once:x', 'id field too long (max 4 characters)', '1+3'],
    ['x:0123456789SA:once:x', 'rlevel field too long (max 11 characters)', '3+12'],
    ['abcde:0123456789SA:once:x', 'rlevel field too long (max 11 characters)', '7+12'],
    [`x:2:${'o'.repeat(33)}:x`, 'action field too long', '5+33'],
    [`abcde:2:${'o'.repeat(33)}`, 'action field too long', '9+33'],
    ['x:2:start:x', 'start: unknown action field', '5+5'],
    ['x:2: once:x', ' once: unknown action field', '5+5'],
    ['  x:2:o\u001b[2J:x', 'o?[2J: unknown action field', '7+5'],
    ['ok:2:once:y', 'duplicate ID field "ok"', '1+2'],
    ['x:2:once:a\0b', 'line contains a NUL byte', '11+1'],
  ])('%j: %s', (line, message, place) => {
    const [one, ...more] = diagnose(DEFAULT + line);
    expect(more).toEqual([]);
    expect(one && inittabLogLine(one)).toBe(`/etc/inittab[3]: ${message}`);
    expect(`${one?.column}+${one?.width}`).toBe(place);
    expect(one).toMatchObject({
      severity: 'error',
      file: path,
      source: line,
      hint: expect.stringMatching(/./),
    });
  });

  test.each([
    'äö:2:once:x',
    '\u{1F600}:2:once:x',
    '\u{10000}:2:once:x',
    '1234:0123456789S:once:x',
    'a#b:2:once:x:y:z',
    ' \tx:2:ONCE:x',
  ])('%j is within the limits', (line) => expect(diagnose(DEFAULT + line)).toEqual([]));

  test.each([`x:2:once:${'w '.repeat(20)}`, `x:2:once:${'y'.repeat(100_000)}`, `#${'c'.repeat(5000)}`])(
    'no length and no number of words is too much',
    (line) => expect(diagnose(DEFAULT + line)).toEqual([]),
  );
});

describe('the hint of an unknown action', () => {
  test.each([
    ['respwan', 'did you mean "respawn"?'],
    ['RESPAWNS', 'did you mean "respawn"?'],
    ['one', 'did you mean "once"?'],
    ['wiat', 'did you mean "wait"?'],
    ['ctrlaltdell', 'did you mean "ctrlaltdel"?'],
    [' once', 'remove the blanks around the action'],
    ['once\t', 'remove the blanks around the action'],
    [' respwan', 'did you mean "respawn"?'],
    [
      'x',
      'actions are initdefault, sysinit, boot, bootwait, wait, once, respawn, ondemand, powerwait, powerfail, powerfailnow, powerokwait, ctrlaltdel, kbrequest, off',
    ],
  ])('%j: %s', (action, hint) => {
    expect(diagnose(`${DEFAULT}x:2:${action}:x`)[0]?.hint).toBe(hint);
  });
});

describe('a line that is right by the letter and odd gives a warning', () => {
  test.each([
    ['x:2x:once:x', 'unknown-level 3:4+1', 'there is no run level "x"'],
    ['x: 2:once:x', 'unknown-level 3:3+1', 'there is no run level " "'],
    ['x:\u0001:once:x', 'unknown-level 3:3+1', 'there is no run level "?", this entry never runs'],
    ['x:\u{1F600}:once:x', 'unknown-level 3:3+2', 'there is no run level "\u{1F600}", this entry never runs'],
    ['x:#:once:x', 'unknown-level 3:3+1', '"#" is the name of a phase of the boot, not of a run level'],
    ['x:2*:once:x', 'unknown-level 3:4+1', '"*" is the name of a phase of the boot, not of a run level'],
    ['x:2:once:', 'empty-process 3:10+1', 'empty process field, there is nothing to run'],
    ['x:2:once:+@ ', 'empty-process 3:10+1', 'empty process field, there is nothing to run'],
    ['x:2:once: +y', 'late-prefix 3:11+1', '"+" after a blank is part of the command, not a prefix'],
    ['x:2:once: \t@y', 'late-prefix 3:12+1', '"@" after a blank is part of the command, not a prefix'],
    ['x:2:once:@+y', 'swapped-prefix 3:10+2', '"+" after "@" is part of the command, not a prefix'],
    ['x:2:once:+@+y', 'swapped-prefix 3:11+2', '"+" after "@" is part of the command, not a prefix'],
    ['x:2:once:y \\', 'trailing-backslash 3:12+1', 'a backslash at the end does not continue the line'],
    [
      'x:2:once:y caf\uFFFD',
      'not-utf8 3:15+1',
      'these bytes are no UTF-8, the command gets others instead of them',
    ],
    [
      'x:3:initdefault:',
      'second-initdefault 3:1+1',
      'a second initdefault line is ignored, the first counts',
    ],
  ])('%j: %s', (line, place, message) => {
    expect(about(line)).toEqual([`warning ${place}`]);
    expect(diagnose(DEFAULT + line)[0]?.message).toBe(message);
  });

  test.each(['x:x:sysinit:y', 'x:x:boot:y', 'x:2:off:', 'x:#x:bootwait:y', 'x:2:once: y+@'])(
    '%j gives none',
    (line) => expect(about(line)).toEqual([]),
  );

  test('several things are said about one line', () => {
    expect(about('x:2x:once:\\')).toEqual([
      'warning unknown-level 3:4+1',
      'warning trailing-backslash 3:11+1',
    ]);
  });
});

describe('about the default level', () => {
  const all = 'ok:0123456789S:once:x\n';
  test.each([
    ['id:X:initdefault:', "error invalid-initdefault Initdefault level 'X' is invalid"],
    ['id:5a:initdefault:', "error invalid-initdefault Initdefault level 'A' is invalid"],
    ['id:#:initdefault:', "error invalid-initdefault Initdefault level '#' is invalid"],
    ['id:\u007f:initdefault:', "error invalid-initdefault Initdefault level '?' is invalid"],
    [
      'id:253:initdefault:',
      'warning several-initdefault-levels several levels in initdefault, the highest counts: 5',
    ],
    ['id::initdefault:', 'warning empty-initdefault an initdefault without a level means 9'],
    [
      'id:0:initdefault:',
      'warning stopping-initdefault the default run level 0 halts the machine as soon as it is up',
    ],
    [
      'id:6:initdefault:',
      'warning stopping-initdefault the default run level 6 reboots the machine as soon as it is up',
    ],
    ['#', 'warning no-initdefault no initdefault line, the run level is asked for on the console'],
  ])('%j: %s', (line, expected) => {
    const found = diagnose(`${all}${line}\n`);
    expect(found.map((one) => `${one.severity} ${one.code} ${one.message}`)).toEqual([expected]);
  });

  test.each(['wait', 'once', 'respawn', 'ondemand'])(
    'an entry with %s gives the level something to do',
    (action) => {
      expect(diagnose(`id:4:initdefault:\nok:4:${action}:x`)).toEqual([]);
    },
  );

  test.each(['ok:3:once:x', 'ok:4:off:x', 'ok:4:ctrlaltdel:x', 'ok:4:boot:x'])('%j does not', (line) => {
    expect(diagnose(`id:4:initdefault:\n${line}`)).toEqual([
      {
        file: path,
        line: 1,
        column: 4,
        width: 1,
        code: 'unused-initdefault',
        severity: 'warning',
        message: 'nothing is started in the default run level 4',
        hint: 'add an entry like l4:4:wait:/etc/init.d/rc 4, or name another level',
        source: 'id:4:initdefault:',
      },
    ]);
  });

  test('S always has the implied entry', () => expect(diagnose('id:s:initdefault:')).toEqual([]));

  test('is reported where the line stands, in a .tab file', () => {
    const [one] = diagnose('ok:2:once:x', '# first\nid:7:initdefault:');
    expect(one && inittabLogLine(one)).toBe(
      '/etc/inittab.d/1.tab[2]: nothing is started in the default run level 7',
    );
  });

  test('inittabLogLine gives an invalid one without file and line, as the original', () => {
    expect(diagnose('id:X:initdefault:').map(inittabLogLine)).toEqual(["Initdefault level 'X' is invalid"]);
  });
});

describe('line ends and files', () => {
  test('CRLF is warned of once in each file', () => {
    const found = diagnose('# x\r\nid:2:initdefault:\r\nok:2:once:x\r\n', 'a:2:once:x\nb:2:once:x\r\n');
    expect(found.map((one) => `${one.file}:${one.line}:${one.column} ${one.code}`)).toEqual([
      '/etc/inittab:1:4 carriage-return',
      '/etc/inittab.d/1.tab:2:11 carriage-return',
    ]);
  });

  test('each file has its own line numbers', () => {
    const found = diagnose(`${DEFAULT}x`, '\n\n:2:once:x');
    expect(found.map(inittabLogLine)).toEqual([
      '/etc/inittab[3]: missing action field',
      '/etc/inittab.d/1.tab[3]: missing id field',
    ]);
  });

  test.each([
    ['ENOENT', 'No inittab file found'],
    ['EACCES', '/etc/inittab: cannot read: permission denied'],
    ['EISDIR', '/etc/inittab: cannot read: is a directory'],
    ['EINVAL', '/etc/inittab: cannot read: not a regular file'],
    ['EFBIG', '/etc/inittab: cannot read: larger than 16 MiB, the rest is not read'],
    ['ELOOP', '/etc/inittab: cannot read: too many levels of symbolic links'],
    ['ENOTDIR', '/etc/inittab: cannot read: not a directory'],
    ['EIO', '/etc/inittab: cannot read: EIO'],
  ])('an inittab with %s: %s', (error, line) => {
    const { diagnostics, table } = parseInittab([{ path, text: '', error }]);
    expect(diagnostics.map(inittabLogLine)).toEqual([line]);
    expect(diagnostics[0]?.severity).toBe('error');
    expect(table.entries.map((entry) => entry.id)).toEqual(['~~']);
  });

  test('no files at all are a missing inittab', () => {
    expect(parseInittab([]).diagnostics.map(inittabLogLine)).toEqual(['No inittab file found']);
  });

  test('a .tab file that is gone has a text of its own, and the rest is used', () => {
    const { diagnostics, table } = parseInittab([
      { path, text: DEFAULT },
      { path: '/etc/inittab.d/a.tab', text: '', error: 'ENOENT' },
      { path: '/etc/inittab.d/b.tab', text: 'b:2:once:x' },
    ]);
    expect(diagnostics.map(inittabLogLine)).toEqual(['/etc/inittab.d/a.tab: cannot read: no such file']);
    expect(table.entries.map((entry) => entry.id)).toEqual(['ok', '~~', 'b']);
  });

  test('what was read of a file over the limit is used', () => {
    const { table } = parseInittab([{ path, text: DEFAULT, error: 'EFBIG' }]);
    expect(table.entries.map((entry) => entry.id)).toEqual(['ok', '~~']);
  });
});

describe('a flood is cut', () => {
  test('after 100 errors and 100 warnings of a file, with the number of the others', () => {
    const text = `${DEFAULT}${'bad\n'.repeat(150)}${'x:2x:once:y\n~~:x:once:y\n'.repeat(101)}`;
    const found = diagnose(text, 'bad');
    const count = (severity: string) => found.filter((one) => one.severity === severity).length;
    expect([count('error'), count('warning')]).toEqual([101, 100]);
    expect(found.slice(-3).map(inittabLogLine)).toEqual([
      '/etc/inittab: 150 more errors, not shown',
      '/etc/inittab: 2 more warnings, not shown',
      '/etc/inittab.d/1.tab[1]: missing action field',
    ]);
  });

  test('of 10 MB, wrong on every line', () => {
    const found = diagnose('x\n'.repeat(5 * 1024 * 1024));
    expect(found).toHaveLength(102);
    expect(found.at(-1)?.message).toBe('5242780 more errors, not shown');
  });

  test('but what is wrong with the default level is always told', () => {
    const found = diagnose(`${'bad\n'.repeat(200)}id:X:initdefault:`);
    expect(found.slice(-2).map(inittabLogLine)).toEqual([
      "Initdefault level 'X' is invalid",
      '/etc/inittab: 100 more errors, not shown',
    ]);
  });

  test('a line of 10 MB is kept short in the diagnostic', () => {
    const [one] = diagnose(`${DEFAULT}x:2:${'y'.repeat(10 * 1024 * 1024)}:`);
    expect(one?.message).toBe('action field too long');
    expect(one?.source).toHaveLength(1000);
  });
});
