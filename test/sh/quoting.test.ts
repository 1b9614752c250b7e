import { array, assert, asyncProperty, constantFrom, oneof, string, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { quoteShell, quoteWord, type Word } from '../../src/core/shell/shell-quote.ts';
import { describeShells, runText } from '../support/shells.ts';

/** Each text tried, with everything that means something to a shell. */
const TEXT = string({
  unit: oneof(
    constantFrom(...Array.from(`'"$\`\\!*?[]{}()<>|&;#~=%+-@^ \t\n\r`)),
    constantFrom('a', 'Z', '0', 'é', '€', '😀', '\u007f', '\u0001'),
  ),
  maxLength: 12,
});
const RUNS = { numRuns: 15 };
const MANY = { minLength: 1, maxLength: 40 };

describeShells('quoting', (shell) => {
  test('a shell reads exactly the text, in any place of a command and as a value', async () => {
    await assert(
      asyncProperty(array(TEXT, MANY), async (texts) => {
        const script = `v=${quoteShell(texts[0] ?? '')}\nprintf '%s\\0' "$v" ${texts.map(quoteShell).join(' ')}`;
        const { stdout, stderr } = await runText(shell, script);
        expect(stderr).toBe('');
        expect(stdout.split('\0')).toEqual([texts[0], ...texts, '']);
      }),
      RUNS,
    );
  });

  test('variables in a word are replaced, and nothing else', async () => {
    await assert(
      asyncProperty(array(tuple(TEXT, TEXT), MANY), TEXT, async (pairs, value) => {
        const words = pairs.map(([before, after]): Word => [
          { kind: 'text', text: before },
          { kind: 'variable', name: 'VALUE', split: false },
          { kind: 'text', text: after },
          { kind: 'variable', name: 'MISSING', split: false },
        ]);
        const script = `set -u\nVALUE=${quoteShell(value)}\nprintf '%s\\0' ${words.map(quoteWord).join(' ')}`;
        const { stdout, stderr } = await runText(shell, script);
        expect(stderr).toBe('');
        expect(stdout.split('\0')).toEqual([...pairs.map(([before, after]) => before + value + after), '']);
      }),
      RUNS,
    );
  });

  test('a word that is a variable is cut at blanks', async () => {
    const word: Word = [{ kind: 'variable', name: 'LIST', split: true }];
    const { stdout } = await runText(shell, `set -f; LIST=' a  * $x '; printf '<%s>' ${quoteWord(word)}`);
    expect(stdout).toBe('<a><*><$x>');
  });
});
