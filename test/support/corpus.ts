/** The init scripts of 189 Debian packages, fetched once by `../shared/tools/fetch-corpus.sh`. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const FETCH = join(import.meta.dirname, '../../../shared/tools/fetch-corpus.sh');
/** Beside the packages of the other tests, and kept like them. */
const CACHE = join(tmpdir(), 'rcinit-corpus');
const FETCH_MS = 900_000;
/** Fewer, and the mirror has not given all. */
const MIN_SCRIPTS = 200;

/** The folder of the scripts, if they were fetched before. */
export function cachedCorpus(): string | undefined {
  const dir = join(CACHE, 'corpus');
  return existsSync(dir) ? dir : undefined;
}

/** Why there is no corpus and none can be fetched; undefined where there is one or may be. */
export const noCorpus: string | undefined =
  cachedCorpus() !== undefined || existsSync(FETCH) ? undefined : 'no ../shared/tools/fetch-corpus.sh here';

/**
 * @returns The folder of the scripts.
 * @throws {Error} Where they are not to be had.
 */
export async function fetchCorpus(): Promise<string> {
  const cached = cachedCorpus();
  if (cached !== undefined) return cached;
  const dir = mkdtempSync(`${CACHE}-`);
  try {
    await promisify(execFile)('sh', [FETCH, dir], { timeout: FETCH_MS, maxBuffer: 2 ** 24 });
    const count = readdirSync(join(dir, 'corpus')).length;
    if (count < MIN_SCRIPTS) throw new Error(`only ${count} scripts could be fetched`);
    rmSync(join(dir, 'dl'), { recursive: true });
    renameSync(dir, CACHE);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  return join(CACHE, 'corpus');
}
