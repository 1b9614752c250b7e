/**
 * A light look at a shell script: its assignments and the words of its commands, as far as they are constants.
 * It follows no branches and runs nothing; what depends on more than that is unknown to it.
 */

export interface ScannedCommand {
  /** 1-based. */
  readonly line: number;
  /** Undefined: not known without running the script. Variables that are not assigned in it are left as `$NAME`. */
  readonly words: readonly (string | undefined)[];
}

export interface ShellScan {
  /** The value of each variable that the script assigns once, or always alike. */
  readonly variables: ReadonlyMap<string, string>;
  readonly commands: readonly ScannedCommand[];
}

interface Line {
  readonly text: string;
  readonly line: number;
}

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=/;
/** What may stand in front of a command. */
const BEFORE_COMMAND = /^(?:if|then|else|elif|while|until|do|!|\{|\(|exec|command|env)$/;

/** @param text Of a POSIX shell script. */
export function scanShell(text: string): ShellScan {
  const lines = joinLines(text);
  const variables = new Map<string, string>();
  const doubtful = new Set<string>();
  const commands: ScannedCommand[] = [];
  for (const { text: source, line } of lines) {
    for (const raw of splitCommands(source)) {
      const words = [...raw];
      while (words.length > 0 && BEFORE_COMMAND.test(words[0] ?? '')) words.shift();
      while (/^(?:export|readonly|local)$/.test(words[0] ?? '') && ASSIGNMENT.test(words[1] ?? ''))
        words.shift();
      while (ASSIGNMENT.test(words[0] ?? '')) assign(words.shift() ?? '', variables, doubtful);
      if (words.length > 0)
        commands.push({ line, words: words.flatMap((word) => expandToWords(word, variables, doubtful)) });
    }
  }
  for (const name of doubtful) variables.delete(name);
  return { variables, commands };
}

function assign(word: string, variables: Map<string, string>, doubtful: Set<string>): void {
  const at = word.indexOf('=');
  const name = word.slice(0, at);
  const value = expand(word.slice(at + 1), variables, doubtful);
  const before = variables.get(name);
  if (value === undefined || (before !== undefined && before !== '' && before !== value)) doubtful.add(name);
  else variables.set(name, value);
}

/** Leaves out what lies between `<<WORD` and WORD. */
function joinLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  let open: Line | undefined;
  let until: string | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    if (until !== undefined) {
      if (raw.trim() === until) until = undefined;
      continue;
    }
    const part = raw.replace(/\\$/, '');
    open = open === undefined ? { text: part, line: index + 1 } : { ...open, text: `${open.text} ${part}` };
    if (raw.endsWith('\\')) continue;
    lines.push(open);
    until = /<<-?[ \t]*["'\\]?([A-Za-z_][A-Za-z0-9_]*)/.exec(open.text)?.[1];
    open = undefined;
  }
  return open === undefined ? lines : [...lines, open];
}

/** Cuts a line into commands and these into raw words, with their quotes. */
function splitCommands(source: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  let word = '';
  let quote = '';
  const endWord = (): void => {
    if (word !== '') commands.at(-1)?.push(word);
    word = '';
  };
  for (let at = 0; at < source.length; at++) {
    const char = source.charAt(at);
    if (quote !== '') {
      word += char;
      if (char === '\\' && quote === '"') word += source.charAt(++at);
      else if (char === quote) quote = '';
    } else if (char === '\\') word += char + source.charAt(++at);
    else if (char === '"' || char === "'") word += quote = char;
    else if (char === '#' && word === '') break;
    else if (/[ \t]/.test(char)) endWord();
    else if (/[;&|]/.test(char) && !word.endsWith('>')) {
      endWord();
      commands.push([]);
    } else word += char;
  }
  endWord();
  return commands.filter((words) => words.length > 0);
}

/** Lists of words that an administrator may change. */
const OPEN_LIST =
  /^"?\$(?:([A-Za-z_]*(?:OPT|ARG|FLAG|PARAM|EXTRA)[A-Za-z_]*)|\{([A-Za-z_]*(?:OPT|ARG|FLAG|PARAM|EXTRA)[A-Za-z_]*)(?::?-)?\})"?$/;

/** Cuts at blanks what stands outside of quotes. A list that may be changed stays `$NAME`. */
function expandToWords(
  raw: string,
  variables: ReadonlyMap<string, string>,
  doubtful: ReadonlySet<string>,
): readonly (string | undefined)[] {
  const [, bare, braced] = OPEN_LIST.exec(raw) ?? [];
  if (bare !== undefined || braced !== undefined) return [`$${bare ?? braced}`];
  const value = expand(raw, variables, doubtful);
  const isCut = raw.includes('$') && !/["']/.test(raw);
  return isCut && value !== undefined ? value.split(/[ \t]+/).filter((word) => word !== '') : [value];
}

/** @returns The value of a raw word, or undefined. */
function expand(
  raw: string,
  variables: ReadonlyMap<string, string>,
  doubtful: ReadonlySet<string>,
): string | undefined {
  let text = '';
  let quote = '';
  for (let at = 0; at < raw.length; at++) {
    const char = raw.charAt(at);
    if (char === '`') return undefined;
    if (char === '\\' && quote !== "'") text += raw.charAt(++at);
    else if ((char === '"' || char === "'") && (quote === '' || quote === char))
      quote = quote === '' ? char : '';
    else if (char === '$' && quote !== "'") {
      const variable = /^\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?::?-([^}$]*))?\})/.exec(
        raw.slice(at),
      );
      if (variable === null) return undefined;
      const [whole, bare, braced, otherwise] = variable;
      const value = valueOf(bare ?? braced ?? '', otherwise, variables, doubtful);
      if (value === undefined && whole !== raw.replaceAll('"', '')) return undefined;
      text += value ?? `$${bare ?? braced}`;
      at += whole.length - 1;
    } else text += char;
  }
  return text;
}

/** The root of a folder is that of the machine for what is written for it. */
const EMPTY = new Set(['RCINIT_ROOT', 'root']);

function valueOf(
  name: string,
  otherwise: string | undefined,
  variables: ReadonlyMap<string, string>,
  doubtful: ReadonlySet<string>,
): string | undefined {
  if (EMPTY.has(name)) return '';
  const value = doubtful.has(name) ? undefined : variables.get(name);
  return (value === '' ? otherwise : undefined) ?? value ?? otherwise;
}
