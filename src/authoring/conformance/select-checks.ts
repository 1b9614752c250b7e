/** Which checks `--only` and `--skip` leave. Pure. */
import { nearestWord } from '../../core/nearest-word.ts';
import { GROUPS, type CheckInfo } from './check.ts';

export type Selection =
  | { readonly kind: 'selected'; readonly names: readonly string[] }
  | { readonly kind: 'unknown'; readonly word: string; readonly near: string | undefined };

/**
 * @param only Names of checks and groups; empty means all.
 * @param skip Names of checks and groups to leave out of those.
 */
export function selectChecks(
  checks: readonly CheckInfo[],
  only: readonly string[],
  skip: readonly string[],
): Selection {
  const words = [...checks.map(({ name }) => name), ...GROUPS];
  const unknown = [...only, ...skip].find((word) => !words.includes(word));
  if (unknown !== undefined) return { kind: 'unknown', word: unknown, near: nearestWord(unknown, words) };
  const isNamed = ({ name, groups }: CheckInfo, list: readonly string[]): boolean =>
    list.includes(name) || groups.some((group) => list.includes(group));
  const names = checks
    .filter((check) => (only.length === 0 || isNamed(check, only)) && !isNamed(check, skip))
    .map(({ name }) => name);
  return { kind: 'selected', names };
}
