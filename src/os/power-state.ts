/** The power state file that UPS daemons write before they send SIGPWR. */
import { readFileSync, rmSync } from 'node:fs';
import { OLD_POWER_STATUS, POWER_STATUS } from '../core/system-paths.ts';
import { inRoot } from './in-root.ts';

/** @returns The first character of the file, which is deleted; undefined if there is none. */
export function takePowerState(root: string): string | undefined {
  for (const path of [POWER_STATUS, OLD_POWER_STATUS]) {
    try {
      const file = inRoot(root, path);
      const state = readFileSync(file, 'latin1').slice(0, 1);
      rmSync(file, { force: true });
      return state === '' ? undefined : state;
    } catch {
      // Not this one.
    }
  }
  return undefined;
}
