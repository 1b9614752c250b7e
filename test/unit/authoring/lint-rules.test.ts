import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixScript, lintScript, type LintInput } from '../../../src/authoring/lint/lint-script.ts';
import { explainRule, RULES } from '../../../src/authoring/lint/rules.ts';
import { FALSE_ALARMS } from '../../support/lint-false-alarms.ts';
import { FIXTURES, makeScript, type LintFixture } from '../../support/lint-fixtures.ts';

const WORLD = {
  facilities: new Set(['$remote_fs', '$syslog', '$network', '$named']),
  provided: new Set(['web', 'db']),
};

function input(text: string, fixture: Partial<LintFixture> = {}): LintInput {
  const { name = 'web', isExecutable = true } = fixture;
  return { file: name, name, text, isExecutable, isInstalled: true, world: WORLD };
}

function codesOf(text: string): readonly string[] {
  return lintScript(input(text)).findings.map(({ code }) => code);
}

/** Takes the marks out and says where they were. */
function readMarked(marked: string) {
  const before = marked.slice(0, marked.indexOf('⟦')).split('\n');
  const inside = marked.slice(marked.indexOf('⟦') + 1, marked.indexOf('⟧'));
  return {
    text: marked.replace(/[⟦⟧]/g, ''),
    place: { line: before.length, column: (before.at(-1) ?? '').length + 1, width: inside.length },
  };
}

describe('lintScript', () => {
  test('has nothing to say about a script that is right', () => {
    expect(lintScript(input(makeScript())).findings).toEqual([]);
  });

  test.each(FIXTURES)('$code is found where it is, and only there', (fixture) => {
    const { text, place } = readMarked(fixture.wrong);
    const found = lintScript(input(text, fixture)).findings.filter(({ code }) => code === fixture.code);
    expect(found.map(({ line, column, width }) => ({ line, column, width }))).toContainEqual(place);
    const rightName = fixture.name === undefined ? {} : { name: 'web' };
    const right = lintScript(input(fixture.right, rightName)).findings;
    expect(right.filter(({ code }) => code === fixture.code)).toEqual([]);
  });

  test.each(FALSE_ALARMS)('has no quarrel with %s (%s)', (_, code, text) => {
    expect(codesOf(text)).not.toContain(code);
  });

  test('has a fixture for every rule', () => {
    expect([...new Set(FIXTURES.map(({ code }) => code))].sort()).toEqual(
      RULES.map(({ code }) => code).sort(),
    );
  });

  test.each([
    ['above the line', '# rcinit-lint disable=RC307\ncd data\ncd data\n', ['RC307']],
    ['at its end', 'cd data # rcinit-lint disable=RC307\ncd data\n', ['RC307']],
    [
      'for a command of several lines',
      '# rcinit-lint disable=RC307\n# why\necho \\\n  x; cd data\ncd data\n',
      ['RC307'],
    ],
    ['with blanks', '# rcinit-lint disable = RC308 , RC307\ncd data\ncd data\n', ['RC307']],
    ['of another rule', '# rcinit-lint disable=RC308\ncd data\n', ['RC307']],
  ])('a comment switches a rule off: %s', (_, top, codes) => {
    expect(codesOf(makeScript({ top: `. /lib/lsb/init-functions\n${top}` }))).toEqual(codes);
  });

  test('a comment above the first command switches a rule off for the file', () => {
    const shebang = '#!/bin/sh\n# rcinit-lint disable=RC307,RC112\n';
    expect(codesOf(makeScript({ shebang, top: '. /lib/lsb/init-functions\ncd data\n' }))).toEqual([]);
  });

  test('leaves scripts in other languages alone, but for their header', () => {
    const text = makeScript({ shebang: '#!/usr/bin/perl\n', header: '' });
    expect(codesOf(text)).toEqual(['RC101']);
  });

  test('says so where a script is too deep to be read', () => {
    expect(codesOf(`${makeScript()}${'( '.repeat(20_000)}`)).toEqual(['RC302']);
  });

  test('says nothing about actions that another program may have', () => {
    expect(codesOf(makeScript({ fallback: '*) exec webctl "$@" ;;\n', tail: '' }))).toEqual([]);
  });
});

describe('fixScript', () => {
  const FIXABLE = FIXTURES.filter(({ code }) => RULES.find((rule) => rule.code === code)?.isFixable === true);

  test.each(FIXABLE)('$code is put right, once and for all', (fixture) => {
    const { text } = readMarked(fixture.wrong);
    const once = fixScript(input(text, fixture));
    const left = lintScript(input(once.text, fixture)).findings.filter(({ edits }) => edits.length > 0);
    expect(left).toEqual([]);
    expect(fixScript(input(once.text, fixture))).toEqual({ text: once.text, fixed: 0 });
  });

  test('changes the header and nothing else', () => {
    const header =
      '### BEGIN INIT INFO\n# Provides: web\n# Requierd-Start: a,\tb\n# Default-Start: 2-4\n### END INIT INFO\n';
    const text = makeScript({ header });
    const fixed =
      '### BEGIN INIT INFO\n# Provides: web\n# Required-Start: a b\n# Default-Start: 2 3 4\n# Required-Stop:\n# Default-Stop:\n### END INIT INFO\n';
    expect(fixScript(input(text)).text).toBe(makeScript({ header: fixed }));
  });

  const LINES = [
    ...'#!/bin/sh|### BEGIN INIT INFO|### END INIT INFO|# Provides: web|# Requierd-Start: a\t b|# Default-Start : 2-5 S'.split(
      '|',
    ),
    ...' # Default-Stop: 016|# Description: x|# y|#  z|# Required-Stop: a,, b\r|x=1|# Short-Descripton: é|#'.split(
      '|',
    ),
  ];

  test('comes to an end with any header, and does nothing the second time', () => {
    const text = fc.array(fc.oneof(fc.constantFrom(...LINES), fc.string({ maxLength: 12 })), {
      maxLength: 25,
    });
    fc.assert(
      fc.property(text, (lines) => {
        const once = fixScript(input(lines.join('\n')));
        expect(fixScript(input(once.text))).toEqual({ text: once.text, fixed: 0 });
        const lost = lines.join('').match(/[0-9a-z]/gi)?.length ?? 0;
        expect(once.text.match(/[0-9a-z]/gi)?.length ?? 0).toBeGreaterThanOrEqual(lost - 2 * lines.length);
      }),
      { numRuns: 1_000 },
    );
  });

  test('leaves a right script as it is', () => {
    expect(fixScript(input(makeScript()))).toEqual({ text: makeScript(), fixed: 0 });
  });
});

describe('docs/lint.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/lint.md'), 'utf8');

  test('has a section for every rule, in the words of --explain', () => {
    const sections = page.split(/^(?=##)/m).filter((section) => section.startsWith('### RC'));
    expect(sections.map((section) => section.trimEnd())).toEqual(
      RULES.map((rule) => explainRule(rule).trimEnd()),
    );
  });
});
