/** Small questions that several rules ask of a shell script. */
import { resolveText, type PlacedCommand, type ShellScript } from '../../core/shell/shell-script.ts';

const LIBRARY = /init-functions|INIT_FUNCTIONS/;

/** A file that the script sources, with what is known of its name. */
export interface SourcedFile {
  readonly placed: PlacedCommand;
  readonly path: string;
}

export function sourcedFiles(script: ShellScript): readonly SourcedFile[] {
  return script.commands
    .filter(({ name, command }) => (name === '.' || name === 'source') && command.words.length > 1)
    .map((placed) => ({ placed, path: resolveText(script, placed.command.words[1]?.text ?? '') }));
}

/** The command that sources the LSB's functions. */
export function libraryCommand(script: ShellScript): PlacedCommand | undefined {
  return sourcedFiles(script).find(({ path }) => LIBRARY.test(path))?.placed;
}

/** True if the script sources something that might define anything. */
export function sourcesUnknownCode(script: ShellScript): boolean {
  return sourcedFiles(script).some(
    ({ path }) =>
      !LIBRARY.test(path) && !/\/etc\/default\/|\/lib\/init\/vars\.sh|\/etc\/os-release/.test(path),
  );
}

export interface OptionSwitch {
  readonly isOn: boolean;
  readonly start: number;
  readonly end: number;
}

/** Where `set -e` (or another letter) is switched, the first line with the interpreter included. */
export function optionSwitches(script: ShellScript, letter: string): readonly OptionSwitch[] {
  const switches: OptionSwitch[] = [];
  const [, head = '', options = ''] = /^(#![ \t]*\S+[ \t]+)(-[a-z]+)/.exec(script.text) ?? [];
  if (options.includes(letter))
    switches.push({ isOn: true, start: head.length, end: head.length + options.length });
  for (const { name, command } of script.commands) {
    if (name !== 'set') continue;
    for (const { text } of command.words.slice(1)) {
      if (!/^[-+][a-z]+$/.test(text) || !text.includes(letter)) continue;
      switches.push({ isOn: text.startsWith('-'), start: command.start, end: command.end });
    }
  }
  return switches;
}

/** Whether the option is on at that place, read from top to bottom. */
export function isOptionOn(script: ShellScript, letter: string, at: number): boolean {
  return optionSwitches(script, letter).findLast(({ start }) => start < at)?.isOn ?? false;
}

/** The same for commands of the same function and the same case branch. */
export function scopeOf({ context }: PlacedCommand): string {
  return JSON.stringify([context.inFunction, context.patterns]);
}

/** Names that get a value in other ways than `NAME=`. */
export function declaredNames(script: ShellScript): ReadonlySet<string> {
  const names = new Set([...script.assignments.keys(), ...script.loops.map(({ variable }) => variable)]);
  for (const { name, command } of script.commands) {
    if (!/^(?:read|export|local|readonly|getopts|unset)$/.test(name)) continue;
    for (const { text } of command.words.slice(1)) names.add(text.replace(/=.*/s, ''));
  }
  return names;
}

/** A program's name without its folder, where variables with one value are put in. */
export function programName(script: ShellScript, word: string): string {
  return resolveText(script, word).replace(/^.*\//, '');
}
