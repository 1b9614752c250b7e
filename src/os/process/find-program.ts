/** Looks a program up as execvp(3) does, to know before a start why it would fail. */
import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { errorCode } from '../os-error.ts';

/** What execvp(3) searches where there is no PATH. */
const NO_PATH = '/bin:/usr/bin';

export type FoundProgram =
  | { readonly kind: 'found'; readonly path: string }
  /** `code` is an errno name: EACCES if there is a file that cannot be executed, else mostly ENOENT. */
  | { readonly kind: 'missing'; readonly code: string };

/**
 * @param name With a slash it is a path and not searched for.
 * @param path Folders with `:` between them; undefined if the variable is not set.
 * @param cwd Where relative names begin.
 */
export function findProgram(name: string, path: string | undefined, cwd = '.'): FoundProgram {
  if (name === '') return { kind: 'missing', code: 'ENOENT' };
  if (name.includes('/')) {
    const code = whyNotExecutable(resolve(cwd, name));
    return code === undefined ? { kind: 'found', path: name } : { kind: 'missing', code };
  }
  let seen = 'ENOENT';
  for (const folder of (path ?? NO_PATH).split(':')) {
    const candidate = resolve(cwd, folder, name);
    const code = whyNotExecutable(candidate);
    if (code === undefined) return { kind: 'found', path: candidate };
    if (code === 'EACCES') seen = code;
  }
  return { kind: 'missing', code: seen };
}

function whyNotExecutable(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return 'EACCES';
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return errorCode(error);
  }
}
