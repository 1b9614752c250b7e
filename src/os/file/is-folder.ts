import { statSync } from 'node:fs';

/** Whether the path names a folder we can look at. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
