/** Unpacks the original once for all files of the oracle, and says why where that cannot be done. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { IS_CI } from '../is-ci.ts';
import { fetchPackages, unpackPackages } from '../packages.ts';
import { whyNoPid1 } from '../pid1.ts';
import { writeTree } from '../with-tree.ts';
import { FIFOS, PROGRAMS } from './programs.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder that both machines have over their root, or why there is none. */
    oracle: { readonly layer: string } | { readonly missing: string };
  }
}

const PACKAGES = ['sysvinit-core', 'sysvinit-utils'];

/** @returns What removes it all again. */
export async function setup(project: TestProject): Promise<() => void> {
  const layer = mkdtempSync(join(tmpdir(), 'rcinit-oracle-'));
  const missing = whyNoPid1('overlay') ?? (await fill(layer));
  if (missing !== undefined && IS_CI) throw new Error(`The oracle cannot be asked: ${missing}`);
  project.provide('oracle', missing === undefined ? { layer } : { missing });
  return () => rmSync(layer, { recursive: true, force: true });
}

async function fill(layer: string): Promise<string | undefined> {
  try {
    await unpackPackages(await fetchPackages(PACKAGES), layer);
  } catch (error) {
    return `the packages are not to be had: ${String(error)}`;
  }
  writeTree(layer, PROGRAMS);
  for (const fifo of FIFOS) execFileSync('mkfifo', ['-m', '666', join(layer, fifo)]);
  mkdirSync(join(layer, 'probes'));
  return undefined;
}
