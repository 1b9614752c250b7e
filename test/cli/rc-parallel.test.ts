import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isAlive, lastRc, PATH, rc, withLevel } from '../support/rc-level.ts';
import { startApplet } from '../support/run-applet.ts';
import { waitFor } from '../support/wait-for.ts';

/** Waits until the file is there. */
const AWAIT = (file: string): string => `while [ ! -e ${file} ]; do sleep 0.01; done`;

function depend(start: string, boot = 'TARGETS =\nINTERACTIVE =\n', stop = boot): Record<string, string> {
  return {
    'etc/init.d/.depend.boot': boot,
    'etc/init.d/.depend.start': start,
    'etc/init.d/.depend.stop': stop,
  };
}

describe('rc --jobs', () => {
  test('runs scripts of one number at the same time: each waits for the other', async () => {
    const root = withLevel({
      'S01a!': `#!/bin/sh\n: > a.on; ${AWAIT('b.on')}\n`,
      'S01b!': `#!/bin/sh\n: > b.on; ${AWAIT('a.on')}\n`,
    });
    const run = await rc(root, ['--jobs', '2', '2']);
    expect(run.out.split('\n').toSorted()).toEqual(['', '[ ok ] a (T s)', '[ ok ] b (T s)']);
    expect(run.code).toBe(0);
  });

  test('does not start what waits before what it needs has ended, whatever the number', async () => {
    const root = withLevel(
      {
        'S01b!': '#!/bin/sh\n[ -e a.done ] && echo "after a"\n',
        'S01a!': '#!/bin/sh\nsleep 0.2; : > a.done; exit 1\n',
      },
      depend('TARGETS = a b\nINTERACTIVE =\nb: a\n'),
    );
    const run = await rc(root, ['--jobs', '8', '2']);
    expect(run.out).toBe('[fail] a: exit 1 (generic or unspecified error), T s\nafter a\n[ ok ] b (T s)\n');
    expect(lastRc(root).scripts).toMatchObject([
      { name: 'a', outcome: 'failed', after: [] },
      { name: 'b', outcome: 'ok', after: ['a'] },
    ]);
  });

  test("without insserv's files the headers say who waits, and numbers for a script without a header", async () => {
    const header = (name: string, needs: string): string =>
      `#!/bin/sh\n### BEGIN INIT INFO\n# Provides: ${name}\n# Required-Start: ${needs}\n# Required-Stop:\n# Default-Start: 2\n# Default-Stop:\n### END INIT INFO\n`;
    const root = withLevel({
      'S01z!': header('z', ''),
      'S01a!': header('a', 'z'),
      'S02none!': '#!/bin/sh\n',
      'S03late!': header('late', ''),
    });
    expect((await rc(root, ['--jobs', '8', '--dry-run', '2'])).out).toBe(
      ['S01a start  # after z', 'S01z start', 'S02none start', 'S03late start']
        .map((line) => `/etc/rc2.d/${line}\n`)
        .join(''),
    );
    expect((await rc(root, ['--jobs', '8', '2'])).out.match(/\w+ \(/g)).toEqual([
      'z (',
      'a (',
      'none (',
      'late (',
    ]);
  });

  test('keeps the output of each script together', async () => {
    const chatty = (name: string): string =>
      `#!/bin/sh\nfor i in 1 2 3 4 5 6 7 8 9; do echo ${name} $i; echo ${name} $i >&2; sleep 0.01; done\n`;
    const root = withLevel({ 'S01a!': chatty('a'), 'S01b!': chatty('b'), 'S01c!': chatty('c') });
    const { out } = await rc(root, ['--jobs', '8', '2']);
    const names = out.split('\n').flatMap((line) => /^([abc]) \d/.exec(line)?.[1] ?? []);
    expect(names).toHaveLength(54);
    expect(names.join('')).toMatch(/^(a{18}|b{18}|c{18}){3}$/);
  });

  test('a script that runs alone is heard at once, not at its end', async () => {
    const root = withLevel({
      'S01a!': `#!/bin/sh\necho now; ${AWAIT('heard')}\n`,
      'S02b!': '#!/bin/sh\n',
    });
    const run = startApplet('rc', ['--jobs', '4', '2'], { env: { PATH, RCINIT_ROOT: root, PREVLEVEL: 'N' } });
    await waitFor('its word', () => run.output.out.includes('now'), 2_500);
    writeFileSync(join(root, 'heard'), '');
    expect((await run.ended).code).toBe(0);
  });

  test('loses nothing of a script that prints 300 KB', async () => {
    const root = withLevel({ 'S01a!': '#!/bin/sh\nseq 1 50000\n', 'S01b!': '#!/bin/sh\n' });
    const { out } = await rc(root, ['--jobs', '2', '2']);
    const numbers = out.split('\n').filter((line) => /^\d+$/.test(line));
    expect(numbers).toEqual(Array.from({ length: 50_000 }, (_, index) => String(index + 1)));
  });

  test('a daemon that a script leaves behind survives what it prints later', async () => {
    const root = withLevel({
      'S01a!': `#!/bin/sh\n(trap '' HUP; ${AWAIT('go')}; echo late || echo late >&2; : > survived) &\necho $! > pid\n`,
      'S01b!': '#!/bin/sh\n',
    });
    const run = await rc(root, ['--jobs', '2', '2']);
    expect(run.code).toBe(0);
    expect(isAlive(readFileSync(join(root, 'pid'), 'utf8'))).toBe(true);
    writeFileSync(join(root, 'go'), '');
    await waitFor('daemon to go on', () => existsSync(join(root, 'survived')));
  });

  test('runs an interactive script alone, on the streams of rc', async () => {
    const root = withLevel(
      {
        'S01a!': '#!/bin/sh\n: > busy.a; sleep 0.1; rm busy.a\n',
        'S01b!': '#!/bin/sh\n[ -e busy.a ] || [ -e busy.c ] && echo not alone; readlink /proc/$$/fd/1\n',
        'S01c!': '#!/bin/sh\n: > busy.c; sleep 0.1; rm busy.c\n',
      },
      depend('TARGETS = a b c\nINTERACTIVE = b\n'),
    );
    const { out } = await rc(root, ['--jobs', '8', '2']);
    expect(out).toMatch(/^(pipe|socket):\[\d+\]$/m);
    expect(out).not.toContain('not alone');
    expect(out.trimEnd().split('\n').at(-1)).toBe('[ ok ] b (T s)');
  });

  test.each([['1'], ['64']])(
    '5,000 scripts in one level: all run, in a legal order, --jobs %s',
    async (jobs) => {
      const count = 5_000;
      const names = Array.from({ length: count }, (_, n) => `s${n}`);
      const rules = names.slice(1).map((name, n) => `${name}: s${Math.floor(n / 2)}`);
      const text = `TARGETS = ${names.join(' ')}\nINTERACTIVE =\n${rules.join('\n')}\n`;
      const scripts = Object.fromEntries(
        names.map((name, n) => [`S${String(Math.floor(Math.log2(n + 1)) + 1).padStart(2, '0')}${name}!`, '']),
      );
      const root = withLevel(
        Object.fromEntries(Object.keys(scripts).map((link) => [link, '#!/bin/true\n'])),
        depend(text),
      );
      const { code } = await rc(root, ['--jobs', jobs, '2']);
      expect(code).toBe(0);
      const order = new Map(
        lastRc(root).scripts.map(({ name, outcome }, index) => [name, { outcome, index }]),
      );
      expect(order.size).toBe(count);
      for (let n = 1; n < count; n++) {
        const child = order.get(`s${n}`);
        const parent = order.get(`s${Math.floor((n - 1) / 2)}`);
        expect(child?.outcome).toBe('ok');
        expect(child!.index).toBeGreaterThan(parent!.index);
      }
    },
    300_000,
  );

  test('SIGTERM ends the run: what is at work is told, what waits is not started', async () => {
    const root = withLevel({
      'S01a!': `#!/bin/sh\n: > a.on; ${AWAIT('never')}\n`,
      'S01b!': `#!/bin/sh\n: > b.on; ${AWAIT('never')}\n`,
      'S02c!': '#!/bin/sh\n: > c.on\n',
    });
    const env = { PATH, RCINIT_ROOT: root, PREVLEVEL: 'N' };
    const run = startApplet('rc', ['--jobs', '4', '2'], { env });
    await waitFor('both scripts', () => existsSync(join(root, 'a.on')) && existsSync(join(root, 'b.on')));
    run.child.kill('SIGTERM');
    expect(await run.ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect(existsSync(join(root, 'c.on'))).toBe(false);
    expect(lastRc(root)).toMatchObject({
      state: 'interrupted',
      scripts: [
        { outcome: 'failed', why: 'rc was ended by SIGTERM meanwhile' },
        { outcome: 'failed', why: 'rc was ended by SIGTERM meanwhile' },
      ],
    });
  });

  test.each([['0'], ['x'], ['1.5'], ['']])('refuses "%s" as a number of jobs', async (jobs) => {
    const run = await rc(withLevel({}), ['--jobs', jobs, '2']);
    expect(run).toMatchObject({
      code: 2,
      err: `rc: "${jobs}" is no number of jobs, expected 1 or more\nTry 'rc --help' for more information.\n`,
    });
  });
});

describe('RC_PARALLEL', () => {
  test("without it insserv's files decide, and rc says so", async () => {
    const root = withLevel({ 'S01a!': '#!/bin/sh\n' }, depend('TARGETS = a\nINTERACTIVE =\n'));
    const first = 'Using makefile-style concurrent boot in runlevel 2.\n[ ok ] a (T s)\n';
    expect((await rc(root, ['2'])).out).toBe(first);
    expect((await rc(root, ['2'], { RC_PARALLEL: 'no' })).out).toBe('[ ok ] a (T s)\n');
  });

  test.each([
    ['an empty file', { 'etc/init.d/.depend.boot': '' }],
    ['.legacy-bootordering', { 'etc/init.d/.legacy-bootordering': '' }],
  ])('%s makes it one after the other', async (_, file) => {
    const root = withLevel({ 'S01a!': '#!/bin/sh\n' }, { ...depend('TARGETS = a\n'), ...file });
    expect((await rc(root, ['2'])).out).toBe('[ ok ] a (T s)\n');
  });

  test('a number in /etc/default/rcinit is the number of jobs', async () => {
    const root = withLevel(
      {
        'S01a!': `#!/bin/sh\n: > a.on; ${AWAIT('b.on')}\n`,
        'S01b!': `#!/bin/sh\n: > b.on; ${AWAIT('a.on')}\n`,
      },
      { 'etc/default/rcinit': 'RC_PARALLEL=2\n' },
    );
    expect((await rc(root, ['2'])).code).toBe(0);
  });

  test('ignores what it does not know, aloud', async () => {
    const run = await rc(withLevel({ 'S01a!': '#!/bin/sh\n' }), ['2'], { RC_PARALLEL: 'maybe' });
    expect(run.err).toBe('rc: RC_PARALLEL=maybe is neither yes, no nor a number above 0, ignoring it\n');
  });

  test('leaves a service alone that the previous level had started too', async () => {
    const root = withLevel(
      { 'S01a!': '#!/bin/sh\n', 'S01b!': '#!/bin/sh\n', 'K01c!': '#!/bin/sh\n', 'K01d!': '#!/bin/sh\n' },
      { 'etc/rc3.d/S05a=': '../init.d/a', 'etc/rc3.d/K05c=': '../init.d/c' },
    );
    const run = await rc(root, ['--jobs', '4', '2'], { PREVLEVEL: '3' });
    expect(run.out).toBe('[ ok ] d (T s)\n[ ok ] b (T s)\n');
  });

  test('RC_STRICT makes a failure count, and does not stop the others', async () => {
    const root = withLevel({ 'S01a!': '#!/bin/sh\nexit 1\n', 'S02b!': '#!/bin/sh\n' });
    const run = await rc(root, ['--jobs', '4', '2'], { RC_STRICT: 'yes' });
    expect(run.code).toBe(1);
    expect(lastRc(root).scripts.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'a failed',
      'b ok',
    ]);
  });

  test('--dry-run shows who waits for whom', async () => {
    const root = withLevel(
      { 'S01a!': '#!/bin/sh\n', 'S02b!': '#!/bin/sh\n' },
      depend('TARGETS = a b\nINTERACTIVE =\nb: a\n'),
    );
    expect((await rc(root, ['--dry-run', '2'])).out).toBe(
      '/etc/rc2.d/S01a start\n/etc/rc2.d/S02b start  # after a\n',
    );
  });
});
