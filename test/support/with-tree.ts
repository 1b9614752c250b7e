import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** File contents by relative path. A name ending in `!` is executable, in `=` a symbolic link, in `/` a folder. */
export type Tree = Readonly<Record<string, string>>;

/** Writes the tree into a fresh temporary folder that is gone after the test, and returns its path. */
export function withTree(tree: Tree): string {
  const dir = mkdtempSync(join(tmpdir(), 'rcinit-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeTree(dir, tree);
  return dir;
}

/** Writes the tree below an existing folder. */
export function writeTree(dir: string, tree: Tree): void {
  for (const [name, content] of Object.entries(tree)) {
    const path = join(dir, name.replace(/[!=/]$/, ''));
    mkdirSync(dirname(path), { recursive: true });
    if (name.endsWith('/')) mkdirSync(path, { recursive: true });
    else if (name.endsWith('=')) symlinkSync(content, path);
    else writeFileSync(path, content);
    if (name.endsWith('!')) chmodSync(path, 0o755);
  }
}
