/** Running an applet as a user without any rights, to see what it says. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const APPLETS = join(import.meta.dirname, '../../dist/applets');
const NOBODY = 65_534;

/** Nobody, or whoever runs the tests if that is not root. */
const IDENTITY: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** Why that cannot be done here, or undefined. */
export function whyNotAsNobody(): string | undefined {
  const probe = spawnSync(join(APPLETS, 'rcinit'), ['--version'], { ...IDENTITY, cwd: '/' });
  return probe.status === 0 ? undefined : 'nobody may not read this checkout';
}

export function runAsNobody(
  name: string,
  args: readonly string[],
): { readonly code: number | null; readonly out: string; readonly err: string } {
  const run = spawnSync(join(APPLETS, name), args, { ...IDENTITY, env: {}, cwd: '/', encoding: 'utf8' });
  return { code: run.status, out: run.stdout, err: run.stderr };
}
