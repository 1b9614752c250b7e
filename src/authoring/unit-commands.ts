/** The command lines of a unit. */
import { parseSignal } from '../core/signal-names.ts';
import { plainText, type Word } from '../core/shell/shell-quote.ts';
import type { UnitEntry } from '../core/unit/unit-file.ts';
import type { Command } from './service-description.ts';
import type { UnitReader } from './unit-reader.ts';

export interface ExecLine {
  readonly entry: UnitEntry;
  readonly words: readonly Word[];
  readonly mayFail: boolean;
  readonly asRoot: boolean;
}

/** `kill -HUP $MAINPID` and its other spellings. */
const KILL = /^(?:\/usr)?(?:\/bin\/)?kill$/;
const KILL_SIGNAL = /^-(?:s)?(?:SIG)?([A-Z]+[0-9]*|[0-9]+)$/;

/** @returns The commands of all lines with one of these keys, in their order. */
export function readExecLines(reader: UnitReader, ...keys: readonly string[]): readonly ExecLine[] {
  return reader.all('Service', ...keys).flatMap((entry) => readExecLine(reader, entry));
}

function readExecLine(reader: UnitReader, entry: UnitEntry): readonly ExecLine[] {
  const raw = reader.split(entry);
  const lines: ExecLine[] = [];
  let from = 0;
  for (let at = 0; at <= raw.length; at++) {
    if (at < raw.length && raw[at]?.isSeparator !== true) continue;
    const line = readCommand(
      reader,
      entry,
      raw.slice(from, at).map(({ text }) => text),
    );
    if (line !== undefined) lines.push(line);
    from = at + 1;
  }
  return lines;
}

function readCommand(reader: UnitReader, entry: UnitEntry, raw: readonly string[]): ExecLine | undefined {
  const [first, ...rest] = raw;
  const [, prefix = '', program = ''] = /^([@:+!|-]*)(.*)$/s.exec(first ?? '') ?? [];
  if (program === '') return undefined;
  let args = rest;
  if (prefix.includes('@')) {
    args = rest.slice(1);
    const hint = 'write a link of that name to the program and start the link';
    reader.say(
      entry,
      'warning',
      'argv0',
      `the name "${rest[0] ?? ''}" in place of the program’s is lost`,
      hint,
    );
  }
  const words = [program, ...args].map((text, index) =>
    reader.word(entry, text, index > 0 && !prefix.includes(':')),
  );
  return { entry, words, mayFail: prefix.includes('-'), asRoot: /[+!]/.test(prefix) };
}

/** @returns What a script does in place of the line; a signal to the main process is known as one. */
export function toCommand({ words, mayFail, asRoot }: ExecLine): Command {
  const signal = signalOf(words);
  return signal === undefined ? { kind: 'run', words, mayFail, asRoot } : { kind: 'signal', signal };
}

function signalOf(words: readonly Word[]): string | undefined {
  const [program, ...args] = words;
  const last = args.at(-1);
  const target = last?.length === 1 ? last[0] : undefined;
  if (program === undefined || !KILL.test(plainText(program) ?? '')) return undefined;
  if (target?.kind !== 'variable' || target.name !== 'MAINPID') return undefined;
  const flags = args.slice(0, -1).map((word) => plainText(word) ?? '?');
  if (flags.length === 0) return 'TERM';
  const signal = KILL_SIGNAL.exec(flags.join(''))?.[1] ?? '';
  return parseSignal(signal) === undefined ? undefined : signal;
}
