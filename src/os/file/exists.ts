/** Whether anything has this name. */
import { lstatSync } from 'node:fs';

/** Also true for a link that leads nowhere. */
export function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
