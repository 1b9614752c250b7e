/** Rules about the shell itself: its first line, the LSB's functions, what only bash knows, and the environment. */
import { nearestWord } from '../../core/nearest-word.ts';
import { resolveText, type ShellScript } from '../../core/shell/shell-script.ts';
import type { ShellWord } from '../../core/shell/shell-tree.ts';
import { findBashOption } from './bash-options.ts';
import type { Check, LintSubject, Remark } from './rule.ts';
import {
  declaredNames,
  isOptionOn,
  libraryCommand,
  optionSwitches,
  sourcedFiles,
  sourcesUnknownCode,
} from './shell-facts.ts';

const FIRST_LINE = /^[^\n]*/;

export const checkFirstLine: Check = ({ text, interpreter }) => {
  const end = FIRST_LINE.exec(text)?.[0].length ?? 0;
  if (interpreter !== 'none') return [];
  const message = 'the first line names no interpreter';
  return [{ code: 'RC301', start: 0, end, message, hint: 'let the script begin with #!/bin/sh' }];
};

export const checkReadable: Check = ({ script, text }) => {
  const [problem] = script?.problems ?? [];
  if (problem === undefined) return [];
  const at = Math.min(problem.at, Math.max(0, text.length - 1));
  return [{ code: 'RC302', start: at, end: at + 1, message: problem.message, hint: 'sh -n FILE says more' }];
};

export const checkLibrary: Check = (subject) => {
  const { script, interpreter } = subject;
  if (script === undefined || interpreter === 'declarative') return [];
  const library = libraryCommand(script);
  return library === undefined ? missingLibrary(script) : exitOnError(script, library.command.start);
};

/** `set -e` with the LSB's functions, one of which ends with the code it is given. */
function exitOnError(script: ShellScript, at: number): readonly Remark[] {
  const switches = optionSwitches(script, 'e');
  const first = switches.find(({ isOn }) => isOn);
  if (first === undefined) return [];
  const isOff = switches.some(({ isOn }) => !isOn);
  if (isOff && !isOptionOn(script, 'e', at)) return [];
  const message =
    'set -e is on around init-functions: log_end_msg 1 and pidofproc end the script before its exit';
  const hint = 'look at exit codes yourself, without set -e';
  return [{ code: 'RC303', start: first.start, end: first.end, message, hint }];
}

const LIBRARY_FUNCTION =
  /^(?:start_daemon|killproc|pidofproc|status_of_proc|log_(?:success|failure|warning|begin|daemon|progress|end|action|action_begin|action_cont|action_end)_msg)$/;

function missingLibrary(script: ShellScript): readonly Remark[] {
  if (sourcesUnknownCode(script)) return [];
  const used = script.commands.find(({ name }) => LIBRARY_FUNCTION.test(name) && !script.functions.has(name));
  const word = used?.command.words[0];
  if (word === undefined) return [];
  const message = `${word.text} is a function of the LSB's library, which is not read`;
  return [
    {
      code: 'RC304',
      start: word.start,
      end: word.end,
      message,
      hint: 'write ". /lib/lsb/init-functions" before',
    },
  ];
}

export const checkFolders: Check = ({ script }) =>
  (script?.commands ?? []).flatMap(({ name, command }) => {
    if (name !== 'cd') return [];
    const target = command.words.slice(1).find(({ text }) => !/^-[LPe]$/.test(text) && text !== '--');
    if (target !== undefined && /^[/$`~-]/.test(target.text)) return [];
    const message =
      target === undefined
        ? 'cd without a folder goes to $HOME, which is not set at boot'
        : `"${target.text}" is looked for in the folder that the caller happens to be in`;
    return [
      { code: 'RC307', start: command.start, end: command.end, message, hint: 'write the path from / on' },
    ];
  });

const ENVIRONMENT = /^(?:HOME|USER|LOGNAME|SHELL|MAIL|SUDO_USER)$/;

/** Variables that a login has and a boot has not. */
export const checkEnvironment: Check = ({ script, interpreter }) => {
  if (script === undefined) return [];
  const declared = declaredNames(script);
  const readsSettings =
    interpreter === 'declarative' || sourcedFiles(script).some(({ path }) => /default|conf/.test(path));
  return script.expansions
    .filter(({ name, operation }) => ENVIRONMENT.test(name) && !/^:?[-=+?]/.test(operation))
    .filter(({ name }) => !declared.has(name) && !(readsSettings && name !== 'HOME' && name !== 'LOGNAME'))
    .map(({ name, start, end }) => ({
      code: 'RC308',
      start,
      end,
      message: `$${name} is set in a login and not at boot`,
      hint: 'write the value itself',
    }));
};

/** Words that dash does not have, or takes for something else. */
const BASH_COMMAND =
  /^(?:\[\[|\(\(.*|source|let|declare|typeset|pushd|popd|shopt|disown|mapfile|readarray|caller|compgen|complete)$/s;
const BASH_VARIABLE = /^(?:RANDOM|FUNCNAME|BASH_SOURCE|BASH_VERSION|PIPESTATUS|EUID)$/;
const BASH_EXPANSION = /^(?:\/|:[^-=?+]|:$|\^|,|@|!|\[)/;

/** Certain ones only; shellcheck knows the rest. */
export const checkBashisms: Check = (subject) => {
  const { script, interpreter } = subject;
  if (script === undefined || (interpreter !== 'sh' && interpreter !== 'declarative')) return [];
  return [...bashCommands(script), ...bashSyntax(script), ...bashExpansions(script)];
};

function bashism(start: number, end: number, what: string, hint: string): Remark {
  return { code: 'RC305', start, end, message: `${what} is not known to sh`, hint };
}

function bashCommands(script: ShellScript): readonly Remark[] {
  return script.commands.flatMap(({ name, command }) => {
    const [word, ...rest] = command.words;
    if (word === undefined || word.isQuoted || script.functions.has(name)) return [];
    if (BASH_COMMAND.test(name))
      return [
        bashism(
          word.start,
          word.start + (name.startsWith('((') ? 2 : name.length),
          `"${name.startsWith('((') ? '((' : name}"`,
          BASH_HINTS[name] ?? 'write it for sh, or name bash in the first line',
        ),
      ];
    if (name === 'echo' && /^-[neE]*e[neE]*$/.test(rest[0]?.text ?? ''))
      return [echoRemark(rest[0]?.start ?? 0, rest[0]?.end ?? 0)];
    const option = findBashOption(name, rest);
    return option === undefined
      ? []
      : [bashism(option.word.start, option.word.end, option.what, option.hint)];
  });
}

const BASH_HINTS: Readonly<Record<string, string>> = {
  '[[': 'write [ … ], with quotes around variables',
  source: 'write "." instead',
  let: 'write x=$((…))',
};

function echoRemark(start: number, end: number): Remark {
  return {
    code: 'RC306',
    start,
    end,
    message: 'echo -e prints "-e" under dash',
    hint: "use printf 'text\\n'",
  };
}

function bashSyntax(script: ShellScript): readonly Remark[] {
  const remarks: Remark[] = [];
  for (const { hasKeyword, start, name } of script.functions.values())
    if (hasKeyword)
      remarks.push(bashism(start, start + 'function'.length, '"function"', `write ${name}() {`));
  for (const { command } of script.commands) {
    for (const { operator, start, end } of command.redirections)
      if (/^(?:<<<|&>>?|<\(|>\()$/.test(operator))
        remarks.push(
          bashism(
            start,
            end,
            `"${operator}"`,
            operator.startsWith('&') ? 'write >FILE 2>&1' : 'use a here-document or a pipe',
          ),
        );
    for (const { isArray, name, start, end } of command.assignments) {
      if (isArray) remarks.push(bashism(start, end, 'an array', 'use "set --" or several variables'));
      if (script.text[start + name.length] === '+')
        remarks.push(bashism(start, end, '"+="', `write ${name}="$${name}…"`));
    }
    remarks.push(...braces(command.words));
  }
  return [...remarks, ...script.loops.flatMap(({ words }) => braces(words)), ...bashOperators(script)];
}

function braces(words: readonly ShellWord[]): readonly Remark[] {
  return words
    .filter(({ text, isQuoted }) => !isQuoted && /\{\w+\.\.\w+\}/.test(text) && !text.includes('$'))
    .map(({ start, end }) => bashism(start, end, '"{a..b}"', 'write the words, or use seq'));
}

/** `>&FILE`, `|&` and `for ((`: no other shell can read the script. */
function bashOperators(script: ShellScript): readonly Remark[] {
  const files = script.commands
    .flatMap(({ command }) => command.redirections)
    .filter(
      ({ operator, target }) => operator === '>&' && !/^(?:[0-9]+-?|-|.*[$`].*)$/s.test(target?.text ?? '-'),
    )
    .map(({ start, end }) => bashism(start, end, '">&FILE"', 'write >FILE 2>&1'));
  const pipes = [...new Set(script.commands.map(({ context }) => context.pipeline))].flatMap((pipeline) =>
    (pipeline?.commands ?? []).slice(0, -1).flatMap(({ end }) => {
      const [gap = ''] = /^\s*\|&?/.exec(script.text.slice(end)) ?? [];
      const at = end + gap.length - 2;
      return gap.endsWith('|&') ? [bashism(at, at + 2, '"|&"', 'write 2>&1 |')] : [];
    }),
  );
  const loops = script.loops
    .filter(({ keyword, variable }) => keyword === 'for' && variable === '')
    .map(({ start }) => bashism(start, start + 'for'.length, '"for (("', 'use while and $((…))'));
  return [...files, ...pipes, ...loops];
}

function bashExpansions(script: ShellScript): readonly Remark[] {
  const declared = declaredNames(script);
  return script.expansions.flatMap(({ name, operation, start, end }) => {
    const text = script.text.slice(start, end);
    if (name === '')
      return [bashism(start, end + 1, `"$${script.text[end] ?? ''}…"`, 'use printf for \\n and \\t')];
    if (BASH_VARIABLE.test(name) && !declared.has(name))
      return [bashism(start, end, text, 'sh leaves it empty')];
    if (!BASH_EXPANSION.test(operation) || /^[#?@*!$-]$/.test(name)) return [];
    return [bashism(start, end, text, 'use ${x#…}, ${x%…}, case or sed')];
  });
}

const SETTINGS = [
  'DAEMON',
  'DAEMON_ARGS',
  'DESC',
  'NAME',
  'COMMAND_NAME',
  'PIDFILE',
  'RELOAD_ARGS',
  'RELOAD_SIGNAL',
  'SETPRIV_ARGS',
  'START_ARGS',
  'STOP_ARGS',
] as const;

/** Names of up to so many letters are near to too much. */
const MAX_SHORT_NAME = 4;

/** Scripts that only say what init-d-script is to do. */
export const checkDeclarative: Check = ({ script, interpreter, text }: LintSubject) => {
  if (script === undefined || interpreter !== 'declarative') return [];
  const remarks: Remark[] = [];
  const hasStart = ['do_start_cmd_override', 'do_start_override', 'do_start_cmd', 'do_start'].some((one) =>
    script.functions.has(one),
  );
  if (!script.assignments.has('DAEMON') && !hasStart) {
    const end = FIRST_LINE.exec(text)?.[0].length ?? 0;
    remarks.push({
      code: 'RC310',
      start: 0,
      end,
      message: 'DAEMON is not set, so there is nothing to start',
      hint: 'write DAEMON=/usr/sbin/NAME, or DAEMON=none and do_start_cmd_override',
    });
  }
  for (const [name, [first]] of script.assignments) {
    const near = nearSetting(name);
    const isUsed = script.expansions.some((one) => one.name === name);
    if (first === undefined || near === undefined || isUsed || script.assignments.has(near)) continue;
    const place = { start: first.start, end: first.start + name.length };
    remarks.push({
      ...place,
      code: 'RC311',
      message: `init-d-script does not read ${name}`,
      hint: `did you mean ${near}?`,
    });
  }
  return remarks;
};

/** The setting that a name is nearly: of short ones, only with the same letters. */
function nearSetting(name: string): string | undefined {
  if ((SETTINGS as readonly string[]).includes(name)) return undefined;
  const sort = (word: string): string => Array.from(word.replaceAll('_', '')).sort().join('');
  const same = SETTINGS.find((setting) => sort(setting) === sort(name.toUpperCase()));
  return (
    same ??
    nearestWord(
      name,
      SETTINGS.filter((setting) => setting.length > MAX_SHORT_NAME),
    )
  );
}

/** Names longer than the kernel keeps. */
export function isLongName(script: ShellScript, text: string): boolean {
  const name = resolveText(script, text);
  return !name.includes('$') && !name.includes('`') && name.length > 15;
}
