/** The power state file that UPS daemons write before they send SIGPWR. */
import { closeSync, constants, openSync, readSync, rmSync } from 'node:fs';
import { OLD_POWER_STATUS, POWER_STATUS } from '../core/system-paths.ts';
import { inRoot } from './in-root.ts';

/**
 * @param onOldPath Told that the file was at its old place, in the words of the original.
 * @returns The first character of the file, which is deleted; undefined if there is none.
 */
export function takePowerState(
  root: string,
  onOldPath: (text: string) => void = () => undefined,
): string | undefined {
  for (const path of [POWER_STATUS, OLD_POWER_STATUS]) {
    try {
      const file = inRoot(root, path);
      const state = readFirstByte(file);
      rmSync(file, { force: true });
      if (path === OLD_POWER_STATUS)
        onOldPath(`warning: found obsolete path ${path}, use ${POWER_STATUS} instead`);
      return state === '' ? undefined : state;
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

/** Whatever is there in place of the file must not block PID 1. */
function readFirstByte(file: string): string {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const byte = Buffer.alloc(1);
    return byte.toString('latin1', 0, readSync(fd, byte));
  } finally {
    closeSync(fd);
  }
}
