/**
 * Run levels and the phases before them. Nothing here knows where a level is stored or who asked for it.
 */

/** A level a system can stay in. 7–9 are full levels, though usage texts stop at 6. */
export type RunLevel = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | 'S';

/** The levels named by `telinit a`: they start entries without leaving the run level. */
export type DemandLevel = 'A' | 'B' | 'C';

/** What the init process is in: a run level, or `#` (sysinit) and `*` (boot) before the first one. */
export type InitLevel = RunLevel | '#' | '*';

/** The previous level as programs see it: `N` means there was none. */
export type PreviousLevel = InitLevel | 'N';

export const RUN_LEVELS: readonly RunLevel[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'S'];

/** The levels that have link directories (`rc0.d` … `rc6.d`, `rcS.d`). */
export const RC_LEVELS = ['0', '1', '2', '3', '4', '5', '6', 'S'] as const;

/**
 * Reads one run level; lower-case `s` means `S`.
 * @param text The whole word, as a user or a kernel command line gives it.
 * @returns The level, or undefined when the word is not exactly one level.
 */
export function parseRunLevel(text: string): RunLevel | undefined {
  if (text === 's') return 'S';
  return RUN_LEVELS.find((level) => level === text);
}

/** Reads one demand level, `a`–`c` in either case. */
export function parseDemandLevel(text: string): DemandLevel | undefined {
  const upper = text.toUpperCase();
  return upper === 'A' || upper === 'B' || upper === 'C' ? upper : undefined;
}
