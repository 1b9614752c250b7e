/** All rules by code, and how they are explained. docs/lint.md has the same words; a test compares them. */
import { HEADER_RULES } from './rules-header.ts';
import { ACTION_RULES, OTHER_RULES, PROCESS_RULES, SHELL_RULES } from './rules-script.ts';
import type { LintRule } from './rule.ts';

/** In the order of their codes. */
export const RULES: readonly LintRule[] = [
  ...HEADER_RULES,
  ...ACTION_RULES,
  ...SHELL_RULES,
  ...PROCESS_RULES,
  ...OTHER_RULES,
];

const BY_CODE: ReadonlyMap<string, LintRule> = new Map(RULES.map((rule) => [rule.code, rule]));

export function isRuleCode(code: string): boolean {
  return BY_CODE.has(code);
}

/** @throws {Error} For a code that no rule has: a fault of a check. */
export function ruleOf(code: string): LintRule {
  const rule = BY_CODE.get(code);
  if (rule === undefined) throw new Error(`no rule ${code}`);
  return rule;
}

/** A section in Markdown, as `--explain` prints it and docs/lint.md has it. */
export function explainRule({ code, severity, title, why, wrong, right, isFixable }: LintRule): string {
  const fix = isFixable === true ? ', `--fix` puts it right' : '';
  return `### ${code}: ${title}\n\n${severity}${fix}. ${why}\n\nWrong:\n\n${indent(wrong)}\n\nRight:\n\n${indent(right)}\n`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}
