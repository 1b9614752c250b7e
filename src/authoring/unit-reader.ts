/** Reads the directives of a unit one by one, and keeps account of what was taken and what was lost. */
import type { Diagnostic, Severity } from '../core/diagnostic.ts';
import type { Word } from '../core/shell/shell-quote.ts';
import type { UnitEntry } from '../core/unit/unit-file.ts';
import {
  expandSpecifiers,
  findVariables,
  splitUnitWords,
  type RawWord,
  type Specifiers,
} from '../core/unit/unit-words.ts';
import { lossOf } from './unit-losses.ts';

/** What is cut out of a value before anything else, e.g. the `-` in front of an optional file. */
export interface UnitReader {
  /** Sorted by file and line when the reading is over. */
  readonly diagnostics: readonly Diagnostic[];
  /** The last entry of that key, unless an empty one came after it. */
  readonly last: (section: string, key: string) => UnitEntry | undefined;
  /** All entries of that key behind the last empty one. */
  readonly all: (section: string, ...keys: readonly string[]) => readonly UnitEntry[];
  /** Replaces specifiers in a text; what cannot be replaced is a loss. */
  readonly expand: (entry: UnitEntry, text: string) => string;
  /** Cuts the value into words, quotes resolved, specifiers not yet replaced; none where that fails. */
  readonly split: (entry: UnitEntry, text?: string) => readonly RawWord[];
  /** Words of a command line: specifiers replaced, variables found. */
  readonly word: (entry: UnitEntry, text: string, hasVariables: boolean) => Word;
  readonly say: (entry: UnitEntry, severity: Severity, code: string, message: string, hint: string) => void;
  /** Says about everything that nobody asked for why it is not carried over. */
  readonly reportRest: () => void;
}

/** @param entries Of a unit and its drop-ins. */
export function createUnitReader(entries: readonly UnitEntry[], specifiers: Specifiers): UnitReader {
  const diagnostics: Diagnostic[] = [];
  const asked = new Set<string>();
  const say: UnitReader['say'] = (entry, severity, code, message, hint) => {
    const { file, line, source, key } = entry;
    diagnostics.push({ file, line, column: 0, code, severity, message: `${key}: ${message}`, hint, source });
  };
  const all: UnitReader['all'] = (section, ...keys) => {
    for (const key of keys) asked.add(`${section}.${key}`);
    const found = entries.filter((entry) => entry.section === section && keys.includes(entry.key));
    return found.slice(found.findLastIndex((entry) => entry.value === '') + 1);
  };
  const expand: UnitReader['expand'] = (entry, text) => {
    const expanded = expandSpecifiers(text, specifiers);
    for (const one of expanded.unknown) {
      const message = `${one} is known to the running machine only; it stays as it is`;
      say(entry, 'warning', 'specifier', message, 'write its value into the script');
    }
    return expanded.text;
  };
  return {
    diagnostics,
    all,
    expand,
    say,
    last: (section, key) => all(section, key).at(-1),
    split: (entry, text = entry.value) => {
      const words = splitUnitWords(text);
      if (!('problem' in words)) return words;
      say(entry, 'error', 'quoting', `${words.problem}; the line is left out`, 'correct the unit');
      return [];
    },
    word: (entry, text, hasVariables) => {
      const expanded = expand(entry, text);
      return hasVariables
        ? findVariables(expanded)
        : expanded === ''
          ? []
          : [{ kind: 'text', text: expanded }];
    },
    reportRest: () => {
      for (const entry of entries.filter(({ section, key }) => !asked.has(`${section}.${key}`))) {
        const missing = lossOf(entry.key, entry.value);
        if (missing?.severity === 'warning')
          say(entry, 'warning', 'not-carried', `not carried over, ${missing.why}`, missing.todo);
        if (missing?.severity === 'note')
          say(entry, 'note', 'no-use', 'nothing that a script has a use for', 'nothing has to be done');
      }
    },
  };
}
