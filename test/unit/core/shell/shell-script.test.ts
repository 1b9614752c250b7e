import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseShell } from '../../../../src/core/shell/shell-parse.ts';
import { readShellScript, resolveText } from '../../../../src/core/shell/shell-script.ts';

/** Names of all commands, in the order in which they stand. */
function namesOf(text: string): readonly string[] {
  return readShellScript(text).commands.map(({ name }) => name);
}

function problemsOf(text: string): readonly string[] {
  return parseShell(text).problems.map(({ message, at }) => `${at}: ${message}`);
}

describe('readShellScript', () => {
  test.each<[what: string, text: string, names: string[]]>([
    ['lines and semicolons', 'a; b & c\nd', ['a', 'b', 'c', 'd']],
    ['quotes', `a 'b; c' "d; e" f\\;g`, ['a']],
    ['comments, but not inside words', 'a # b; c\nd#e f', ['a', 'd#e']],
    ['continued lines', 'a \\\n  b\nc', ['a', 'c']],
    ['here-documents', 'a <<E; b\nc $(d)\nE\ne', ['a', 'b', 'e']],
    ['here-documents with tabs and quotes', "a <<-'E'\n\tb\n\tE\nc", ['a', 'c']],
    ['two here-documents', 'a <<X <<Y\nb\nX\nc\nY\nd', ['a', 'd']],
    ['substitutions', 'a $(b "$(c)") `d`', ['a', 'b', 'c', 'd']],
    ['arithmetic', 'a $((1 + (2 * 3))) b; c', ['a', 'c']],
    ['if', 'if a; then b; elif c; then d; else e; fi; f', ['a', 'b', 'c', 'd', 'e', 'f']],
    [
      'loops',
      'while a; do b; done <f; for x in 1 2; do c; done; until d\ndo e\ndone',
      ['a', 'b', 'c', 'd', 'e'],
    ],
    ['case', 'case "$1" in\n(a|b) c ;;\n# d)\n"e f") g\n;;\n*) h\nesac\ni', ['c', 'g', 'h', 'i']],
    ['groups', '{ a; }; (b; c) >d; ! e', ['a', 'b', 'c', 'e']],
    ['groups in groups', '((a); b) && ((c) | (d))', ['a', 'b', 'c', 'd']],
    ['functions', 'f() { a; }\nfunction g { b; }\nh()\n(\nc\n)', ['a', 'b', 'c']],
    ['words that are reserved elsewhere', 'echo if then fi } done; a', ['echo', 'a']],
    ['assignments', 'A=1 B="$(x)" a; C=2', ['a', 'x', '']],
    ['brackets of bash', '[[ a < b && c ]] && d; (( 1 < 2 )); e', ['[[', 'd', '(( 1 < 2 ))', 'e']],
    ['expansions with quotes', 'a "${b:-"c; d"}" ${e#*\\}} ${f:-$(g)}; h', ['a', 'g', 'h']],
    ['carriage returns', 'a\r\nif b; then\r\nc\r\nfi\r\n', ['a', 'b', 'c']],
  ])('%s', (_, text, names) => {
    expect([namesOf(text), problemsOf(text)]).toEqual([names, []]);
  });

  test('keeps texts, quotes and places of words', () => {
    const text = `a  -x"$HOME/b"'c d'`;
    const [word] = readShellScript(text).commands[0]?.command.words.slice(1) ?? [];
    expect(word).toEqual({
      text: '-x$HOME/bc d',
      isQuoted: true,
      expansions: [{ name: 'HOME', operation: '', isQuoted: true, start: 6, end: 11 }],
      bodies: [],
      start: 3,
      end: 19,
    });
  });

  test('says what surrounds a command', () => {
    const text = 'f() {\n  if a; then b | c; fi\n}\ncase $1 in\nx | y) d || e ;;\nesac\nwhile g; do h; done';
    const seen = readShellScript(text).commands.map(({ name, context }) => ({
      name,
      in: context.inFunction,
      tested: context.isTested,
      conditional: context.isConditional,
      piped: context.pipeline !== undefined,
      loop: context.loop?.keyword,
      patterns: context.patterns,
    }));
    const outside = {
      in: undefined,
      tested: false,
      conditional: false,
      piped: false,
      loop: undefined,
      patterns: [],
    };
    expect(seen).toEqual([
      { ...outside, name: 'a', in: 'f', tested: true },
      { ...outside, name: 'b', in: 'f', conditional: true, piped: true },
      { ...outside, name: 'c', in: 'f', conditional: true, piped: true },
      { ...outside, name: 'd', tested: true, patterns: [['x', 'y']] },
      { ...outside, name: 'e', conditional: true, patterns: [['x', 'y']] },
      { ...outside, name: 'g', tested: true, loop: 'while' },
      { ...outside, name: 'h', loop: 'while' },
    ]);
  });

  test.each<[text: string, problems: string[]]>([
    ['echo "a', ['5: the quote " does not end']],
    ["echo 'a", ["5: the quote ' does not end"]],
    ['a $(b', ['3: the substitution $( does not end']],
    ['a ${b', ['3: the expansion ${ does not end']],
    ['a <<E\nb\n', ['2: the here-document does not end: a line "E" is missing']],
    ['if a; then b', ['0: "if" has no "fi"']],
    ['a\nfi\nb', ['2: "fi" has nothing to end here']],
    [
      'case $1 in\na b) c ;;\nesac',
      ['13: the pattern of a case does not end with )', '0: "case" has no "esac"'],
    ],
  ])('tells where %j cannot be read', (text, problems) => {
    expect(problemsOf(text).slice(0, problems.length)).toEqual(problems);
  });

  const PIECES =
    'if then fi case in esac do done for while { } ( ) (( [[ " \' ` $( ${ $(( \\ ; ;; && || | & <<E E # a= \n';
  const pieces = fc.constantFrom(' ', ...PIECES.split(' '));

  test('reads any text to its end, and places lie inside it', () => {
    const text = fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 40 });
    fc.assert(
      fc.property(text, (parts) => {
        const source = parts.join('');
        const { commands, problems } = readShellScript(source);
        for (const { command } of commands) {
          expect(command.start).toBeGreaterThanOrEqual(0);
          expect(command.end).toBeLessThanOrEqual(source.length);
        }
        for (const { at } of problems) expect(at).toBeLessThanOrEqual(source.length);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('resolveText', () => {
  test.each([
    ['$A', '/run/web.pid'],
    ['${A}x$D', '/run/web.pidx$D'],
    ['$TWICE $COMPUTED $NONE ${A:-x}', '$TWICE $COMPUTED $NONE ${A:-x}'],
    ['$LOOP', '$LOOP'],
  ])('%s', (text, resolved) => {
    const script = readShellScript('B=web; A="/run/$B.pid"; TWICE=1; TWICE=2; COMPUTED=$(x); LOOP=$LOOP');
    expect(resolveText(script, text)).toBe(resolved);
  });
});
