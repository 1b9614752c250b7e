/** The power state file that UPS daemons write before they send SIGPWR. */
import { closeSync, constants, openSync, readSync, rmSync } from 'node:fs';
import { OLD_POWER_STATUS, POWER_STATUS } from '../../core/system-paths.ts';
import { inRoot } from '../file/in-root.ts';

/**
 * @param warn Told when the state stood at the old place only.
 * @returns The first character of the file, which is deleted; undefined if there is none.
 */
export function takePowerState(root: string, warn: (text: string) => void): string | undefined {
  const state = takeFirstByte(inRoot(root, POWER_STATUS));
  if (state !== undefined) return state === '' ? undefined : state;
  const old = takeFirstByte(inRoot(root, OLD_POWER_STATUS));
  if (old === undefined) return undefined;
  warn(`warning: found obsolete path ${OLD_POWER_STATUS}, use ${POWER_STATUS} instead`);
  return old === '' ? undefined : old;
}

/** @returns Empty for an empty file, undefined where nothing can be read. */
function takeFirstByte(file: string): string | undefined {
  let state: string;
  try {
    state = readFirstByte(file);
  } catch {
    return undefined;
  }
  try {
    rmSync(file);
  } catch {
    // A read-only disk: what stands there is true all the same.
  }
  return state;
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
