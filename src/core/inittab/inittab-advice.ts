/** Warnings about lines that are right by the letter and probably not what was meant. */
import { ignoresLevelField, type ActionWord } from './inittab-actions.ts';
import { printable, skipBlanks, type Field, type LineRemark } from './inittab-line.ts';

/** What a decoder puts in the place of bytes that are no UTF-8. */
const NOT_UTF8 = '\uFFFD';

/** What may be wrong with an entry that parses. Cheap where there is nothing to say; initdefault is no entry. */
export function adviseOnLine(
  levels: Field,
  action: ActionWord,
  process: Field,
): readonly (() => LineRemark)[] {
  if (action === 'initdefault') return [];
  return [...(ignoresLevelField(action) ? [] : adviseOnLevels(levels)), ...adviseOnProcess(action, process)];
}

function adviseOnLevels({ text, column }: Field): readonly (() => LineRemark)[] {
  const index = text.search(/[^0-9SsA-Ca-c]/);
  if (index < 0) return [];
  const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
  const isPhase = character === '#' || character === '*';
  const neverRuns = !/[0-9SsA-Ca-c#*]/.test(text);
  return [
    () => ({
      code: 'unknown-level',
      message: isPhase
        ? `"${character}" is the name of a phase of the boot, not of a run level`
        : `there is no run level "${printable(character)}"${neverRuns ? ', this entry never runs' : ''}`,
      column: column + index,
      width: character.length,
      hint: isPhase
        ? 'use the action sysinit, boot or bootwait'
        : 'levels are 0 to 9 and S, and A, B, C on demand',
    }),
  ];
}

function adviseOnProcess(action: ActionWord, { text, column }: Field): readonly (() => LineRemark)[] {
  const remarks: (() => LineRemark)[] = [];
  const blanks = skipBlanks(text);
  const isPrefix = (character: string | undefined) => character === '+' || character === '@';
  if (action !== 'off' && /^\+?@?[ \t]*$/.test(text)) remarks.push(() => emptyProcess(column));
  else if (blanks > 0 && isPrefix(text[blanks])) remarks.push(() => latePrefix(text, column, blanks));
  else if (/^\+?@\+/.test(text)) remarks.push(() => swappedPrefix(column + text.indexOf('@')));
  if (text.endsWith('\\')) remarks.push(() => trailingBackslash(column + text.length - 1));
  const lost = text.indexOf(NOT_UTF8);
  if (lost >= 0) remarks.push(() => notUtf8(column + lost));
  return remarks;
}

function emptyProcess(column: number): LineRemark {
  return {
    code: 'empty-process',
    message: 'empty process field, there is nothing to run',
    column,
    width: 1,
    hint: 'name a program, or use the action off',
  };
}

function latePrefix(text: string, column: number, blanks: number): LineRemark {
  return {
    code: 'late-prefix',
    message: `"${text[blanks]}" after a blank is part of the command, not a prefix`,
    column: column + blanks,
    width: 1,
    hint: 'remove the blank after the third colon',
  };
}

function swappedPrefix(column: number): LineRemark {
  return {
    code: 'swapped-prefix',
    message: '"+" after "@" is part of the command, not a prefix',
    column,
    width: 2,
    hint: 'write +@',
  };
}

function trailingBackslash(column: number): LineRemark {
  return {
    code: 'trailing-backslash',
    message: 'a backslash at the end does not continue the line',
    column,
    width: 1,
    hint: 'write the whole command on one line, however long, or put it into a script',
  };
}

function notUtf8(column: number): LineRemark {
  return {
    code: 'not-utf8',
    message: 'these bytes are no UTF-8, the command gets others instead of them',
    column,
    width: 1,
    hint: 'save the file as UTF-8, or put the command into a script',
  };
}
