/** What a program file is, seen without running it. */
import { readFileSync } from 'node:fs';
import { findProgram } from './find-program.ts';

export type ProgramLook =
  | { readonly kind: 'missing' }
  | { readonly kind: 'binary'; readonly pidFiles: readonly string[] }
  | {
      readonly kind: 'script';
      /** Absolute where it could be found. */
      readonly interpreter: string;
      readonly interpreterArgs: readonly string[];
      /** It has a line with `exec`, so it may end as another program. */
      readonly mayBecomeAnother: boolean;
      readonly pidFiles: readonly string[];
    };

/** Blanks would be somebody's sentence about a pid file. */
const PID_FILE = /(?<![A-Za-z0-9_.-])\/(?:var\/)?run\/[A-Za-z0-9_./-]+\.pid(?![A-Za-z0-9_.])/g;
const EXEC = /^[ \t]*exec[ \t(]/m;

/**
 * Reads a program.
 * @param path Absolute.
 * @param searchPath Where `#!/usr/bin/env NAME` finds NAME.
 */
export function lookAtProgram(path: string, searchPath: string | undefined): ProgramLook {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch {
    return { kind: 'missing' };
  }
  const pidFiles = [...new Set(text.match(PID_FILE) ?? [])];
  const shebang = /^#![ \t]*(\S+)(?:[ \t]+([^\n]*?))?[ \t]*\r?\n/.exec(text);
  if (shebang === null) return { kind: 'binary', pidFiles };
  const [, first = '', rest = ''] = shebang;
  const words = rest.split(/[ \t]+/).filter((word) => word !== '' && word !== '-S');
  const isEnv = /(?:^|\/)env$/.test(first);
  const [name = first, ...args] = isEnv ? words : [first, ...(rest === '' ? [] : [rest])];
  const found = findProgram(name, searchPath);
  const interpreter = found.kind === 'found' ? found.path : name;
  return { kind: 'script', interpreter, interpreterArgs: args, mayBecomeAnother: EXEC.test(text), pidFiles };
}
