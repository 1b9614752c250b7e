/** Rules about actions and exit codes. */
import { nearestWord } from '../../core/nearest-word.ts';
import { resolveText, type PlacedCommand, type ShellScript } from '../../core/shell/shell-script.ts';
import type { ShellBranch, ShellCase, ShellNode, SimpleCommand } from '../../core/shell/shell-tree.ts';
import { commandsIn, endingOf, findDispatch, type Dispatch, type Ending } from './dispatch.ts';
import type { Check, Remark } from './rule.ts';
import { isOptionOn, optionSwitches, sourcesUnknownCode } from './shell-facts.ts';

const REQUIRED = ['start', 'stop', 'restart', 'force-reload', 'status'] as const;
const OPTIONAL = ['try-restart', 'reload'] as const;

/** What the script answers to, what to anything else, and what `status` says. */
export const checkActions: Check = ({ script, interpreter }) => {
  if (script === undefined || interpreter === 'declarative' || script.problems.length > 0) return [];
  const dispatch = findDispatch(script);
  if (dispatch === undefined) return missingDispatch(script);
  return [
    ...missingActions(dispatch),
    ...unknownAction(script, dispatch),
    ...statusCodes(script, dispatch),
    ...swallowedFailure(script, dispatch),
    ...missingArgument(script, dispatch),
  ];
};

function missingDispatch(script: ShellScript): readonly Remark[] {
  const usesArgument = script.expansions.some(({ name }) => /^[1@*]$/.test(name));
  const first = script.commands[0]?.command;
  if (usesArgument || first === undefined || sourcesUnknownCode(script)) return [];
  const message = 'the script never looks at its argument, so it has no actions';
  return [
    { code: 'RC201', start: first.start, end: first.end, message, hint: 'add case "$1" in start) … esac' },
  ];
}

function missingActions({ place, actions, isOpen }: Dispatch): readonly Remark[] {
  if (isOpen) return [];
  const patterns = [...actions].filter((one) => one !== '*');
  const has = (action: string): boolean => patterns.some((pattern) => matchesPattern(pattern, action));
  return [
    ...REQUIRED.filter((action) => !has(action)).map((action) => {
      const near = nearestWord(
        action,
        patterns.filter((one) => !(REQUIRED as readonly string[]).includes(one)),
      );
      const hint = near === undefined ? `add a branch "${action})"` : `is "${near}" meant to be it?`;
      return {
        ...place,
        code: 'RC201',
        message: `there is no action "${action}", which the LSB asks for`,
        hint,
      };
    }),
    ...OPTIONAL.filter((action) => !has(action)).map((action) => ({
      ...place,
      code: 'RC202',
      message: `there is no action "${action}"`,
    })),
  ];
}

/** Case patterns with `*`, `?` and brackets. */
function matchesPattern(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  try {
    return new RegExp(`^(?:${source})$`).test(text);
  } catch {
    return pattern === text;
  }
}

function unknownAction(script: ShellScript, { main, fallback, isOpen }: Dispatch): readonly Remark[] {
  if (isOpen || main === undefined) return [];
  const ending = endingBehind(script, main, fallback);
  if (ending === 'unknown' || ending === 2 || ending === 3) return [];
  const pattern = fallback?.patterns[0];
  const place = {
    start: pattern?.start ?? main.start,
    end: pattern?.end ?? main.start + 'case'.length,
  };
  const hint = 'print the usage on standard error and "exit 2"';
  if (ending !== 0 && ending !== 'falls')
    return [
      { ...place, code: 'RC204', message: `an unknown action ends with ${ending}, expected 2 or 3`, hint },
    ];
  const message = 'an unknown action ends with 0, as if it had been done';
  return [{ ...place, code: 'RC203', message, hint }];
}

/** Of a branch and of what follows the case, where that can be told. */
function endingBehind(script: ShellScript, main: ShellCase, branch: ShellBranch | undefined): Ending {
  const ending = endingOf(script, branch?.body ?? []);
  if (ending !== 'falls') return ending;
  const index = script.nodes.indexOf(main);
  if (index < 0) return 'unknown';
  const behind = script.nodes.slice(index + 1);
  const later = endingOf(script, behind);
  if (later !== 'falls') return later;
  return lastIsHarmless(behind.at(-1) ?? branch?.body.at(-1)) ? 0 : 'unknown';
}

/** Whether the last command of the script, whose status is the script's, can hardly fail. */
function lastIsHarmless(node: ShellNode | undefined): boolean {
  if (node === undefined) return true;
  return node.kind === 'simple' && /^(?:echo|printf|:|true|log_[a-z]+_msg)$/.test(node.words[0]?.text ?? '');
}

const STATUS_SOURCES =
  /^(?:echo|printf|log_\w+|\[|test|\[\[|kill|cat|ps|grep|egrep|pgrep|pidof|:|true|false|exit|return|local|head|awk|sed|cut|tr|wc|basename|)$/;

const STATUS_HINT = 'end it with status_of_proc -p PIDFILE DAEMON NAME; exit $?';

/** `status` of which every command is known, and none of whose codes is 3. */
function statusCodes(script: ShellScript, { main }: Dispatch): readonly Remark[] {
  const branch = main?.branches.find(({ patterns }) => patterns.some(({ text }) => text === 'status'));
  const pattern = branch?.patterns.find(({ text }) => text === 'status');
  if (main === undefined || branch === undefined || pattern === undefined) return [];
  const commands = commandsIn(script, branch.body);
  if (isThrownAway(script, main, branch)) {
    const message = 'status ends with 0 whatever it finds, since the script does';
    return [{ code: 'RC207', start: pattern.start, end: pattern.end, message, hint: STATUS_HINT }];
  }
  const isKnown = commands.every(({ name }) => STATUS_SOURCES.test(name) || script.functions.has(name));
  if (!isKnown || commands.every(({ name }) => !/^(?:echo|printf|log_\w+)$/.test(name))) return [];
  const index = script.nodes.indexOf(main);
  const behind = index < 0 ? [] : commandsIn(script, script.nodes.slice(index + 1));
  const last = branch.body.at(-1);
  if (index < 0 || (behind.length === 0 && !endsTalking(last))) return [];
  const codes = [...commands, ...behind]
    .filter(({ name }) => name === 'exit' || name === 'return')
    .map(({ command }) => resolveText(script, command.words[1]?.text ?? '$?'));
  if (!codes.every((code) => /^[0-9]+$/.test(code)) || codes.includes('3')) return [];
  const message = 'status never ends with 3, which means "not running"';
  return [{ code: 'RC207', start: pattern.start, end: pattern.end, message, hint: STATUS_HINT }];
}

const STATUS_QUESTION =
  /^(?:status_of_proc|pidofproc|pidof|pgrep|ps|kill|start-stop-daemon|test|\[|echo|printf|log_\w+)$/;

/** The branch goes on to the end of the script, which is `exit 0` or `:`. */
function isThrownAway(script: ShellScript, main: ShellCase, branch: ShellBranch): boolean {
  const last = script.nodes.at(-1);
  if (last === undefined || !isZero(script, last) || !script.nodes.includes(main)) return false;
  if (isOptionOn(script, 'e', last.start)) return false;
  // A branch that asks nothing belongs to a script whose work is done at once, and "$1" may be anything.
  const own = commandsIn(script, branch.body);
  if (!own.some(({ name }) => STATUS_QUESTION.test(name)) || own.some(({ name }) => name.startsWith('$')))
    return false;
  if (own.some(returnsFromScript)) return false;
  const behind = script.nodes.slice(script.nodes.indexOf(main) + 1, -1);
  return commandsIn(script, [...branch.body, ...behind]).every(
    ({ name }) => name !== 'exit' && name !== 'exec',
  );
}

/** dash ends a script by it. */
function returnsFromScript({ name, context }: PlacedCommand): boolean {
  return name === 'return' && context.inFunction === undefined;
}

/** Whether a part ends with talking, whichever way it goes, so that its code is 0. */
function endsTalking(node: ShellNode | undefined): boolean {
  if (node === undefined) return true;
  if (node.kind === 'if')
    return [...node.clauses.map(({ body }) => body), node.otherwise ?? []].every((body) =>
      endsTalking(body.at(-1)),
    );
  return (
    node.kind === 'simple' && /^(?:echo|printf|log_\w+_msg|exit|return)$/.test(node.words[0]?.text ?? '')
  );
}

/** The script ends with `exit 0` or `:` whatever `start` has done. */
function swallowedFailure(script: ShellScript, { main }: Dispatch): readonly Remark[] {
  const last = script.nodes.at(-1);
  const branch = main?.branches.find(({ patterns }) => patterns.some(({ text }) => text === 'start'));
  if (main === undefined || branch === undefined || last === undefined) return [];
  if (!isZero(script, last) || !script.nodes.includes(main)) return [];
  if (isOptionOn(script, 'e', last.start)) return [];
  const commands = commandsIn(script, branch.body);
  if (commands.some((one) => /^(?:exit|exec|trap)$/.test(one.name) || returnsFromScript(one))) return [];
  if (
    !commands.some(({ command }) =>
      command.words.some(({ text }) => /start-stop-daemon$|^start_daemon$|daemon/i.test(text)),
    )
  )
    return [];
  return [
    {
      code: 'RC208',
      start: last.start,
      end: last.end,
      message: 'the script ends with 0 here, also when start has failed',
      hint: 'keep the code of the action and end with it: exit "$code"',
    },
  ];
}

function isZero(script: ShellScript, node: ShellNode): boolean {
  if (node.kind !== 'simple') return false;
  const [name, code = ''] = node.words.map(({ text }) => text);
  return name === ':' || name === 'true' || (name === 'exit' && resolveText(script, code) === '0');
}

/** Under `set -u`, `$1` without an argument ends the script with a shell's message and code. */
function missingArgument(script: ShellScript, { main }: Dispatch): readonly Remark[] {
  const expansion = main?.subject.expansions[0];
  if (main === undefined || expansion?.name !== '1' || expansion.operation !== '') return [];
  if (optionSwitches(script, 'u').length === 0 || !isOptionOn(script, 'u', main.start)) return [];
  const message = 'under set -u, a call without an argument ends here with a message of the shell';
  return [{ code: 'RC209', start: expansion.start, end: expansion.end, message, hint: 'write "${1:-}"' }];
}

/** What happens where the program is gone and its script is left, as after `apt remove`. */
export const checkMissingProgram: Check = ({ script, interpreter }) => {
  if (script === undefined || interpreter === 'declarative' || script.problems.length > 0) return [];
  return script.nodes.flatMap((node) => {
    const guard = readGuard(script, node);
    return guard === undefined ? [] : judgeGuard(guard);
  });
};

interface Guard {
  readonly exit: SimpleCommand;
  readonly code: number;
}

function readGuard(script: ShellScript, node: ShellNode): Guard | undefined {
  if (node.kind === 'and-or') {
    const isGuard =
      node.operator === '||'
        ? isProgramTest(script, node.left, false)
        : isProgramTest(script, node.left, true);
    return isGuard ? literalExit(script, [node.right]) : undefined;
  }
  const [clause] = node.kind === 'if' ? node.clauses : [];
  const [condition] = clause?.condition ?? [];
  if (clause === undefined || condition === undefined || clause.condition.length > 1) return undefined;
  return isProgramTest(script, condition, true) ? literalExit(script, clause.body) : undefined;
}

const PROGRAM_FOLDER = /^\/(?:usr\/)?(?:local\/)?(?:s?bin|lib|libexec|lib\/\w+)\//;

function isProgramTest(script: ShellScript, node: ShellNode, isNegated: boolean): boolean {
  if (node.kind === 'pipeline' && node.isNegated && node.commands.length === 1)
    return node.commands.some((one) => isProgramTest(script, one, !isNegated));
  if (node.kind !== 'simple') return false;
  const texts = node.words.map(({ text }) => text).filter((text) => text !== ']');
  const [name, ...rest] = texts;
  if (name !== '[' && name !== 'test') return false;
  const [first, second = ''] = rest[0] === '!' ? rest.slice(1) : rest;
  if ((rest[0] === '!') !== isNegated || rest.length > (isNegated ? 3 : 2)) return false;
  const path = resolveText(script, second);
  if (/init-functions/.test(path)) return false;
  return first === '-x' || (/^-[ef]$/.test(first ?? '') && PROGRAM_FOLDER.test(path));
}

function literalExit(script: ShellScript, body: readonly ShellNode[]): Guard | undefined {
  const code = endingOf(script, body);
  if (typeof code !== 'number') return undefined;
  const exit = commandsIn(script, body).find(({ name }) => name === 'exit')?.command;
  return exit === undefined ? undefined : { exit, code };
}

function judgeGuard({ exit, code }: Guard): readonly Remark[] {
  const place = { start: exit.start, end: exit.end };
  if (code === 5) return [];
  if (code !== 0)
    return [
      {
        ...place,
        code: 'RC205',
        message: `a missing program ends with ${code}, expected 5 (or 0, as Debian has it)`,
        hint: 'write "exit 5"',
      },
    ];
  const message = 'where the program is missing every action ends with 0, and status says "running" by that';
  return [{ ...place, code: 'RC206', message, hint: 'let status end with 4 or 3, and start with 5' }];
}
