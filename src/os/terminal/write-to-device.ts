/** One text to a device that may be missing, stopped or hung. */
import { closeSync, constants, openSync, writeSync } from 'node:fs';

/** Never blocks. @returns False if the device did not take all of it. */
export function writeToDevice(path: string, text: string): boolean {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
    return writeSync(fd, text) === Buffer.byteLength(text);
  } catch {
    return false;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
