/** Puts a written text where it belongs, or on standard output. */
import { dirname, resolve } from 'node:path';
import { writeFileAtomicSync } from '../os/file/atomic-file.ts';
import { exists } from '../os/file/exists.ts';
import { inRoot } from '../os/file/in-root.ts';
import { makeFolder } from '../os/file/make-folder.ts';
import type { AppletIo } from './applet.ts';

export interface Result {
  /** For messages: `rcinit COMMAND`. */
  readonly command: string;
  /** Absolute. */
  readonly root: string;
  /** Inside the root, where it goes unless told. */
  readonly path: string;
  /** Relative to the current folder; `-` is standard output. */
  readonly output: string | undefined;
  /** Replaces what is there. */
  readonly force: boolean;
  readonly text: string;
  readonly mode: number;
  /** What to do next. */
  readonly next: string;
}

/** @returns Whether it is written; if not, the reason is told. */
export function placeResult(result: Result, io: AppletIo): boolean {
  const { command, output, text } = result;
  if (output === '-') {
    io.out(text);
    return true;
  }
  const path = output === undefined ? inRoot(result.root, result.path) : resolve(io.cwd, output);
  if (!result.force && exists(path)) {
    io.err(`rcinit ${command}: cannot write "${path}": it is there already; use --force to replace it\n`);
    return false;
  }
  try {
    makeFolder(dirname(path), 0o755);
    writeFileAtomicSync(path, text, result.mode);
  } catch (error) {
    const state = error instanceof Error ? error.message : String(error);
    io.err(`rcinit ${command}: ${state}; choose another place with --output, or become its owner\n`);
    return false;
  }
  io.out(`${path}\n`);
  io.err(`rcinit ${command}: ${result.next}\n`);
  return true;
}
