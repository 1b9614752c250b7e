/** What a rule of the linter is, what it looks at, and what it says. */
import type { Diagnostic, Severity } from '../../core/diagnostic.ts';
import type { ShellScript } from '../../core/shell/shell-script.ts';

export interface LintRule {
  /** Stable: `RC` and three digits; a code is never used again for something else. */
  readonly code: string;
  readonly severity: Severity;
  /** A few words, for tables. */
  readonly title: string;
  /** What happens to whom if it stays as it is. */
  readonly why: string;
  readonly wrong: string;
  readonly right: string;
  /** `--fix` puts it right. */
  readonly isFixable?: true;
}

/** Replaces the text from one offset up to another. */
export interface LintEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface LintFinding extends Diagnostic {
  /** Puts it right; none where that is not certain. */
  readonly edits: readonly LintEdit[];
}

/** What the scripts around a script offer. */
export interface LintWorld {
  /** System facilities, with the `$`. */
  readonly facilities: ReadonlySet<string>;
  /** Services that scripts provide. */
  readonly provided: ReadonlySet<string>;
}

export type Interpreter = 'sh' | 'bash' | 'declarative' | 'other' | 'none';

export interface LintSubject {
  /** As the user knows it. */
  readonly file: string;
  /** The script's name: the last part of its path. */
  readonly name: string;
  readonly text: string;
  readonly interpreter: Interpreter;
  /** Undefined where it is no shell script. */
  readonly script: ShellScript | undefined;
  readonly isExecutable: boolean;
  /** In a folder called init.d, where services it needs should be too. */
  readonly isInstalled: boolean;
  readonly world: LintWorld;
}

/** What a check says: a rule's code, a place, and words. */
export interface Remark {
  readonly code: string;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly hint?: string;
  readonly edits?: readonly LintEdit[];
}

/** A check belongs to several rules that look at the same things. */
export type Check = (subject: LintSubject) => readonly Remark[];
