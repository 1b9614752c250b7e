/**
 * Keeps programs that end machines from ending this one, whatever is wrong with them: they run without the right to call
 * reboot(2), and in a mount namespace where no init can be reached. Who is not root has neither anyway.
 */
import { spawnSync } from 'node:child_process';
import { beforeEach } from 'vitest';

const ENTER =
  'mount -t tmpfs none /run && exec setpriv --bounding-set -sys_boot --inh-caps -sys_boot -- "$@"';
const COMMAND = ['/usr/bin/env', 'unshare', '--mount', '--propagation', 'private', 'sh', '-c', ENTER, 'sh'];

/** The words in front of a program; none are needed for who is not root. The program keeps the pid. */
export const HARMLESS: readonly string[] = process.getuid?.() === 0 ? COMMAND : [];

/** Skips the tests of a file where even that cannot be done. */
export function skipUnlessHarmless(): void {
  const reason = whyNotHarmless();
  beforeEach((context) => context.skip(reason !== undefined, reason));
}

function whyNotHarmless(): string | undefined {
  const [file, ...args] = [...HARMLESS, '/bin/true'];
  const probe = spawnSync(file ?? '', args, { encoding: 'utf8' });
  return probe.status === 0 ? undefined : `reboot(2) cannot be taken away here: ${probe.stderr.trim()}`;
}
