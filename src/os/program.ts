/** Where this program's own files are, and its version. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const ABOVE = dirname(import.meta.dirname);
/** The built files; when run from the sources, those of the last build. */
const DIST = basename(ABOVE) === 'src' ? join(dirname(ABOVE), 'dist') : ABOVE;

/** The folder with one executable per applet. */
export function appletsDir(): string {
  return join(DIST, 'applets');
}

/** A file of our shell library, or undefined where this build has none of that name. */
export function shellLibrary(name: string): string | undefined {
  const path = join(DIST, 'sh', name);
  return existsSync(path) ? path : undefined;
}

/** The text of such a file. @throws Where this build has none of that name. */
export function readShellLibrary(name: string): string {
  return readFileSync(join(DIST, 'sh', name), 'utf8');
}

/** The version in the package's own description; `unknown` while an update is half done: PID 1 starts all the same. */
export function programVersion(): string {
  try {
    const text = readFileSync(join(dirname(ABOVE), 'package.json'), 'utf8');
    return (JSON.parse(text) as { readonly version: string }).version;
  } catch {
    return 'unknown';
  }
}

/** The folder of the whole program: the package's description, dist/, and perhaps node_modules/. */
export function programFolder(): string {
  return dirname(DIST);
}
