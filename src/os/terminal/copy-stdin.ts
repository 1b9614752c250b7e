/** Standard input to standard output, until it ends. */
import { readSync } from 'node:fs';
import { writeAll } from '../stdio.ts';
import { errorCode } from '../os-error.ts';

const CHUNK_BYTES = 65_536;

/** Blocks the process meanwhile, as cat(1) does. */
export function copyStdin(): void {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (;;) {
    try {
      const count = readSync(0, chunk);
      if (count === 0) return;
      writeAll(1, chunk.subarray(0, count));
    } catch (error) {
      if (!['EAGAIN', 'EINTR'].includes(errorCode(error))) return;
    }
  }
}
