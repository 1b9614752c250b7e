/** The standard streams of a daemon: nothing to read, and nowhere or a file to write to. */
import { closeSync, openSync } from 'node:fs';
import { attempt } from '../process/become-program.ts';
import { ffiProblem } from '../libc/libc.ts';

/** Created with this, less the umask; start-stop-daemon's. */
const OUTPUT_MODE = 0o664;

/**
 * @param output File that standard output and error are appended to.
 * @param keepDescriptors Leave all three as the caller has them.
 * @throws {OsError} `unable to open …`
 */
export function openDaemonStdio({
  output,
  keepDescriptors,
}: {
  readonly output: string | undefined;
  readonly keepDescriptors: boolean;
}): readonly [number, number, number] {
  if (keepDescriptors && output === undefined) return [0, 1, 2];
  const nowhere = open('/dev/null', 'r+');
  const out = output === undefined ? nowhere : open(output, 'a');
  return [keepDescriptors ? 0 : nowhere, out, out];
}

function open(path: string, flags: string): number {
  let fd = -1;
  attempt(`open '${path}'`, () => {
    fd = openSync(path, flags, OUTPUT_MODE);
  });
  return fd;
}

/** With FFI all descriptors above 2 are marked in one call; without it, the caller's are closed one by one. */
export function closeWithoutFfi(inherited: readonly number[]): void {
  if (ffiProblem() !== undefined) for (const fd of inherited) closeSync(fd);
}
