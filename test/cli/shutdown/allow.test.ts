/** Who is logged in decides about `shutdown -a`; that it goes ahead is in test/proc/os/virtual-terminal.test.ts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listeningRoot } from '../../support/control-fifo.ts';
import { skipUnlessHarmless } from '../../support/harmless.ts';
import { readText, shutdown } from '../../support/shutdown-run.ts';
import { utmpRecord } from '../../support/utmp-file.ts';

skipUnlessHarmless();

describe('shutdown -a', () => {
  const REFUSAL = 'shutdown: no authorized users logged in.';
  const joe = utmpRecord({ type: 7, line: 'pts/0', id: 'p0', user: 'joe' });

  test('goes ahead where there is no list', async () => {
    const { root, requests } = listeningRoot();
    expect(await shutdown(root, '-a', '-r', 'now')).toMatchObject({ code: 0, err: '' });
    expect(requests()).toHaveLength(2);
  });

  test('refuses while nobody of the list is logged in at the machine, and says so on the console', async () => {
    const { root, requests } = listeningRoot({ 'etc/shutdown.allow': 'joe\n', 'dev/console': '' });
    writeFileSync(join(root, 'run/utmp'), joe);
    for (const args of [['-r', 'now'], ['-c'], []]) {
      writeFileSync(join(root, 'dev/console'), '');
      expect(await shutdown(root, '-a', ...args)).toEqual({ code: 1, signal: null, out: '', err: '' });
      expect(readText(root, 'dev/console')).toBe(`\r${REFUSAL}\r\n`);
    }
    expect(requests()).toEqual([]);
  });

  test('says so to its caller where there is no console', async () => {
    const { root } = listeningRoot({ 'etc/shutdown.allow': 'joe\n' });
    expect(await shutdown(root, '-a', '-r', 'now')).toMatchObject({ code: 1, out: '', err: `${REFUSAL}\n` });
  });
});
