import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLastRc } from '../../src/core/scripts/last-rc.ts';
import type { LastRc } from '../../src/core/scripts/last-rc.ts';
import { runApplet } from './run-applet.ts';
import type { AppletRun } from './run-applet.ts';
import { withTree } from './with-tree.ts';
import type { Tree } from './with-tree.ts';

/** Where the scripts of tests find their commands. */
export const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** A root whose scripts are links of level 2, `S01name` or `K01name`. */
export function withLevel(scripts: Tree, rest: Tree = {}): string {
  const tree: Record<string, string> = { 'etc/rc2.d/': '', ...rest };
  for (const [link, text] of Object.entries(scripts)) {
    const name = link.replace(/!$/, '').slice(3);
    tree[`etc/init.d/${name}${link.endsWith('!') ? '!' : ''}`] = text;
    tree[`etc/rc2.d/${link.replace(/!$/, '')}=`] = `../init.d/${name}`;
  }
  return withTree(tree);
}

/** Runs the built rc on the root; `T s` stands for every time. */
export async function rc(
  root: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<AppletRun> {
  const run = await runApplet('rc', args, { env: { PATH, RCINIT_ROOT: root, PREVLEVEL: 'N', ...env } });
  return { ...run, out: hideTimes(run.out) };
}

export function hideTimes(text: string): string {
  return text.replace(/\d+\.\d\d s/g, 'T s');
}

/** The record that rc kept. */
export function lastRc(root: string): LastRc {
  const parsed = parseLastRc(readFileSync(join(root, 'run/rcinit/last-rc.json'), 'utf8'));
  if (parsed.kind !== 'parsed') throw new Error(`last-rc.json: ${parsed.why}`);
  return parsed.record;
}

/** False for zombies too: who reaps orphans is not our business. */
export function isAlive(pid: string): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid.trim()}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
