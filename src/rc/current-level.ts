/** The run level a system root is in, as commands beside init can know it. */
import { LEVEL_FILE, LEVELS_FILE } from '../core/system-paths.ts';
import { readTextIfAny } from '../os/text-file.ts';

/** @returns One character, or undefined where nobody says. */
export function currentLevel(root: string): string | undefined {
  const ours = readTextIfAny(root, LEVELS_FILE)?.trim();
  if (ours !== undefined && /^\S \S$/.test(ours)) return ours.slice(-1);
  const level = readTextIfAny(root, LEVEL_FILE)?.trim();
  return level !== undefined && /^\S$/.test(level) ? level : undefined;
}
