/** Small text files of a system root that may be missing. */
import { readdirSync, readFileSync } from 'node:fs';
import { inRoot } from './in-root.ts';

/** @returns The text, or undefined where the file is missing or cannot be read. */
export function readTextIfAny(root: string, path: string): string | undefined {
  try {
    return readFileSync(inRoot(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

/** @returns The bytes of a file of the machine, or undefined where it is missing or cannot be read. */
export function readBytesIfAny(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/**
 * @returns The text of a file of a system root.
 * @throws The error of open or read, e.g. ENOENT.
 */
export function readText(root: string, path: string): string {
  return readFileSync(inRoot(root, path), 'utf8');
}

/** @returns The names in a folder of a system root, sorted; none where it is missing or cannot be read. */
export function listNames(root: string, dir: string): readonly string[] {
  try {
    return readdirSync(inRoot(root, dir)).toSorted();
  } catch {
    return [];
  }
}
