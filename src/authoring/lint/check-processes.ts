/** Rules about processes and pid files: start-stop-daemon, kill, ps. */
import { resolveText, type PlacedCommand, type ShellScript } from '../../core/shell/shell-script.ts';
import type { ShellWord } from '../../core/shell/shell-tree.ts';
import { parseSignal, SIGNAL_NUMBERS } from '../../core/signal-names.ts';
import { parseStopSchedule } from '../../core/daemon/stop-schedule.ts';
import { isLongName } from './check-shell.ts';
import type { Check, Remark } from './rule.ts';
import { isOptionOn, scopeOf } from './shell-facts.ts';
import { findSsdCalls, type SsdCall } from './ssd-call.ts';

export const checkStartStopDaemon: Check = ({ script }) => {
  if (script === undefined) return [];
  const calls = findSsdCalls(script);
  const waiting = findWaiting(script, calls);
  return calls.flatMap((call) => [
    ...pidfileAlone(call),
    ...stopWithoutRetry(call, waiting),
    ...longName(script, call),
    ...refusedValues(call),
    ...endsUnderExitOnError(script, call),
  ]);
};

const CRITERIA = ['exec', 'name', 'user', 'ppid', 'pid'] as const;

function pidfileAlone({ options, isOpen }: SsdCall): readonly Remark[] {
  const pidfile = options.get('pidfile');
  if (pidfile === undefined || isOpen || CRITERIA.some((one) => options.has(one))) return [];
  if (pidfile.value === '/dev/null') return [];
  const message = 'the pid file alone decides: after a crash its number may be another process’s by now';
  const hint = 'add --exec, --name or --user';
  return [{ code: 'RC401', start: pidfile.word.start, end: pidfile.word.end, message, hint }];
}

/** These do not end a process, so nothing has to be waited for. */
const NO_END = /^(?:0|1|10|12|17|18|19|20|28|HUP|USR1|USR2|CHLD|CONT|STOP|TSTP|WINCH)$/;

/** Functions and branches that wait for the end of a process in some other way, or in another call. */
function findWaiting(script: ShellScript, calls: readonly SsdCall[]): ReadonlySet<string> {
  const waiting = script.commands.filter(
    ({ name, context, command }) =>
      (name === 'sleep' && context.loop !== undefined) ||
      /wait/i.test(name) ||
      /wait/i.test(command.words[1]?.text ?? ''),
  );
  const retried = calls.filter(({ options }) => options.has('retry')).map(({ placed }) => placed);
  return new Set([...waiting, ...retried].map(scopeOf));
}

function stopWithoutRetry(
  { options, isOpen, placed }: SsdCall,
  waiting: ReadonlySet<string>,
): readonly Remark[] {
  const stop = options.get('stop');
  if (stop === undefined || isOpen || options.has('retry') || options.has('test')) return [];
  const signal = options.get('signal')?.value ?? 'TERM';
  if (NO_END.test(signal) || signal.includes('$') || waiting.has(scopeOf(placed))) return [];
  const message = 'stop comes back before the daemon is gone, and a restart meets the old one';
  const hint = 'add --retry TERM/30/KILL/5';
  return [{ code: 'RC402', start: stop.word.start, end: stop.word.end, message, hint }];
}

function longName(script: ShellScript, { options }: SsdCall): readonly Remark[] {
  const word = options.get('name')?.valueWord;
  const value = options.get('name')?.value ?? '';
  if (word === undefined || !isLongName(script, value)) return [];
  const message = `the kernel keeps 15 characters of a name, so "${value}" never matches`;
  return [
    {
      code: 'RC407',
      start: word.start,
      end: word.end,
      message,
      hint: 'use --exec, or the first 15 characters',
    },
  ];
}

function refusedValues({ options }: SsdCall): readonly Remark[] {
  const remarks: Remark[] = [];
  const report = (word: ShellWord, message: string, hint: string): void =>
    void remarks.push({ code: 'RC408', start: word.start, end: word.end, message, hint });
  const signal = options.get('signal');
  if (
    signal?.value !== undefined &&
    signal.valueWord !== undefined &&
    isFixed(signal.value) &&
    parseSignal(signal.value) === undefined
  )
    report(
      signal.valueWord,
      `start-stop-daemon refuses the signal "${signal.value}"`,
      `expected a number or a name like ${nearSignal(signal.value)}`,
    );
  const retry = options.get('retry');
  if (retry?.value === undefined || retry.valueWord === undefined || !isFixed(retry.value)) return remarks;
  const schedule = parseStopSchedule(retry.value, SIGNAL_NUMBERS['TERM'] ?? 15);
  if ('problem' in schedule)
    report(
      retry.valueWord,
      `start-stop-daemon refuses the schedule "${retry.value}": ${schedule.problem}`,
      'expected something like TERM/30/KILL/5',
    );
  return remarks;
}

function isFixed(value: string): boolean {
  return !/[$`]/.test(value);
}

function nearSignal(value: string): string {
  const plain = value.toUpperCase().replace(/^SIG/, '');
  return parseSignal(plain) === undefined ? 'TERM' : plain;
}

/** Under `set -e`, "already running" and "already stopped" end the script with 1. */
function endsUnderExitOnError(
  script: ShellScript,
  { options, isOpen, placed, program }: SsdCall,
): readonly Remark[] {
  const { context, command } = placed;
  if (
    isOpen ||
    options.has('oknodo') ||
    options.has('test') ||
    (!options.has('start') && !options.has('stop'))
  )
    return [];
  if (
    NO_END.test(options.get('signal')?.value ?? '') ||
    !isOwnAction(placed, options.has('start') ? 'start' : 'stop')
  )
    return [];
  if (
    context.isTested ||
    context.isConditional ||
    context.isSubstituted ||
    !isOptionOn(script, 'e', command.start)
  )
    return [];
  if (context.inFunction !== undefined && isCalledTested(script, context.inFunction)) return [];
  const what = options.has('start') ? 'a second start' : 'a second stop';
  const message = `under set -e, ${what} ends the script here with 1, expected 0`;
  return [{ code: 'RC409', start: program.start, end: program.end, message, hint: 'add --oknodo' }];
}

/** False in the branch of another action: what restart starts does not run any more. */
function isOwnAction({ context }: PlacedCommand, action: string): boolean {
  const patterns = context.patterns.flat();
  return patterns.length === 0 || patterns.includes(action);
}

function isCalledTested(script: ShellScript, name: string, depth = 0): boolean {
  return script.commands.some(
    ({ name: called, context }) =>
      called === name &&
      (context.isTested ||
        (depth < 5 &&
          context.inFunction !== undefined &&
          isCalledTested(script, context.inFunction, depth + 1))),
  );
}

const KILLERS = /^(?:kill|killall|pkill)$/;
const HARD = /^-(?:9|KILL|SIGKILL|s9|sKILL)$/;

export const checkKill: Check = ({ script }) => {
  const asked = new Set<string>();
  return (script?.commands ?? []).flatMap((placed) => {
    const { name, command } = placed;
    const remarks = [...(asked.has(scopeOf(placed)) ? [] : hardKill(placed)), ...killByName(placed)];
    if (endsSoftly(name, command.words)) asked.add(scopeOf(placed));
    return remarks;
  });
};

/** Where nothing in the same function or branch has asked the process to end before. */
function hardKill({ name, command }: PlacedCommand): readonly Remark[] {
  if (!KILLERS.test(name)) return [];
  const words = command.words.slice(1);
  const flag = words.find(
    ({ text }, index) =>
      HARD.test(text) || (text === '-s' && /^(?:9|(?:SIG)?KILL)$/.test(words[index + 1]?.text ?? '')),
  );
  if (flag === undefined) return [];
  const message = 'the process is killed without being asked to end, and cannot tidy up';
  const hint = 'send TERM first: start-stop-daemon --stop --retry TERM/30/KILL/5';
  return [{ code: 'RC403', start: flag.start, end: flag.end, message, hint }];
}

function endsSoftly(name: string, words: readonly ShellWord[]): boolean {
  const texts = words.map(({ text }) => text);
  if (KILLERS.test(name)) return !texts.some((text) => HARD.test(text) || text === '-0');
  if (/^(?:echo|printf|log_|logger|\[|test)/.test(name)) return false;
  return (
    name === 'killproc' || texts.includes('--stop') || /stop|shutdown|quit/i.test(texts.slice(0, 3).join(' '))
  );
}

function killByName({ name, command }: PlacedCommand): readonly Remark[] {
  const word = command.words[0];
  if (word === undefined || (name !== 'killall' && name !== 'pkill')) return [];
  if (command.words.some(({ text }) => /^-[PFgs0]$|^--(?:parent|pidfile|session|ns)/.test(text))) return [];
  const message = `${name} meets every process of that name, also those of users and of other services`;
  return [
    {
      code: 'RC406',
      start: word.start,
      end: word.end,
      message,
      hint: 'use a pid file: start-stop-daemon --stop --pidfile FILE --exec DAEMON',
    },
  ];
}

/** These ask for one process or one program, and grep reads the answer. */
const NARROW = /^(?:-?p|-C|-q|--pid|--ppid)/;

export const checkProcessList: Check = ({ script }) =>
  (script?.commands ?? []).flatMap(({ name, command, context }) => {
    if (name !== 'ps' || command.words.slice(1).some(({ text }) => NARROW.test(text))) return [];
    const commands = context.pipeline?.commands ?? [];
    const isFollowed = commands
      .slice(commands.indexOf(command) + 1)
      .some((next) => next.kind === 'simple' && /^[ef]?grep$/.test(next.words[0]?.text ?? ''));
    if (!commands.includes(command) || !isFollowed) return [];
    const message = 'ps and grep find every command line with that word, their own too';
    const hint = 'use pidofproc -p PIDFILE DAEMON';
    return [{ code: 'RC405', start: command.start, end: command.end, message, hint }];
  });

const PUBLIC_FOLDER = /^\/(?:tmp|var\/tmp|dev\/shm)\//;
const OPEN_MODE = /^(?:0?777|a\+[rwx]*w[rwx]*|o\+[rwx]*w[rwx]*|ugo\+[rwx]*w[rwx]*|\+[rwx]*w[rwx]*)$/;

/** Pid files where everybody may put one. */
export const checkPidFolders: Check = ({ script }) => {
  if (script === undefined) return [];
  return [...publicPidfiles(script), ...openedFolders(script)];
};

function publicPidfiles(script: ShellScript): readonly Remark[] {
  const words: ShellWord[] = [];
  for (const [name, assignments] of script.assignments)
    if (/pid/i.test(name)) words.push(...assignments.map(({ value }) => value));
  const known = new Set(words.map(({ text }) => resolveText(script, text)));
  for (const { options } of findSsdCalls(script)) {
    const { value, valueWord } = options.get('pidfile') ?? {};
    if (value !== undefined && valueWord !== undefined && !known.has(value)) words.push(valueWord);
  }
  return words
    .filter(({ text }) => PUBLIC_FOLDER.test(resolveText(script, text).replace(/^--pidfile=/, '')))
    .map(({ start, end }) => ({
      code: 'RC404',
      start,
      end,
      message: 'everybody may write there, so anybody chooses which process is stopped',
      hint: 'keep pid files in /run, or in a folder there that is the daemon’s',
    }));
}

function openedFolders(script: ShellScript): readonly Remark[] {
  const makers = script.commands.filter(({ name }) => name === 'mkdir' || name === 'install');
  const madeFolders = new Set(
    makers.flatMap(({ command }) => command.words.map(({ text }) => resolveText(script, text))),
  );
  return script.commands.flatMap(({ name, command }) => {
    const texts = command.words.map(({ text }) => resolveText(script, text));
    const index = texts.findIndex(
      (text, at) => OPEN_MODE.test(text) && (name === 'chmod' || /^(?:-m|--mode)$/.test(texts[at - 1] ?? '')),
    );
    const mode = command.words[index];
    const target = texts.at(-1) ?? '';
    const isFolder = name !== 'chmod' || madeFolders.has(target) || target.endsWith('/');
    const isRun =
      (/^(?:\/var)?\/run\//.test(target) && isFolder) || /pid/i.test(command.words.at(-1)?.text ?? '');
    if (mode === undefined || !isRun || !/^(?:chmod|mkdir|install)$/.test(name)) return [];
    const message = 'everybody may write there, so anybody may put a pid file or a socket of their own';
    return [
      {
        code: 'RC404',
        start: mode.start,
        end: mode.end,
        message,
        hint: 'give it to the daemon’s user with mode 755',
      },
    ];
  });
}
