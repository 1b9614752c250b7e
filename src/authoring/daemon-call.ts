/** How a script starts its daemon, as far as that can be read in it. */
import { SSD_OPTIONS } from '../core/daemon/ssd-option-table.ts';
import { OPEN, scanShell, type ScannedCommand, type ShellScan } from './shell-scan.ts';

export interface DaemonCall {
  /** 1-based; where it stands. */
  readonly line: number;
  readonly program: string | undefined;
  /** Undefined: not all of them are known. A word with OPEN is one that the environment has to give. */
  readonly args: readonly string[] | undefined;
  readonly isBackground: boolean;
  readonly notifies: boolean;
  readonly pidFile: string | undefined;
  /** Options of start-stop-daemon that say what the process is like: chuid, group, chdir, umask, nicelevel. */
  readonly options: ReadonlyMap<string, string | undefined>;
}

export interface ScriptFacts {
  readonly scan: ShellScan;
  /** init-d-script does the work. */
  readonly isDeclarative: boolean;
  readonly calls: readonly DaemonCall[];
  /** The pid file of any call, or of a comment `# pidfile: PATH`. */
  readonly pidFile: string | undefined;
  /** There is an action reload. */
  readonly hasReload: boolean;
  /** What that action sends, if it sends a signal. */
  readonly reloadSignal: string | undefined;
  /** Something besides start-stop-daemon makes the daemon what it is. */
  readonly preparation: ScannedCommand | undefined;
  /** The file of settings that the script reads. */
  readonly defaults: string | undefined;
}

const DECLARATIVE = /^#!.*init-d-script|^[^#\n]*\/init-d-script["']?[ \t]*$/m;
const PREPARES =
  /^(?:mkdir|install|chown|chmod|ulimit|prlimit|read_environment|as_user|own|touch|cd|modprobe|do_start_cmd_override|do_start_prepare)(?:\(\))?$/;
const RED_HAT_PIDFILE = /^#[ \t]*pidfile:[ \t]*(\/\S+)[ \t]*$/m;

export function readScriptFacts(text: string): ScriptFacts {
  const scan = scanShell(text);
  const isDeclarative = DECLARATIVE.test(text);
  const wrappers = findWrappers(text, scan);
  const calls = isDeclarative
    ? declaredCall(scan)
    : scan.commands.flatMap((command) => readCall(command, wrappers));
  const told = RED_HAT_PIDFILE.exec(text)?.[1];
  const defaults = scan.commands.find(
    ({ words }) => words[0] === '.' && words[1]?.startsWith('/etc/default/'),
  );
  return {
    scan,
    isDeclarative,
    calls,
    pidFile: told ?? calls.find(({ pidFile }) => pidFile !== undefined)?.pidFile,
    hasReload: /^[ \t]*\(?(?:[^#\n)]*\|[ \t]*)?reload[ \t]*(?:\|[^)\n]*)?\)|^RELOAD_SIGNAL=|^do_reload/m.test(
      text,
    ),
    preparation: scan.commands.find(({ words }) => PREPARES.test(words[0] ?? '') && !isHarmless(words)),
    reloadSignal: scan.variables.get('RELOAD_SIGNAL') ?? findReloadSignal(text, scan),
    defaults: isDeclarative ? `/etc/default/${scan.variables.get('NAME') ?? ''}` : defaults?.words[1],
  };
}

/** A script in `/` with a folder for pid files is as it would be anyway. */
function isHarmless(words: readonly (string | undefined)[]): boolean {
  const rest = words.slice(1).filter((word) => word !== '-p');
  const isThere = (word: string | undefined) => /^(?:\/|\/run|\/var\/run)?$/.test(word ?? '?');
  return (
    /^(?:cd|mkdir)$/.test(words[0] ?? '') &&
    isThere(rest[0]) &&
    (rest.length < 2 || /^[|&;]/.test(rest[1] ?? ''))
  );
}

const RELOAD_BEGINS =
  /^[ \t]*\(?(?:[^#\n)]*\|[ \t]*)?reload[ \t]*(?:\|[^)\n]*)?\)|^(?:do_)?reload[A-Za-z_]*[ \t]*\(\)/;
const RELOAD_ENDS = /;;|^\}/;

/** The signal of a call `--stop --signal NAME` inside the function or the branch for reload. */
function findReloadSignal(text: string, scan: ShellScan): string | undefined {
  let isInside = false;
  for (const [index, line] of text.split('\n').entries()) {
    if (RELOAD_BEGINS.test(line)) isInside = true;
    const call = isInside ? scan.commands.filter((command) => command.line === index + 1) : [];
    for (const { words } of call) {
      const at = words.findIndex((word) => word === '--signal' || word === '-s');
      const isStop = words.includes('--stop') || words.includes('-K');
      if (at > 0 && isStop) return words[at + 1];
    }
    if (RELOAD_ENDS.test(line)) isInside = false;
  }
  return undefined;
}

/** Functions that call start-stop-daemon with `"$@"`, by name, with the words that they add. */
function findWrappers(text: string, scan: ShellScan): ReadonlyMap<string, readonly (string | undefined)[]> {
  const wrappers = new Map<string, readonly (string | undefined)[]>();
  let inside: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    inside = /^[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*\(\)/.exec(line)?.[1] ?? inside;
    if (inside === undefined || !/start-stop-daemon\b.*"\$@"/.test(line)) continue;
    const call = scan.commands.find((command) => command.line === index + 1 && isSsd(command.words[0]));
    if (call !== undefined) wrappers.set(inside, call.words.slice(1, -1));
  }
  return wrappers;
}

function isSsd(word: string | undefined): boolean {
  return word !== undefined && /(?:^|\/)start-stop-daemon$/.test(word);
}

function readCall(
  command: ScannedCommand,
  wrappers: ReadonlyMap<string, readonly (string | undefined)[]>,
): readonly DaemonCall[] {
  const [first, ...rest] = command.words;
  if (isSsd(first)) return readSsd(command.line, rest);
  const added = first === undefined ? undefined : wrappers.get(first);
  if (added !== undefined) return readSsd(command.line, [...added, ...rest]);
  if (first === 'start_daemon' || first === 'daemon') return [readStartDaemon(command.line, rest)];
  return [];
}

function readSsd(line: number, words: readonly (string | undefined)[]): readonly DaemonCall[] {
  const options = new Map<string, string | undefined>();
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') break;
    const [, long, value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    const names = long === undefined ? shortNames(word) : [long];
    for (const [index, name] of names.entries()) {
      const spec = SSD_OPTIONS.find((one) => one.long === name);
      const takes = spec?.value === 'required' && index === names.length - 1;
      options.set(name, takes ? (value ?? words[++at]) : '');
    }
  }
  if (!options.has('start') || options.has('test')) return [];
  const args = words.slice(at + 1).filter((word) => word === undefined || !/^[0-9]*[<>]/.test(word));
  const withoutFiles = words.some((word) => /^[0-9]*[<>]+$/.test(word ?? '')) ? [undefined] : args;
  return [
    {
      line,
      program: constant(options.get('startas') ?? options.get('exec')),
      args: withoutFiles.includes(undefined) ? undefined : (withoutFiles as string[]),
      isBackground: options.has('background'),
      notifies: options.has('notify-await'),
      pidFile: constant(options.get('pidfile')),
      options,
    },
  ];
}

/** What still holds a variable is none. */
function constant(word: string | undefined): string | undefined {
  return word?.includes(OPEN) === true ? undefined : word;
}

function shortNames(word: string): readonly string[] {
  if (!/^-[A-Za-z]+$/.test(word)) return [];
  return Array.from(word.slice(1)).map(
    (letter) => SSD_OPTIONS.find(({ short }) => short === letter)?.long ?? letter,
  );
}

function readStartDaemon(line: number, words: readonly (string | undefined)[]): DaemonCall {
  const rest = [...words];
  let pidFile: string | undefined;
  while (rest[0]?.startsWith('-') === true) {
    const option = rest.shift();
    if (option === '-p') pidFile = rest.shift();
    else if (option === '-n') rest.shift();
  }
  const [program, ...args] = rest;
  const known = args.includes(undefined) ? undefined : (args as string[]);
  return {
    line,
    program: constant(program),
    args: known,
    isBackground: false,
    notifies: false,
    pidFile: constant(pidFile),
    options: new Map(),
  };
}

function declaredCall({ variables }: ShellScan): readonly DaemonCall[] {
  const program = variables.get('DAEMON');
  if (program === undefined || program === 'none') return [];
  const words = (name: string) => (variables.get(name) ?? '').split(/[ \t]+/).filter((word) => word !== '');
  const name = variables.get('NAME') ?? program.slice(program.lastIndexOf('/') + 1);
  const pidFile = variables.get('PIDFILE') ?? `/run/${name}.pid`;
  const given = ['--start', '--exec', program, ...words('START_ARGS'), '--', ...words('DAEMON_ARGS')];
  return readSsd(0, pidFile === 'none' ? given : ['--pidfile', pidFile, ...given]);
}
