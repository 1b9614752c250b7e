/** Fetches unmodified Debian packages, with what they need and the machine lacks, and unpacks them without installing. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Kept between runs; apt checks what it puts there. */
const CACHE = join(tmpdir(), 'rcinit-packages');
const EMPTY = join(CACHE, 'empty');
const DOWNLOAD_MS = 300_000;

/**
 * Downloads the packages and those they depend on that are not installed here.
 * The machine's package lists are used as they are; where they are missing or out of date, private ones are fetched.
 * @returns Paths of the .deb files.
 * @throws Error when the packages are not to be had.
 */
export async function fetchPackages(names: readonly string[]): Promise<readonly string[]> {
  mkdirSync(EMPTY, { recursive: true });
  try {
    return await download(names, []);
  } catch {
    const options = await privateLists();
    return download(names, options);
  }
}

async function download(names: readonly string[], options: readonly string[]): Promise<readonly string[]> {
  // A line with an old version in brackets would be an upgrade of what is here.
  const simulated = await apt([...options, 'install', '-s', '--no-install-recommends', ...names]);
  const lacking = [...simulated.matchAll(/^Inst (\S+) \(/gm)].map((match) => match[1] ?? '');
  const wanted = [...new Set([...names, ...lacking])];
  // Said for files that are not in the current folder yet, so it is asked from an empty one.
  const listed = await apt([...options, 'download', '--print-uris', ...wanted], EMPTY);
  const files = [...listed.matchAll(/^'\S+' (\S+) /gm)].map((match) => join(CACHE, match[1] ?? ''));
  if (files.length < wanted.length)
    throw new Error(`apt-get knows only ${files.length} of ${wanted.join(' ')}`);
  if (!files.every((file) => existsSync(file))) await apt([...options, '-q', 'download', ...wanted]);
  return files;
}

async function privateLists(): Promise<readonly string[]> {
  const state = join(CACHE, 'state');
  mkdirSync(join(state, 'lists/partial'), { recursive: true });
  const options = ['-o', `Dir::State::lists=${state}/lists`, '-o', `Dir::Cache=${state}`];
  await apt([...options, 'update']);
  return options;
}

async function apt(args: readonly string[], cwd = CACHE): Promise<string> {
  const { stdout } = await run('apt-get', args, {
    cwd,
    env: { ...process.env, LC_ALL: 'C' },
    timeout: DOWNLOAD_MS,
    maxBuffer: 2 ** 24,
  });
  return stdout;
}

/**
 * Unpacks packages into a folder that will lie over the machine's root. `dpkg -x` makes real folders of the
 * packages' `/lib` and `/sbin`; where they are links on this machine, the content moves to where the links lead.
 */
export async function unpackPackages(debs: readonly string[], layer: string): Promise<void> {
  for (const deb of debs) await run('dpkg', ['-x', deb, layer]);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    const from = join(layer, name);
    if (!existsSync(from) || !lstatSync(`/${name}`).isSymbolicLink()) continue;
    mkdirSync(join(layer, 'usr', name), { recursive: true });
    for (const entry of readdirSync(from)) {
      cpSync(join(from, entry), join(layer, 'usr', name, entry), { recursive: true, verbatimSymlinks: true });
    }
    rmSync(from, { recursive: true });
  }
}
