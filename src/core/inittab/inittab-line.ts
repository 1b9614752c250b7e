/** The grammar of one inittab line, `id:runlevels:action:process`, and its limits. Meaning is inittab.ts's. */
import { ACTION_WORDS, parseAction, type ActionWord } from './inittab-actions.ts';
import { nearestWord } from '../nearest-word.ts';

/** Limits in UTF-8 bytes. Ids end up in utmp's 4-byte field; the other two are those of inittab(5). */
const MAX_ID_BYTES = 4;
const MAX_LEVELS_BYTES = 11;
const MAX_ACTION_BYTES = 32;

/** A field and the 1-based column where it begins. */
export interface Field {
  readonly text: string;
  readonly column: number;
}

/** Something to say about a part of a line. */
export interface LineRemark {
  readonly code: string;
  readonly message: string;
  readonly column: number;
  readonly width: number;
  readonly hint: string;
}

export type ParsedLine =
  | { readonly kind: 'blank' }
  | {
      readonly kind: 'fields';
      readonly id: Field;
      readonly levels: Field;
      readonly action: ActionWord;
      readonly process: Field;
    }
  /** `remark` is made only when asked for: a file may be wrong on a million lines. */
  | { readonly kind: 'bad'; readonly remark: () => LineRemark };

const BLANK: ParsedLine = { kind: 'blank' };

/**
 * Parses one line.
 * @param line Without its line end.
 * @see sysvinit: where several things are wrong, the last check that fails is the one reported.
 */
export function parseInittabLine(line: string): ParsedLine {
  const start = skipBlanks(line);
  if (start === line.length || line[start] === '#') return BLANK;
  const nul = line.indexOf('\0', start);
  if (nul >= 0) return { kind: 'bad', remark: () => nulByte(nul + 1) };
  const split = splitFields(line, start);
  const fault = lastFault(split, line.length + 1);
  if (fault !== undefined) return { kind: 'bad', remark: () => remarkOf(...fault) };
  const { id, levels, action, process } = split;
  // The checks have seen to it that all four are there.
  if (levels === undefined || action === undefined || process === undefined) return BLANK;
  const word = parseAction(action.text);
  if (word === undefined) return { kind: 'bad', remark: () => unknownAction(action) };
  return { kind: 'fields', id, levels, action: word, process };
}

/** The index of the first character that is neither blank nor tab. */
export function skipBlanks(text: string): number {
  let index = 0;
  while (text[index] === ' ' || text[index] === '\t') index++;
  return index;
}

interface SplitLine {
  readonly id: Field;
  readonly levels: Field | undefined;
  readonly action: Field | undefined;
  readonly process: Field | undefined;
}

function splitFields(line: string, start: number): SplitLine {
  const colon1 = line.indexOf(':', start);
  const colon2 = colon1 < 0 ? -1 : line.indexOf(':', colon1 + 1);
  const colon3 = colon2 < 0 ? -1 : line.indexOf(':', colon2 + 1);
  return {
    id: cutField(line, start, colon1),
    levels: colon1 < 0 ? undefined : cutField(line, colon1 + 1, colon2),
    action: colon2 < 0 ? undefined : cutField(line, colon2 + 1, colon3),
    process: colon3 < 0 ? undefined : cutField(line, colon3 + 1, -1),
  };
}

/** @param colon Where the field ends; -1 for the end of the line. */
function cutField(line: string, from: number, colon: number): Field {
  return { text: line.slice(from, colon < 0 ? line.length : colon), column: from + 1 };
}

type FaultCode =
  | 'missing-id'
  | 'missing-process'
  | 'missing-action'
  | 'long-id'
  | 'long-levels'
  | 'long-action';
type Fault = readonly [code: FaultCode, column: number, width: number];

/** `missing runlevel field` can never be the last fault: such a line has no action either. */
function lastFault({ id, levels, action, process }: SplitLine, end: number): Fault | undefined {
  let fault: Fault | undefined;
  if (id.text === '') fault = ['missing-id', id.column, 1];
  if (process === undefined) fault = ['missing-process', end, 1];
  if (action === undefined || action.text === '') fault = ['missing-action', action?.column ?? end, 1];
  if (exceeds(id.text, MAX_ID_BYTES)) fault = ['long-id', id.column, id.text.length];
  if (levels !== undefined && exceeds(levels.text, MAX_LEVELS_BYTES))
    fault = ['long-levels', levels.column, levels.text.length];
  if (action !== undefined && exceeds(action.text, MAX_ACTION_BYTES))
    fault = ['long-action', action.column, action.text.length];
  return fault;
}

const GRAMMAR = 'a line is id:runlevels:action:process';

const FAULTS: Readonly<Record<FaultCode, { readonly message: string; readonly hint: string }>> = {
  'missing-id': { message: 'missing id field', hint: `begin the line with 1 to 4 characters: ${GRAMMAR}` },
  'missing-process': {
    message: 'missing process field',
    hint: `${GRAMMAR}; the third colon is needed even without a process`,
  },
  'missing-action': {
    message: 'missing action field',
    hint: `${GRAMMAR}, with an action like wait or respawn`,
  },
  'long-id': {
    message: `id field too long (max ${MAX_ID_BYTES} characters)`,
    hint: 'shorten the id; letters beyond ASCII count as 2 to 4',
  },
  'long-levels': {
    message: `rlevel field too long (max ${MAX_LEVELS_BYTES} characters)`,
    hint: 'name each run level once; an empty field means 0123456789',
  },
  'long-action': { message: 'action field too long', hint: `actions are ${ACTION_WORDS.join(', ')}` },
};

function remarkOf(code: FaultCode, column: number, width: number): LineRemark {
  return { code, column, width, ...FAULTS[code] };
}

function unknownAction({ text, column }: Field): LineRemark {
  return {
    code: 'unknown-action',
    message: `${printable(text)}: unknown action field`,
    column,
    width: text.length,
    hint: actionHint(text),
  };
}

function actionHint(text: string): string {
  const trimmed = text.trim();
  if (trimmed !== text && parseAction(trimmed) !== undefined) return 'remove the blanks around the action';
  const nearest = nearestWord(trimmed.toLowerCase(), ACTION_WORDS);
  return nearest === undefined ? `actions are ${ACTION_WORDS.join(', ')}` : `did you mean "${nearest}"?`;
}

function nulByte(column: number): LineRemark {
  return {
    code: 'nul-byte',
    message: 'line contains a NUL byte',
    column,
    width: 1,
    hint: 'inittab is a text file; this one is damaged, binary or UTF-16',
  };
}

/** Shows a word from a file safely: control characters could drive the console. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}

/** True if the text needs more than `max` bytes in UTF-8. Stops early, however long the text is. */
function exceeds(text: string, max: number): boolean {
  if (text.length > max) return true;
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // Each half of a surrogate pair stands for two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return bytes > max;
}
