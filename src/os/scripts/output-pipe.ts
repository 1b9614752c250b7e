/** The pipe for what a script prints. On the socket pair that Node would make, `echo >/dev/stderr` fails with ENXIO. */
import { closeSync, fchownSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { ffiProblem, openPipe } from '../libc/libc.ts';

export interface OutputPipe {
  /** The script's end. */
  readonly fd: number;
  /** Ends when nobody has the script's end open any more. */
  readonly stream: Readable;
  /** Closes our copy of the script's end, once the script has its own. */
  readonly letGo: () => void;
}

/**
 * @param owner Who may open the pipe by its name in /dev and /proc, where that is not us.
 * @returns Undefined where there is no FFI, or no descriptor is left.
 */
export function openOutputPipe(owner?: {
  readonly uid: number;
  readonly gid: number;
}): OutputPipe | undefined {
  if (ffiProblem() !== undefined) return undefined;
  try {
    const { readEnd, writeEnd: fd } = openPipe({ nonBlocking: false });
    if (owner !== undefined) giveTo(fd, owner);
    const stream = new Socket({ fd: readEnd, readable: true, writable: false });
    stream.on('error', () => undefined);
    return { fd, stream, letGo: () => closeSync(fd) };
  } catch {
    return undefined;
  }
}

function giveTo(fd: number, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  try {
    fchownSync(fd, uid, gid);
  } catch {
    // EINVAL: a user namespace without that user, in which the script cannot be started either.
  }
}
