/** Temporary folders and processes of the benchmark, all gone at its end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Workbench } from './measure.ts';

export interface OwnedWorkbench extends Workbench {
  /** Undoes everything, the newest first. */
  readonly dispose: () => void;
}

export function createWorkbench(progress: (text: string) => void): OwnedWorkbench {
  const undos = new Set<() => void>();
  const onEnd = (undo: () => void): (() => void) => {
    undos.add(undo);
    return () => undos.delete(undo);
  };
  return {
    onEnd,
    progress,
    makeFolder: () => {
      const dir = mkdtempSync(join(tmpdir(), 'rcinit-bench-'));
      onEnd(() => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
      return dir;
    },
    dispose: () => {
      for (const undo of [...undos].reverse()) undo();
      undos.clear();
    },
  };
}
