/** What a shell script is made of, as far as reading it without running it needs: commands, words, places. */

/** Offsets in UTF-16 units: `end` is behind the last one. */
export interface ShellSpan {
  readonly start: number;
  readonly end: number;
}

/** `$NAME`, `${NAME…}` or a special parameter. */
export interface ShellExpansion extends ShellSpan {
  /** `HOME`, `1`, `@`; empty where it could not be read. */
  readonly name: string;
  /** What follows the name inside the braces, e.g. `:-default`. */
  readonly operation: string;
  readonly isQuoted: boolean;
}

export interface ShellWord extends ShellSpan {
  /** Without quotes; expansions stand in it as they are written. */
  readonly text: string;
  readonly isQuoted: boolean;
  readonly expansions: readonly ShellExpansion[];
  /** The commands of `$(…)` and backquotes. */
  readonly bodies: readonly (readonly ShellNode[])[];
}

export interface ShellRedirection extends ShellSpan {
  /** `>`, `<<`, `&>`, `<(` … without the number of the descriptor. */
  readonly operator: string;
  readonly target: ShellWord | undefined;
}

export interface ShellAssignment extends ShellSpan {
  readonly name: string;
  readonly value: ShellWord;
  /** `x=(…)`, which only some shells know. */
  readonly isArray: boolean;
}

export interface SimpleCommand extends ShellSpan {
  readonly kind: 'simple';
  readonly assignments: readonly ShellAssignment[];
  /** The command's name first; none where there are assignments or redirections only. */
  readonly words: readonly ShellWord[];
  readonly redirections: readonly ShellRedirection[];
}

export interface ShellPipeline extends ShellSpan {
  readonly kind: 'pipeline';
  readonly isNegated: boolean;
  readonly commands: readonly ShellNode[];
}

export interface ShellAndOr extends ShellSpan {
  readonly kind: 'and-or';
  readonly operator: '&&' | '||';
  readonly left: ShellNode;
  readonly right: ShellNode;
}

export interface ShellGroup extends ShellSpan {
  readonly kind: 'group';
  readonly isSubshell: boolean;
  readonly body: readonly ShellNode[];
}

export interface ShellIf extends ShellSpan {
  readonly kind: 'if';
  readonly clauses: readonly {
    readonly condition: readonly ShellNode[];
    readonly body: readonly ShellNode[];
  }[];
  /** Undefined where there is no `else`. */
  readonly otherwise: readonly ShellNode[] | undefined;
}

export interface ShellLoop extends ShellSpan {
  readonly kind: 'loop';
  readonly keyword: 'while' | 'until' | 'for';
  /** The variable of `for`; empty for others. */
  readonly variable: string;
  /** Of `while` and `until`. */
  readonly condition: readonly ShellNode[];
  /** Of `for`. */
  readonly words: readonly ShellWord[];
  readonly body: readonly ShellNode[];
}

export interface ShellBranch extends ShellSpan {
  readonly patterns: readonly ShellWord[];
  readonly body: readonly ShellNode[];
}

export interface ShellCase extends ShellSpan {
  readonly kind: 'case';
  readonly subject: ShellWord;
  readonly branches: readonly ShellBranch[];
}

export interface ShellFunction extends ShellSpan {
  readonly kind: 'function';
  readonly name: string;
  /** Written with the word `function`, which POSIX does not know. */
  readonly hasKeyword: boolean;
  readonly body: readonly ShellNode[];
}

export type ShellNode =
  | SimpleCommand
  | ShellPipeline
  | ShellAndOr
  | ShellGroup
  | ShellIf
  | ShellLoop
  | ShellCase
  | ShellFunction;

export interface ShellComment extends ShellSpan {
  /** With the `#`. */
  readonly text: string;
}

/** Where reading failed. What follows may have been understood wrongly. */
export interface ShellProblem {
  readonly at: number;
  /** One sentence without a final dot. */
  readonly message: string;
}
