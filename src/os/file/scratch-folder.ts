/** A temporary folder that starts out empty, for those who have to be somewhere. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ScratchFolder {
  readonly path: string;
  /** An empty file in it. */
  readonly file: string;
  readonly remove: () => void;
}

/** Everybody may enter it. */
export function makeScratchFolder(): ScratchFolder {
  const path = mkdtempSync(join(tmpdir(), 'rcinit-scratch-'));
  chmodSync(path, 0o755);
  const file = join(path, 'open');
  writeFileSync(file, '');
  return { path, file, remove: () => rmSync(path, { recursive: true, force: true }) };
}
