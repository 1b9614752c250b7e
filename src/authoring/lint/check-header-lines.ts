/** Rules about single lines of an LSB header that its reader passes over without a word. */
import { findKeyword, LSB_LISTS, type LsbKeyword } from '../../core/lsb/lsb-keywords.ts';
import { nearestWord } from '../../core/nearest-word.ts';
import type { LintEdit, LintSubject, Remark } from './rule.ts';
import { lineStart, type TextPlaces } from './text-places.ts';

const KEYWORDS: readonly LsbKeyword[] = [
  ...LSB_LISTS,
  'Default-Start',
  'Default-Stop',
  'X-Interactive',
  'Short-Description',
  'Description',
];
const KEYWORD_LINE = /^#[ \t]?([A-Za-z][A-Za-z0-9_-]*)[ \t]*:/;
const INDENTED = /^#(?:\t| {2,})[ \t]*\S/;
/** `Required Start:` */
const SPLIT_KEYWORD =
  /^#[ \t]?([A-Za-z]+(?:-[A-Za-z]+)?)[ \t]+(start|stop|description|interactive|before|after)[ \t]*:/i;
/** What goes on a list for certain: prose has no names of facilities. */
const NAMES = /^(?:[$+]*[A-Za-z0-9][A-Za-z0-9_.-]*[ \t,]*)+$/;

interface Line {
  readonly source: string;
  readonly number: number;
  /** The keyword it belongs to, if it is the continuation of one. */
  readonly keyword: LsbKeyword | undefined;
  /** The line before, as it is. */
  readonly previous: string;
}

/** @param places Of a text with a complete header. */
export function checkHeaderLines({ text, name }: LintSubject, places: TextPlaces): readonly Remark[] {
  const first = places.lines.findIndex((line) => line.includes('### BEGIN INIT INFO')) + 1;
  const last = places.lines.findIndex((line, index) => index >= first && line.includes('### END INIT INFO'));
  const remarks: Remark[] = [];
  const found = new Set<LsbKeyword>();
  let current: LsbKeyword | undefined;
  for (let index = first; index < last; index++) {
    const source = (places.lines[index] ?? '').trimEnd();
    const word = KEYWORD_LINE.exec(source)?.[1] ?? '';
    const keyword = findKeyword(word);
    const line = { source, number: index + 1, keyword: current, previous: places.lines[index - 1] ?? '' };
    if (keyword !== undefined) {
      found.add(keyword);
      current = keyword;
    } else if (findAnyKeyword(source) === undefined) remarks.push(...strangeLine(line, word, places));
  }
  return [...remarks, ...missingWords(text, name, found)];
}

/** Keywords that the reader knows with more blanks before them, too. */
function findAnyKeyword(source: string): LsbKeyword | undefined {
  return findKeyword(/^[ \t]*#[ \t]*([A-Za-z][A-Za-z0-9_-]*)[ \t]*:/.exec(source)?.[1] ?? '');
}

function strangeLine(line: Line, word: string, places: TextPlaces): readonly Remark[] {
  const { source, number, keyword } = line;
  const from = lineStart(places, number);
  if (/^\s*#*\s*$/.test(source)) return [];
  const [, start = '', end = ''] = SPLIT_KEYWORD.exec(source) ?? [];
  const meant = findKeyword(`${start}-${end}`);
  if (meant !== undefined)
    return misspelt(source.slice(source.indexOf(start), source.indexOf(':')).trimEnd(), meant, source, from);
  if (!INDENTED.test(source) && word !== '' && !/^x-/i.test(word))
    return unknownKeyword(word, source, from, keyword);
  const near = /^x-/i.test(word) ? nearestWord(word, KEYWORDS) : undefined;
  if (near !== undefined) return misspelt(word, near, source, from);
  if (/^x-/i.test(word)) return [];
  return lostLine(line, from);
}

function unknownKeyword(
  word: string,
  source: string,
  from: number,
  current: LsbKeyword | undefined,
): readonly Remark[] {
  const near =
    nearestWord(word, KEYWORDS) ??
    nearestWord(
      word.toLowerCase(),
      KEYWORDS.map((one) => one.toLowerCase()),
    );
  const keyword = near === undefined ? undefined : findKeyword(near);
  if (keyword !== undefined) return misspelt(word, keyword, source, from);
  if (current === 'Description') return [];
  const start = from + source.indexOf(word);
  const message = `${word} is no keyword of an LSB header and is passed over`;
  return [
    {
      code: 'RC122',
      start,
      end: start + word.length,
      message,
      hint: `write "# X-${word}:", or move it out of the header`,
    },
  ];
}

function misspelt(word: string, keyword: LsbKeyword, source: string, from: number): readonly Remark[] {
  const start = from + source.indexOf(word);
  const end = start + word.length;
  const message = `${word} is no keyword, so this line does not count`;
  return [
    {
      code: 'RC104',
      start,
      end,
      message,
      hint: `did you mean ${keyword}?`,
      edits: [{ start, end, text: keyword }],
    },
  ];
}

/** A line that its author took for the continuation of the one before. */
function lostLine(line: Line, from: number): readonly Remark[] {
  const { source, keyword } = line;
  if (keyword === 'Description' && INDENTED.test(source)) return [];
  const start = from + Math.max(0, source.search(/[^#\s]/));
  const end = from + source.length;
  if (keyword === 'Description' && /^#[ \t]?[^#\s]/.test(source)) {
    const message = 'the line does not belong to the Description: two blanks are missing behind the #';
    const edit = { start: from, end: start, text: '#                    ' };
    return [{ code: 'RC114', start, end, message, hint: 'indent it', edits: [edit] }];
  }
  const message = source.startsWith('#')
    ? `only Description may go on in a second line; this one is lost to ${keyword ?? 'everybody'}`
    : 'a line of the header must begin with #';
  const hint = source.startsWith('#') ? 'write it all in one line' : 'move it out of the header';
  const edit = joinToList(line, from);
  return [{ code: 'RC114', start, end, message, hint, ...(edit && { edits: [edit] }) }];
}

/** Of a list, what stands in a second line, if that can be nothing else. */
function joinToList({ source, keyword, previous }: Line, from: number): LintEdit | undefined {
  const words = source.slice(1).trim();
  if (!LSB_LISTS.some((list) => list === keyword) || !INDENTED.test(source)) return undefined;
  if (!words.includes('$') || !NAMES.test(words)) return undefined;
  if (!INDENTED.test(previous) && findKeyword(KEYWORD_LINE.exec(previous)?.[1] ?? '') !== keyword)
    return undefined;
  const start = from - 1 - (previous.length - previous.trimEnd().length);
  return { start, end: from + source.length, text: ` ${words}` };
}

function missingWords(text: string, name: string, found: ReadonlySet<LsbKeyword>): readonly Remark[] {
  const begin = text.indexOf('### BEGIN INIT INFO');
  const place = { start: begin, end: begin + '### BEGIN INIT INFO'.length };
  const next = text.indexOf('\n', begin) + 1;
  const remarks: Remark[] = [];
  if (!found.has('Provides')) {
    const edits = [{ start: next, end: next, text: `# Provides: ${name}\n` }];
    const message = `Provides is missing; "${name}" is taken, the name of the file`;
    remarks.push({ ...place, code: 'RC103', message, hint: `add "# Provides: ${name}"`, edits });
  }
  if (!found.has('Short-Description')) {
    const hint = 'add "# Short-Description: " and what it is in one line';
    remarks.push({ ...place, code: 'RC119', message: 'Short-Description is missing', hint });
  }
  return remarks;
}
