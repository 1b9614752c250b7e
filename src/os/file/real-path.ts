/** The path behind all links, or the path itself where it cannot be resolved. */
import { realpathSync } from 'node:fs';

export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
