/** A shell script as rules look at it: every command with what surrounds it, functions, and what variables are set to. */
import { parseShell, type ShellParse } from './shell-parse.ts';
import type {
  ShellAssignment,
  ShellCase,
  ShellExpansion,
  ShellFunction,
  ShellLoop,
  ShellNode,
  ShellPipeline,
  ShellWord,
  SimpleCommand,
} from './shell-tree.ts';

/** What surrounds a command. */
export interface ShellContext {
  /** The innermost function. */
  readonly inFunction: string | undefined;
  /** Its exit status is looked at, so that `set -e` does not end the script. */
  readonly isTested: boolean;
  /** In the body of an `if`, or behind `&&` or `||`. */
  readonly isConditional: boolean;
  readonly loop: ShellLoop | undefined;
  readonly pipeline: ShellPipeline | undefined;
  /** Inside `$(…)` or backquotes. */
  readonly isSubstituted: boolean;
  /** Of the case branch it is in, from the outermost on. */
  readonly patterns: readonly (readonly string[])[];
}

export interface PlacedCommand {
  readonly command: SimpleCommand;
  readonly context: ShellContext;
  /** The name without quotes; empty where there is none or it is computed. */
  readonly name: string;
}

export interface ShellScript extends ShellParse {
  readonly text: string;
  /** In the order in which they stand. */
  readonly commands: readonly PlacedCommand[];
  readonly cases: readonly { readonly node: ShellCase; readonly context: ShellContext }[];
  /** Of all words but patterns, in no order. */
  readonly expansions: readonly ShellExpansion[];
  readonly loops: readonly ShellLoop[];
  /** By name, the last one of equals. */
  readonly functions: ReadonlyMap<string, ShellFunction>;
  /** By variable, in the order in which they stand. */
  readonly assignments: ReadonlyMap<string, readonly ShellAssignment[]>;
}

interface Draft {
  readonly commands: PlacedCommand[];
  readonly cases: { readonly node: ShellCase; readonly context: ShellContext }[];
  readonly expansions: ShellExpansion[];
  readonly loops: ShellLoop[];
  readonly functions: Map<string, ShellFunction>;
  readonly assignments: Map<string, ShellAssignment[]>;
}

const OUTSIDE: ShellContext = {
  inFunction: undefined,
  isTested: false,
  isConditional: false,
  loop: undefined,
  pipeline: undefined,
  isSubstituted: false,
  patterns: [],
};

/** Reads a script and puts what is in it in lists. */
export function readShellScript(text: string): ShellScript {
  const parse = parseShell(text);
  const draft: Draft = {
    commands: [],
    cases: [],
    expansions: [],
    loops: [],
    functions: new Map(),
    assignments: new Map(),
  };
  visitAll(parse.nodes, OUTSIDE, draft);
  return { ...parse, text, ...draft };
}

function visitAll(nodes: readonly ShellNode[], context: ShellContext, draft: Draft): void {
  for (const node of nodes) visit(node, context, draft);
}

function visit(node: ShellNode, context: ShellContext, draft: Draft): void {
  switch (node.kind) {
    case 'simple':
      return visitSimple(node, context, draft);
    case 'pipeline':
      return visitAll(
        node.commands,
        { ...context, pipeline: node, isTested: context.isTested || node.isNegated },
        draft,
      );
    case 'and-or':
      visit(node.left, { ...context, isTested: true }, draft);
      return visit(node.right, { ...context, isConditional: true }, draft);
    case 'group':
      return visitAll(node.body, context, draft);
    case 'if':
      for (const { condition, body } of node.clauses) {
        visitAll(condition, { ...context, isTested: true }, draft);
        visitAll(body, { ...context, isConditional: true }, draft);
      }
      return visitAll(node.otherwise ?? [], { ...context, isConditional: true }, draft);
    case 'loop':
      draft.loops.push(node);
      visitWords(node.words, context, draft);
      visitAll(node.condition, { ...context, isTested: true, loop: node }, draft);
      return visitAll(node.body, { ...context, loop: node }, draft);
    case 'case':
      draft.cases.push({ node, context });
      visitWords([node.subject], context, draft);
      for (const { patterns, body } of node.branches) {
        const inside = [...context.patterns, patterns.map(({ text }) => text)];
        visitAll(body, { ...context, patterns: inside }, draft);
      }
      return;
    case 'function':
      draft.functions.set(node.name, node);
      return visitAll(node.body, { ...OUTSIDE, inFunction: node.name }, draft);
  }
}

function visitSimple(command: SimpleCommand, context: ShellContext, draft: Draft): void {
  for (const one of command.assignments) {
    const known = draft.assignments.get(one.name);
    if (known === undefined) draft.assignments.set(one.name, [one]);
    else known.push(one);
  }
  draft.commands.push({ command, context, name: command.words[0]?.text ?? '' });
  const targets = command.redirections.flatMap(({ target }) => (target === undefined ? [] : [target]));
  visitWords(
    [...command.assignments.map(({ value }) => value), ...command.words, ...targets],
    context,
    draft,
  );
}

function visitWords(words: readonly ShellWord[], context: ShellContext, draft: Draft): void {
  for (const { bodies, expansions } of words) {
    draft.expansions.push(...expansions);
    for (const body of bodies)
      visitAll(body, { ...context, isSubstituted: true, isTested: false, pipeline: undefined }, draft);
  }
}

const VARIABLE = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;
const MAX_DEPTH = 8;

/**
 * Puts values in the place of variables that the script sets once, to something fixed.
 * @returns The text; what cannot be known stays as it is, e.g. `$NAME`.
 */
export function resolveText(script: ShellScript, text: string, depth = 0): string {
  if (depth > MAX_DEPTH || !text.includes('$')) return text;
  return text.replace(VARIABLE, (whole, braced: string | undefined, plain: string | undefined) => {
    const values = script.assignments.get(braced ?? plain ?? '') ?? [];
    const [only] = values;
    if (only === undefined || values.length > 1 || only.isArray || only.value.bodies.length > 0) return whole;
    return resolveText(script, only.value.text, depth + 1);
  });
}
