/** The names in a folder of a system root. */
import { readdirSync } from 'node:fs';
import { inRoot } from './in-root.ts';

/** @returns The names, sorted; none where there is no such folder. */
export function listFolder(root: string, path: string): readonly string[] {
  try {
    return readdirSync(inRoot(root, path)).toSorted();
  } catch {
    return [];
  }
}
