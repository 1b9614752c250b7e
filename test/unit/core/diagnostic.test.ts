import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDiagnostic, type Diagnostic } from '../../../src/core/diagnostic.ts';

const BASE: Diagnostic = {
  file: '/etc/inittab',
  line: 3,
  column: 5,
  code: 'unknown-action',
  severity: 'error',
  message: 'respwan: unknown action field',
};

test.each<[what: string, change: Partial<Diagnostic>, text: string]>([
  ['a place without its line', {}, '/etc/inittab:3:5: error: respwan: unknown action field'],
  ['a whole line', { column: 0 }, '/etc/inittab:3: error: respwan: unknown action field'],
  ['a whole file', { line: 0, column: 0 }, '/etc/inittab: error: respwan: unknown action field'],
  [
    'a warning with a hint',
    { severity: 'warning', hint: 'did you mean "respawn"?' },
    '/etc/inittab:3:5: warning: respwan: unknown action field\n  hint: did you mean "respawn"?',
  ],
  [
    'a line with one caret',
    { source: 'x:2:respwan:y' },
    '/etc/inittab:3:5: error: respwan: unknown action field\n  x:2:respwan:y\n      ^',
  ],
  [
    'a line with a wide caret and a hint',
    { source: 'x:2:respwan:y', width: 7, hint: 'fix it' },
    '/etc/inittab:3:5: error: respwan: unknown action field\n  x:2:respwan:y\n      ^^^^^^^\n  hint: fix it',
  ],
  [
    'an empty place with one caret all the same',
    { source: 'x:2::y', width: 0 },
    '/etc/inittab:3:5: error: respwan: unknown action field\n  x:2::y\n      ^',
  ],
  [
    'a line without a caret where all of it is meant',
    { source: 'x', column: 0 },
    '/etc/inittab:3: error: respwan: unknown action field\n  x',
  ],
  [
    'no line where the file is meant',
    { line: 0, column: 0, source: 'x' },
    '/etc/inittab: error: respwan: unknown action field',
  ],
  [
    'tabs as blanks and control characters as ?',
    { source: '\tx\u001b[2J\u0000\u007f\u0085\r', column: 2 },
    '/etc/inittab:3:2: error: respwan: unknown action field\n   x?[2J????\n   ^',
  ],
])('formatDiagnostic shows %s', (_, change, text) => {
  expect(formatDiagnostic({ ...BASE, ...change })).toBe(text);
});

test('formatDiagnostic shows at most 100 columns, those around the caret', () => {
  const source = `${'-'.repeat(200)}X${'-'.repeat(200)}`;
  const [, shown, caret] = formatDiagnostic({ ...BASE, column: 201, source }).split('\n');
  expect(shown).toBe(`  …${'-'.repeat(19)}X${'-'.repeat(80)}`);
  expect(caret).toBe(`${' '.repeat(22)}^`);
});

test('formatDiagnostic puts the caret below the character that is meant', () => {
  const input = fc
    .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 400 })
    .chain((source) => fc.tuple(fc.constant(source), fc.integer({ min: 1, max: source.length })));
  fc.assert(
    fc.property(input, ([source, column]) => {
      const [, shown = '', caret = ''] = formatDiagnostic({ ...BASE, column, source }).split('\n');
      expect(caret).toMatch(/^ +\^$/);
      expect(shown[caret.length - 1]).toBe(source[column - 1]);
    }),
  );
});
