/** What only bash knows of commands that every shell has: options, signals, operators. Each was tried with dash. */
import type { ShellWord } from '../../core/shell/shell-tree.ts';

export interface BashOption {
  readonly word: ShellWord;
  /** As a message names it. */
  readonly what: string;
  readonly hint: string;
}

interface OptionRule {
  readonly pattern: RegExp;
  /** Behind the word, e.g. `of read`. */
  readonly where: string;
  readonly hint: string;
}

/** By command. The first word that matches counts. */
const OPTIONS: Readonly<Record<string, OptionRule>> = {
  read: { pattern: /^-[a-z]*[tnsadNeiu]/, where: 'of read', hint: 'sh has read -r only' },
  export: {
    pattern: /^-[a-z]*[fn]/,
    where: 'of export',
    hint: 'functions are not handed on; write a script',
  },
  local: { pattern: /^-[a-zA-Z]/, where: 'of local', hint: 'write the names only' },
  printf: { pattern: /^-v$|%q/, where: 'of printf', hint: 'write x=$(printf …)' },
  type: { pattern: /^-[a-zA-Z]/, where: 'of type', hint: 'use command -v' },
  exec: { pattern: /^-[acl]$/, where: 'of exec', hint: 'start-stop-daemon has --startas' },
  wait: { pattern: /^-[nfp]$/, where: 'of wait', hint: 'wait for one pid after the other' },
  set: {
    pattern: /^pipefail$/,
    where: 'of set',
    hint: 'dash ends the script there; look at what matters yourself',
  },
  kill: { pattern: /^-SIG[A-Z]/, where: 'of kill', hint: 'write it without SIG' },
};
/** They take no options behind the first other word. */
const FIRST_ONLY = new Set(['printf', 'exec', 'type', 'kill', 'wait']);
const NO_SIGNALS = /^(?:ERR|DEBUG|RETURN)$/;
const TESTS: Readonly<Record<string, string>> = {
  '==': 'write "="',
  '=~': 'use case or expr',
  '-v': 'write [ -n "${x+x}" ]',
};

/** @param words Behind the command's name. */
export function findBashOption(name: string, words: readonly ShellWord[]): BashOption | undefined {
  if (name === '[' || name === 'test') return findTest(words);
  if (name === 'trap') return findSignal(words.slice(1));
  const rule = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
  if (rule === undefined) return undefined;
  const word = words
    .slice(0, FIRST_ONLY.has(name) ? 1 : undefined)
    .find(({ text }) => rule.pattern.test(text));
  return word === undefined ? undefined : { word, what: `"${word.text}" ${rule.where}`, hint: rule.hint };
}

function findTest(words: readonly ShellWord[]): BashOption | undefined {
  const word = words.find(({ text, isQuoted }, index) => {
    if (isQuoted || !Object.hasOwn(TESTS, text)) return false;
    // [ -v ] and [ -v = x ] are about the text "-v".
    return text !== '-v' || (index === 0 && words.filter((one) => one.text !== ']').length === 2);
  });
  return word === undefined
    ? undefined
    : { word, what: `"${word.text}" in [ … ]`, hint: TESTS[word.text] ?? '' };
}

function findSignal(words: readonly ShellWord[]): BashOption | undefined {
  const word = words.find(({ text }) => /^SIG[A-Z]/.test(text) || NO_SIGNALS.test(text));
  if (word === undefined) return undefined;
  const hint = NO_SIGNALS.test(word.text) ? 'sh has EXIT and signals only' : `write "${word.text.slice(3)}"`;
  return { word, what: `"${word.text}" in trap`, hint };
}
