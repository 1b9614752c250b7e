/** Becoming another program of the system with the same environment and streams, as exec(2) does. */
import { becomeProgram } from './become-program.ts';
import { inheritedOpenFilesLimit } from './inherited.ts';

/**
 * Never returns.
 * @param path Absolute. @param env Undefined values are left out.
 * @throws {OsError} ENOENT, EACCES …, `ENOSYS` without FFI. Descriptors above 2 are closed by then.
 */
export function execProgram(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): never {
  const set = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return becomeProgram({
    program: path,
    args,
    env: Object.fromEntries(set),
    chroot: undefined,
    cwd: '/',
    credentials: { gid: undefined, user: undefined },
    openFiles: inheritedOpenFilesLimit(),
    keep: [],
  });
}
