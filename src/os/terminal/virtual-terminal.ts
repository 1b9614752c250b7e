/** The keyboard and screen of the machine itself, as against terminals from elsewhere. */
import { statSync } from 'node:fs';
import { inRoot } from '../file/in-root.ts';

/** `tty0` to `tty63`; from 64 on the same major number means serial lines. */
const TTY_MAJOR = 4;
const LAST_VIRTUAL_MINOR = 63;

/** @param line A terminal without `/dev/`. */
export function isVirtualTerminal(root: string, line: string): boolean {
  try {
    const stats = statSync(inRoot(root, `/dev/${line}`));
    const major = (stats.rdev >> 8) & 0xfff;
    const minor = (stats.rdev & 0xff) | ((stats.rdev >> 12) & 0xfff00);
    return stats.isCharacterDevice() && major === TTY_MAJOR && minor <= LAST_VIRTUAL_MINOR;
  } catch {
    return false;
  }
}
