/** What V8 made of an applet's code, to be loaded instead of compiling it again. Only the build needs it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

export interface Trial {
  readonly args: readonly string[];
  /** Files of the system root that it runs in, by path; all can be executed. */
  readonly files: Readonly<Record<string, string>>;
}

/** Far more than an applet needs to start on a busy machine. */
const TRIAL_MS = 30_000;

/**
 * Runs CODE as the loader of the applet does, and writes at its end what V8 has made of it. V8 takes a cache only with
 * the very flags it was made with, so the applet must not change them.
 */
const RUN = `
const { writeFileSync, readFileSync } = require('node:fs');
const { CODE, FILENAME, CACHE, FOLDER } = process.env;
require('node:v8').setFlagsFromString = () => undefined;
const script = new (require('node:vm').Script)(readFileSync(CODE, 'latin1'), { filename: FILENAME });
process.on('exit', () => writeFileSync(CACHE, script.createCachedData()));
for (const name of ['CODE', 'FILENAME', 'CACHE', 'FOLDER']) delete process.env[name];
script.runInThisContext()({}, require, module, FOLDER + '/' + process.argv[1], FOLDER);
`;

/** Functions that were never called are not in it: V8 compiles each at its first call, whenever that is. */
export function compile(code: string, filename: string): Buffer {
  return new Script(code, { filename }).createCachedData();
}

/**
 * The same after a trial run of the applet, with the functions that it called.
 * @param file The applet's code.
 * @param folder Where the applet lies.
 * @returns Undefined, and says so, if the trial did not come to its end.
 */
export function compileByTrial(
  name: string,
  { file, folder }: { readonly file: string; readonly folder: string },
  { args, files }: Trial,
): Buffer | undefined {
  const root = mkdtempSync(join(tmpdir(), 'rcinit-build-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text, { mode: 0o755 });
    }
    const cache = join(root, 'cache');
    const { status, signal, stderr } = spawnSync(process.execPath, ['-e', RUN, name, ...args], {
      env: {
        PATH: process.env['PATH'],
        RCINIT_ROOT: root,
        CODE: file,
        FILENAME: basename(file),
        CACHE: cache,
        FOLDER: folder,
      },
      timeout: TRIAL_MS,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    if (status === 0) return readFileSync(cache);
    console.warn(
      `${name} starts slower than it could: its trial run ended with ${signal ?? status}: ${stderr}`,
    );
    return undefined;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
