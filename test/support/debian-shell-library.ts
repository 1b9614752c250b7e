/** Debian's init-functions, init-d-script and vars.sh as an oracle: fetched from its package, made to work below a folder. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach } from 'vitest';
import { fetchPackages, unpackPackages } from './packages.ts';
import { IS_CI } from './is-ci.ts';
import { writeTree } from './with-tree.ts';

export const OUR_LIBRARY = join(import.meta.dirname, '../../src/sh');
const FETCH_MS = 300_000;
const FILES = {
  functions: 'lib/lsb/init-functions',
  verbose: 'lib/lsb/init-functions.d/00-verbose',
  script: 'lib/init/init-d-script',
  vars: 'lib/init/vars.sh',
} as const;

/** The texts of Debian's library. */
export type DebianLibrary = Readonly<Record<keyof typeof FILES, string>>;

/**
 * Makes the tests of a file wait for Debian's library; without it they are skipped, in CI they fail.
 * @returns What gives the library to a test.
 */
export function needDebianLibrary(): () => DebianLibrary {
  let found: DebianLibrary | string = 'not looked for yet';
  beforeAll(async () => {
    found = await fetchDebianLibrary();
  }, FETCH_MS);
  beforeEach(({ skip }) => {
    if (typeof found !== 'string') return;
    if (IS_CI) throw new Error(found);
    skip(found);
  });
  return () => found as DebianLibrary;
}

/** @returns The library, or the reason why it is not to be had. */
async function fetchDebianLibrary(): Promise<DebianLibrary | string> {
  const dir = mkdtempSync(join(tmpdir(), 'rcinit-oracle-'));
  try {
    const debs = await fetchPackages(['sysvinit-utils']);
    await unpackPackages(debs, dir);
    const read = (path: string) => readFileSync(join(dir, path), 'utf8');
    const find = (path: string) => {
      try {
        return read(path);
      } catch {
        return read(`usr/${path}`);
      }
    };
    return Object.fromEntries(Object.entries(FILES).map(([key, path]) => [key, find(path)])) as DebianLibrary;
  } catch (error) {
    return `Debian's library is not to be had: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** One of two libraries for the same scripts: the variables that lead to it, and what it is called. */
export interface Library {
  readonly name: 'ours' | "Debian's";
  readonly functions: string;
  readonly script: string;
  readonly vars: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Ours, on the system below `root`. */
export function ourLibrary(root: string): Library {
  const at = (name: string) => join(OUR_LIBRARY, name);
  const functions = at('init-functions');
  const env = { RCINIT_ROOT: root, INIT_FUNCTIONS: functions };
  return { name: 'ours', functions, script: at('init-d-script'), vars: at('vars.sh'), env };
}

/** Writes Debian's into `root`, with every path that it names moved below `root`. */
export function installDebianLibrary(debian: DebianLibrary, root: string): Library {
  const move = (text: string) =>
    text.replace(/(?<![\w$}])\/(lib\/lsb|lib\/init|var\/run|etc)(?=\/)/g, `${root}/$1`);
  writeTree(root, {
    [FILES.functions]: move(debian.functions),
    [FILES.verbose]: move(debian.verbose),
    [`${FILES.script}!`]: move(debian.script),
    [FILES.vars]: move(debian.vars),
  });
  const at = (path: string) => join(root, path);
  const [functions, script, vars] = [at(FILES.functions), at(FILES.script), at(FILES.vars)];
  return { name: "Debian's", functions, script, vars, env: {} };
}
