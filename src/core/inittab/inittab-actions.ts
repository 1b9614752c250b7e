/** The words of the action field, and what an action makes of the level field. */
import type { Action } from './inittab-entry.ts';

/** Every word the action field may hold; `initdefault` names a level and makes no entry. */
export type ActionWord = Action | 'initdefault';

type LevelField =
  /** As written; empty means 0–9. */
  | 'ordinary'
  /** As written; empty means S and 0–9. Such entries go to the front of the table. */
  | 'power'
  /** Ignored, replaced by the internal level of the phase. */
  | '#'
  | '*';

const LEVEL_FIELDS: Readonly<Record<ActionWord, LevelField>> = {
  initdefault: 'ordinary',
  sysinit: '#',
  boot: '*',
  bootwait: '*',
  wait: 'ordinary',
  once: 'ordinary',
  respawn: 'ordinary',
  ondemand: 'ordinary',
  powerwait: 'power',
  powerfail: 'power',
  powerfailnow: 'power',
  powerokwait: 'power',
  ctrlaltdel: 'power',
  kbrequest: 'ordinary',
  off: 'ordinary',
};

export const ACTION_WORDS: readonly ActionWord[] = Object.keys(LEVEL_FIELDS).filter(isActionWord);

function isActionWord(word: string): word is ActionWord {
  return Object.hasOwn(LEVEL_FIELDS, word);
}

/** Reads the action field, in upper or lower case. */
export function parseAction(field: string): ActionWord | undefined {
  const word = field.toLowerCase();
  return isActionWord(word) ? word : undefined;
}

/** Power and Ctrl-Alt-Del entries: while one that is waited for runs, nothing else is started. */
export function isPowerAction(action: ActionWord): boolean {
  return LEVEL_FIELDS[action] === 'power';
}

/** True for the actions of the phases before the first level, whose level field means nothing. */
export function ignoresLevelField(action: ActionWord): boolean {
  const field = LEVEL_FIELDS[action];
  return field === '#' || field === '*';
}

/**
 * The internal level list of an entry: implied lists filled in, `s` and `a`–`c` in upper case.
 * Characters that are no level stay, they do no harm.
 * @see inittab(5); the original means to accept a lower-case `s` and loses it.
 */
export function internalLevels(field: string, action: ActionWord): string {
  const kind = LEVEL_FIELDS[action];
  if (kind === '#' || kind === '*') return kind;
  if (field === '') return kind === 'power' ? 'S0123456789' : '0123456789';
  return field.replace(/[sabc]/g, (letter) => letter.toUpperCase());
}
