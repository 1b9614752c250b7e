import { accessSync, constants } from 'node:fs';

/** Whether the file exists and we may read it. */
export function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
