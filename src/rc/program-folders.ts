/** The program's own folders, as the environments of scripts name them. */
import { appletsDir, shellLibrary } from '../os/program.ts';
import type { ProgramFolders } from './environment.ts';

export function findProgramFolders(root: string): ProgramFolders {
  return { root, appletsDir: appletsDir(), initFunctions: shellLibrary('init-functions') };
}
