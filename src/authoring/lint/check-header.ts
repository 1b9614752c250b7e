/** Rules about the LSB header: what its reader complains about, with a place and a way to put it right. */
import type { Diagnostic } from '../../core/diagnostic.ts';
import { parseLsbHeader } from '../../core/lsb/lsb-header.ts';
import { checkHeaderLines } from './check-header-lines.ts';
import { checkNeeds } from './check-needs.ts';
import type { Check, LintEdit, Remark } from './rule.ts';
import { lineStart, readPlaces, type TextPlaces } from './text-places.ts';

/** What the reader says, and the rule it belongs to. */
const CODES: Readonly<Record<string, string>> = {
  'no-header': 'RC101',
  'no-end': 'RC102',
  'missing-keyword': 'RC103',
  'not-a-keyword': 'RC105',
  'tab-in-value': 'RC106',
  'double-separator': 'RC106',
  'not-ascii': 'RC107',
  'joined-levels': 'RC108',
  'unknown-level': 'RC109',
  'wrong-level': 'RC109',
  'overlapping-levels': 'RC110',
  'repeated-keyword': 'RC111',
  'second-header': 'RC111',
  'reserved-facility': 'RC113',
};

export const checkHeader: Check = (subject) => {
  const { header, diagnostics } = parseLsbHeader(subject.name, subject.file, subject.text);
  const places = readPlaces(subject.text);
  const remarks = diagnostics.flatMap((one) => translate(places, one));
  if (header.kind !== 'header') return remarks;
  return [...remarks, ...checkHeaderLines(subject, places), ...checkNeeds(subject, places, header)];
};

function translate(places: TextPlaces, one: Diagnostic): readonly Remark[] {
  const code = CODES[one.code];
  if (code === undefined) return [];
  const line = Math.max(one.line, 1);
  const source = places.lines[line - 1] ?? '';
  const from = lineStart(places, line);
  const word = one.line === 0 ? 0 : one.column > 0 ? one.column - 1 : Math.max(0, source.search(/[^#\s]/));
  const start = from + word;
  const width = one.column > 0 ? (one.width ?? 1) : Math.max(1, source.slice(word).trimEnd().length);
  const edits = editsFor(one, places, { start, from, source });
  const hint = one.hint === undefined ? {} : { hint: one.hint };
  return [
    {
      code,
      start,
      end: start + width,
      message: plainMessage(one),
      ...hint,
      ...(edits.length > 0 && { edits }),
    },
  ];
}

/** insserv pads its text, for a table that we do not print. */
function plainMessage({ code, message }: Diagnostic): string {
  return code === 'missing-keyword' ? message.replace(/ {2,}/g, ' ') : message;
}

interface Place {
  readonly start: number;
  readonly from: number;
  readonly source: string;
}

function editsFor(one: Diagnostic, places: TextPlaces, { start, from, source }: Place): readonly LintEdit[] {
  switch (one.code) {
    case 'missing-keyword': {
      const [, keyword] = /`([^:]*):'/.exec(one.message) ?? [];
      const end = places.lines.findIndex(
        (line, index) => index >= one.line && line.includes('### END INIT INFO'),
      );
      const at = places.starts[end];
      return keyword === undefined || at === undefined
        ? []
        : [{ start: at, end: at, text: `# ${keyword}:\n` }];
    }
    case 'not-a-keyword': {
      const [head, word = ''] = /^[ \t]*#[ \t]*([A-Za-z][A-Za-z0-9_-]*)[ \t]*:/.exec(source) ?? [''];
      return head === '' ? [] : [{ start: from, end: from + head.length, text: `# ${word}:` }];
    }
    case 'tab-in-value':
    case 'double-separator':
      return joinOnce(source, from);
    case 'joined-levels': {
      const levels = one.hint?.replace(/^write /, '') ?? '';
      return [{ start, end: start + (one.width ?? 1), text: levels }];
    }
    default:
      return [];
  }
}

/** Puts one blank between any two words of a value. */
function joinOnce(source: string, from: number): readonly LintEdit[] {
  const [head = ''] = /^#[^:]*:[ \t]*/.exec(source) ?? [];
  const rest = source.slice(head.length).trimEnd();
  return [...rest.matchAll(/[^ \t,;]([ \t,;]{2,}|\t)(?=[^ \t,;])/g)].map((match) => {
    const start = from + head.length + match.index + 1;
    return { start, end: start + (match[1]?.length ?? 0), text: ' ' };
  });
}
