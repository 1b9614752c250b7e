import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadColours } from '../../src/rc/colours.ts';
import { runLevel } from '../../src/rc/run-level.ts';
import { hideTimes, isAlive, lastRc, PATH, rc, withLevel } from '../support/rc-level.ts';
import { startApplet } from '../support/run-applet.ts';
import { waitFor } from '../support/wait-for.ts';
import { withTree } from '../support/with-tree.ts';

describe('rc and signals', () => {
  const waits = '#!/bin/sh\necho ready\nwhile [ ! -e go ]; do sleep 0.01; done\n';

  test('ends at once by SIGTERM, leaves the script to the one who sent it, and saves what happened', async () => {
    const root = withLevel({
      'S01a!': '#!/bin/sh\n',
      'S02b!': '#!/bin/sh\necho ready\nexec sleep 1000\n',
      'S03c!': '#!/bin/sh\n',
    });
    const { child, ended, output } = startApplet('rc', ['--root', root, '2'], { env: { PATH } });
    await waitFor('the script', () => output.out.includes('ready'));
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: null, signal: 'SIGTERM' });
    const { state, scripts } = lastRc(root);
    expect(state).toBe('interrupted');
    expect(scripts.map(({ name, outcome, why }) => [name, outcome, why])).toEqual([
      ['a', 'ok', null],
      ['b', 'failed', 'rc was ended by SIGTERM meanwhile'],
    ]);
  });

  test('has scripts in its own process group, so that who ends the group ends them', async () => {
    const root = withLevel({ 'S01a!': '#!/bin/sh\necho $$ > pid\necho ready\nexec sleep 1000\n' });
    const { child, ended, output } = startApplet('rc', ['--root', root, '2'], { env: { PATH } });
    await waitFor('the script', () => output.out.includes('ready'));
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    expect(await ended).toEqual({ code: null, signal: 'SIGTERM' });
    const pid = readFileSync(join(root, 'pid'), 'utf8');
    await waitFor('the end of the script', () => !isAlive(pid));
  });

  test('takes no notice of the keys of a terminal', async () => {
    const root = withLevel({ 'S01a!': waits, 'S02b!': '#!/bin/sh\n' });
    const { child, ended, output } = startApplet('rc', ['--root', root, '2'], { env: { PATH } });
    await waitFor('the script', () => output.out.includes('ready'));
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTSTP'] as const) child.kill(signal);
    writeFileSync(join(root, 'go'), '');
    expect(await ended).toEqual({ code: 0, signal: null });
    await waitFor('the last line', () => output.out.includes('[ ok ] b'));
    expect(hideTimes(output.out)).toBe('ready\n[ ok ] a (T s)\n[ ok ] b (T s)\n');
  });

  test('shows in last-rc.json which script is running', async () => {
    const root = withLevel({ 'S01a!': waits });
    const { ended, output } = startApplet('rc', ['--root', root, '2'], { env: { PATH } });
    await waitFor('the script', () => output.out.includes('ready'));
    expect(lastRc(root)).toMatchObject({ state: 'running', running: 'a', scripts: [] });
    writeFileSync(join(root, 'go'), '');
    await ended;
    expect(lastRc(root)).toMatchObject({ state: 'done', running: null });
  });
});

describe('rc with RC_TIMEOUT', () => {
  test('ends a script with all of its group, says so, and goes on', async () => {
    const root = withLevel({
      'S01a!': "#!/bin/sh\n(trap '' TERM; exec sleep 1000) &\necho $! > pid\nwait\n",
      'S02b!': '#!/bin/sh\n',
    });
    const run = await rc(root, ['2'], { RC_TIMEOUT: '1' });
    expect(run.out).toBe('[fail] a: timed out after 1 s, T s\n[ ok ] b (T s)\n');
    await waitFor('the end of the group', () => !isAlive(readFileSync(join(root, 'pid'), 'utf8')));
    expect(lastRc(root).scripts[0]).toMatchObject({
      outcome: 'failed',
      signal: 'SIGTERM',
      why: 'timed out after 1 s',
    });
  });

  test('kills a script that is deaf to SIGTERM', async () => {
    const root = withLevel(
      { 'S01a!': "#!/bin/sh\ntrap '' TERM\necho $$ > pid\nwhile :; do sleep 0.05; done\n" },
      { 'etc/default/rcinit': 'RC_TIMEOUT=1\n' },
    );
    expect((await rc(root, ['2'])).out).toBe('[fail] a: timed out after 1 s, T s\n');
    expect(lastRc(root).scripts[0]).toMatchObject({ signal: 'SIGKILL' });
    expect(isAlive(readFileSync(join(root, 'pid'), 'utf8'))).toBe(false);
  });

  test('hands SIGTERM on to the script, which has a group of its own', async () => {
    const root = withLevel({
      'S01a!': "#!/bin/sh\ntrap 'echo got > got; exit' TERM\necho ready\nwhile :; do sleep 0.01; done\n",
    });
    const env = { PATH, RC_TIMEOUT: '60' };
    const { child, ended, output } = startApplet('rc', ['--root', root, '2'], { env });
    await waitFor('the script', () => output.out.includes('ready'));
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: null, signal: 'SIGTERM' });
    await waitFor('the word of the script', () => existsSync(join(root, 'got')));
  });

  test('ignores a value that is no number, aloud', async () => {
    const run = await rc(withLevel({ 'S01a!': '#!/bin/sh\n' }), ['2'], { RC_TIMEOUT: 'soon' });
    expect(run.err).toBe('rc: RC_TIMEOUT=soon is no number of seconds, ignoring it\n');
    expect(run.out).toBe('[ ok ] a (T s)\n');
  });
});

describe('runLevel', () => {
  test('names a script that takes long, again and again at growing intervals', async () => {
    const root = withTree({ 'slow!': '#!/bin/sh\nwhile [ ! -e go ]; do sleep 0.01; done\n' });
    const notices: string[] = [];
    const { record } = await runLevel({
      root,
      level: '2',
      previous: 'N',
      work: {
        kind: 'sequential',
        steps: [{ kind: 'run', name: 'slow', link: '/slow', action: 'start' }],
      },
      env: { PATH },
      colours: await loadColours(false, {}),
      slowAfterMs: 1_000,
      timeoutMs: undefined,
      out: () => {},
      err: (text) => {
        notices.push(text.replace(/pid \d+/, 'pid N'));
        if (notices.length === 2) writeFileSync(join(root, 'go'), '');
      },
    });
    expect(notices).toEqual([
      'rc: slow is still running after 1 s (start, pid N), waiting for it\n',
      'rc: slow is still running after 2 s (start, pid N), waiting for it\n',
    ]);
    expect(record.scripts).toMatchObject([{ outcome: 'ok' }]);
  });
});

describe('scripts one after the other, with FFI and without', () => {
  test('are run alike: streams, folder, signals and umask, and their ends told apart', async () => {
    const report =
      '#!/bin/sh\npwd; umask; [ -t 0 ] && echo tty; grep -E "^Sig(Blk|Ign)" /proc/self/status; echo /proc/$$/fd/*; grep flags /proc/self/fdinfo/1\n';
    const root = withLevel({
      'S39unruly!': '#!/bin/sh\nexec dd if=/dev/null oflag=nonblock status=none\n',
      'S40report!': report,
      'S41code!': '#!/bin/sh\nexit 6\n',
      'S42killed!': '#!/bin/sh\nkill -9 $$\n',
      'S43none!': '#!/no/such/interpreter\n',
      'S44bare!': 'echo no interpreter line: $0 | sed s,/.*/,,\n',
      // Longer than it is waited for on the spot.
      'S45slow!': '#!/bin/sh\nsleep 0.2\nexit 7\n',
    });
    const withoutPids = (text: string): string => text.replace(/\/proc\/\d+/g, '');
    const [one, other] = [await rc(root, ['2'], { RCINIT_NO_FFI: '1' }), await rc(root, ['2'])];
    expect(withoutPids(other.out)).toBe(withoutPids(one.out));
    expect(other.err).toBe(one.err);
    expect(other.out).toContain('[ ok ] unruly');
    expect(other.out).toContain('[fail] killed: killed by SIGKILL');
    expect(other.out).toContain('no interpreter line: S44bare\n[ ok ] bare');
    expect(other.out).toContain('[fail] slow: exit 7 (program is not running), T s');
  });

  test.each(['', '1'])(
    'a signal that comes while a short script runs is heard before the next (%j)',
    async (noFfi) => {
      const root = withLevel({
        'S01keys!': '#!/bin/sh\nkill -INT $PPID; kill -QUIT $PPID\n',
        'S02last!': '#!/bin/sh\nkill -TERM $PPID\n',
        'S03never!': '#!/bin/sh\necho never\n',
      });
      const run = await rc(root, ['2'], { RCINIT_NO_FFI: noFfi });
      expect(run).toMatchObject({
        code: null,
        signal: 'SIGTERM',
        out: '[ ok ] keys (T s)\n[fail] last: rc was ended by SIGTERM meanwhile, T s\n',
      });
      expect(lastRc(root)).toMatchObject({ state: 'interrupted', running: null });
    },
  );
});
