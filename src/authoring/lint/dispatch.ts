/** Which actions a script knows, where it decides on them, and with which exit code a part of it ends. */
import { resolveText, type PlacedCommand, type ShellScript } from '../../core/shell/shell-script.ts';
import type { ShellBranch, ShellCase, ShellNode, SimpleCommand } from '../../core/shell/shell-tree.ts';

export interface Dispatch {
  /** The case with the most actions; undefined where `[ "$1" = … ]` alone decides. */
  readonly main: ShellCase | undefined;
  /** Where it decides: the word `case`, or the first comparison. */
  readonly place: { readonly start: number; readonly end: number };
  /** What the script answers to; patterns as they are written. */
  readonly actions: ReadonlySet<string>;
  /** The branch for everything else. */
  readonly fallback: ShellBranch | undefined;
  /** What is not listed goes to some other program, so that nothing is known about it. */
  readonly isOpen: boolean;
}

const ACTION = /^(?:start|stop|restart|reload|force-reload|status|try-restart)$/;

/** @returns Undefined where nothing looks like a decision on the argument. */
export function findDispatch(script: ShellScript): Dispatch | undefined {
  const cases = script.cases.filter(({ node, context }) => isOnArgument(script, node, context.inFunction));
  const nodes = cases.map(({ node }) => node);
  const main = nodes.toSorted((a, b) => countActions(b) - countActions(a))[0];
  const comparisons = comparedWords(script);
  const actions = new Set([
    ...nodes.flatMap(({ branches }) => branches.flatMap(({ patterns }) => patterns.map(({ text }) => text))),
    ...comparisons.map(({ word }) => word),
  ]);
  if (![...actions].some((action) => ACTION.test(action))) return undefined;
  const fallback = main?.branches.find(({ patterns }) => patterns.some(({ text }) => text === '*'));
  const isOpen = fallback !== undefined && passesArgumentOn(script, fallback.body);
  const first = comparisons[0]?.place ?? { start: 0, end: 1 };
  const place = main === undefined ? first : { start: main.start, end: main.start + 'case'.length };
  return { main, place, actions, fallback, isOpen };
}

function countActions({ branches }: ShellCase): number {
  return branches.flatMap(({ patterns }) => patterns).filter(({ text }) => ACTION.test(text)).length;
}

function isOnArgument(script: ShellScript, { subject }: ShellCase, inFunction: string | undefined): boolean {
  if (subject.expansions.length !== 1) return false;
  const name = subject.expansions[0]?.name ?? '';
  const isArgument =
    name === '1' || (script.assignments.get(name) ?? []).some(({ value }) => /^\$\{?1\b/.test(value.text));
  return isArgument && (inFunction === undefined || getsOurArgument(script, inFunction));
}

/** Whether the script calls the function with its own first argument. */
function getsOurArgument(script: ShellScript, name: string): boolean {
  return script.commands.some(
    ({ name: called, command, context }) =>
      called === name &&
      context.inFunction === undefined &&
      /^\$(?:\{?1\b|@|\*)/.test(command.words[1]?.text ?? ''),
  );
}

/** The other sides of `[ "$1" = start ]`. */
function comparedWords(
  script: ShellScript,
): readonly { readonly word: string; readonly place: Dispatch['place'] }[] {
  return script.commands.flatMap(({ name, command, context }) => {
    if (context.inFunction !== undefined && !getsOurArgument(script, context.inFunction)) return [];
    if (name !== '[' && name !== 'test' && name !== '[[') return [];
    const texts = command.words.map(({ text }) => text);
    return texts.flatMap((text, index) => {
      if (!/^x?\$\{?1\b/.test(text) || !/^==?$/.test(texts[index + 1] ?? '')) return [];
      const word = (texts[index + 2] ?? '').replace(/^x(?=start|stop|re|force|status)/, '');
      return [{ word, place: { start: command.start, end: command.end } }];
    });
  });
}

const SPEAKERS = /^(?:echo|printf|log_.*|logger|usage|:|\[|test|exit|return)$/;

function passesArgumentOn(script: ShellScript, body: readonly ShellNode[]): boolean {
  return commandsIn(script, body).some(
    ({ name, command }) =>
      !SPEAKERS.test(name) &&
      !script.functions.has(name) &&
      command.words.some(({ text }) => /^\$(?:\{?1\b|@|\*)/.test(text)),
  );
}

/** The commands of a part of the script, and of the functions that are called in it. */
export function commandsIn(script: ShellScript, body: readonly ShellNode[]): readonly PlacedCommand[] {
  const seen = new Set<string>();
  const inside = (spans: readonly { readonly start: number; readonly end: number }[]): PlacedCommand[] =>
    script.commands
      .filter(({ command }) => spans.some(({ start, end }) => command.start >= start && command.end <= end))
      .flatMap((one) => {
        const called = seen.has(one.name) ? undefined : script.functions.get(one.name);
        seen.add(one.name);
        return called === undefined ? [one] : [one, ...inside(called.body)];
      });
  return inside(body);
}

/** A number, `unknown` where it cannot be told, `falls` where the part does not end the script. */
export type Ending = number | 'unknown' | 'falls';

const MAX_CALLS = 8;

/**
 * With which code a list of commands ends the script, for certain.
 * @param args What `$1` and so on stand for, inside a function.
 */
export function endingOf(
  script: ShellScript,
  nodes: readonly ShellNode[],
  args: readonly string[] = [],
  calls = 0,
): Ending {
  for (const node of nodes) {
    const ending = endingOfNode(script, node, args, calls);
    if (ending !== 'falls') return ending;
  }
  return 'falls';
}

function endingOfNode(script: ShellScript, node: ShellNode, args: readonly string[], calls: number): Ending {
  if (node.kind === 'simple') return endingOfCommand(script, node, args, calls);
  if (node.kind === 'function') return 'falls';
  if (node.kind === 'group') return node.isSubshell ? 'falls' : endingOf(script, node.body, args, calls);
  return mayExit(script, node) ? 'unknown' : 'falls';
}

function endingOfCommand(
  script: ShellScript,
  { words }: SimpleCommand,
  args: readonly string[],
  calls: number,
): Ending {
  const [name = '', ...rest] = words.map(({ text }) => text);
  if (name === 'exec' && rest.length > 0) return 'unknown';
  if (name === 'return') return 'unknown';
  if (name === 'exit') {
    const [, position] = /^\$\{?([1-9])\}?$/.exec(rest[0] ?? '') ?? [];
    const code = resolveText(
      script,
      position === undefined ? (rest[0] ?? '') : (args[Number(position) - 1] ?? ''),
    );
    return /^[0-9]+$/.test(code) ? Number(code) : 'unknown';
  }
  const called = script.functions.get(name);
  if (called === undefined || calls > MAX_CALLS) return 'falls';
  const ending = endingOf(script, called.body, rest, calls + 1);
  return ending === 'unknown' && !mayExit(script, called) ? 'falls' : ending;
}

/** Whether an `exit` can be reached from there. */
export function mayExit(script: ShellScript, node: ShellNode): boolean {
  return commandsIn(script, node.kind === 'function' ? node.body : [node]).some(
    ({ name, context }) => (name === 'exit' || name === 'exec') && !context.isSubstituted,
  );
}
