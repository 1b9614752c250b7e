/** Small systems for update-rc.d in folders. */
import { RC_LEVELS } from '../../src/core/runlevel.ts';
import { applet } from '../../src/cli/update-rc-d.ts';
import { PATH } from './rc-level.ts';
import { callApplet, type AppletRun } from './run-applet.ts';
import { withTree, type Tree } from './with-tree.ts';

const DIRS: Tree = Object.fromEntries(RC_LEVELS.map((level) => [`rc${level}.d/`, '']));
/** Makes it insserv's plan. */
export const CONF: Tree = { 'insserv.conf': '$remote_fs +mountall\n' };

/** @param trees Names begin below /etc. */
export function etc(...trees: readonly Tree[]): string {
  const all = Object.entries(Object.assign({}, DIRS, ...trees) as Tree);
  return withTree(Object.fromEntries(all.map(([name, text]) => [`etc/${name}`, text])));
}

/** In this process; `text` is all it says and its exit status. */
export async function update(
  root: string,
  ...args: readonly string[]
): Promise<AppletRun & { text: string }> {
  const run = await callApplet(applet, args, { name: 'update-rc.d', env: { PATH, RCINIT_ROOT: root } });
  const text = `${run.out}${run.err}=> ${run.code}`.replaceAll(root, 'ROOT');
  return { ...run, text };
}
