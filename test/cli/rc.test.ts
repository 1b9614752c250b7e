import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applet } from '../../src/cli/rc.ts';
import { loadColours } from '../../src/rc/colours.ts';
import { hideTimes, lastRc, PATH, rc, withLevel } from '../support/rc-level.ts';
import { callApplet, runApplet, startApplet } from '../support/run-applet.ts';
import { waitFor } from '../support/wait-for.ts';
import { withTree, writeTree } from '../support/with-tree.ts';

describe('rc', () => {
  test('runs K links with stop, then S links with start, one after the other', async () => {
    const root = withLevel({
      'S01a!': '#!/bin/sh\necho "$0 $1"\n',
      'S02b!': '#!/bin/sh\necho "$0 $1"\n',
      'K01c!': '#!/bin/sh\necho "$0 $1"\n',
    });
    const run = await rc(root, ['2'], { PREVLEVEL: '3' });
    expect(run).toEqual({
      code: 0,
      signal: null,
      out: [
        `${root}/etc/rc2.d/K01c stop`,
        '[ ok ] c (T s)',
        `${root}/etc/rc2.d/S01a start`,
        '[ ok ] a (T s)',
        `${root}/etc/rc2.d/S02b start`,
        '[ ok ] b (T s)',
        '',
      ].join('\n'),
      err: '',
    });
  });

  test('takes the level from RUNLEVEL, and with previous level N stops nothing', async () => {
    const root = withLevel({ 'S01a!': '#!/bin/sh\n', 'K01c!': '#!/bin/sh\n' });
    expect((await rc(root, [], { RUNLEVEL: '2' })).out).toBe('[ ok ] a (T s)\n');
  });

  test('gives scripts the root as folder, umask 022 and nothing of the caller but what is listed', async () => {
    const root = withLevel(
      { 'S01a!': '#!/bin/sh\npwd\numask\nexec env -u PWD -u OLDPWD -u SHLVL -u _ env\n' },
      { 'etc/default/rcS': 'VERBOSE=yes\n' },
    );
    const { out } = await rc(root, ['2'], {
      TERM: 'linux',
      LANG: 'C',
      INIT_HALT: 'POWEROFF',
      CONSOLE: '/dev/console',
      HOME: '/somewhere',
      SECRET: '1',
    });
    const [folder, mask, ...env] = out.split('\n').slice(0, -2);
    expect([folder, mask]).toEqual([root, '0022']);
    const applets = join(import.meta.dirname, '../../dist/applets');
    expect(env.filter((line) => !line.startsWith('INIT_FUNCTIONS=')).sort()).toEqual([
      'CONSOLE=/dev/console',
      'INIT_HALT=POWEROFF',
      'LANG=C',
      `PATH=${applets}:${PATH}`,
      'PREVLEVEL=N',
      `RCINIT_ROOT=${root}`,
      'RUNLEVEL=2',
      'TERM=linux',
      'VERBOSE=yes',
      'previous=N',
      'runlevel=2',
    ]);
  });

  test('names failures with their LSB meaning as they happen and at the end, and exits 0', async () => {
    const root = withLevel({
      'S01a!': '#!/bin/sh\nexit 1\n',
      'S02b!': '#!/bin/sh\nexit 6\n',
      'S03c!': '#!/bin/sh\nexit 255\n',
      'S04d!': '#!/bin/sh\nkill -KILL $$\n',
      'S05e!': '#!/nonexistent/sh\n',
      'S06f!': '#!/bin/sh\r\n',
      'S07two words!': '#!/bin/sh\nexit 5\n',
      'S08h!': '#!/bin/sh\n',
    });
    expect(await rc(root, ['2'])).toEqual({
      code: 0,
      signal: null,
      out: [
        '[fail] a: exit 1 (generic or unspecified error), T s',
        '[fail] b: exit 6 (program is not configured), T s',
        '[fail] c: exit 255 (reserved), T s',
        '[fail] d: killed by SIGKILL, T s',
        '[fail] e: cannot be started: its interpreter "/nonexistent/sh" does not exist, T s',
        '[fail] f: cannot be started: its interpreter "/bin/sh\\r" does not exist, T s',
        '[fail] two words: exit 5 (program is not installed), T s',
        '[ ok ] h (T s)',
        '',
      ].join('\n'),
      err: [
        'rc: 7 scripts failed in run level 2:',
        '  /etc/rc2.d/S01a start: exit 1 (generic or unspecified error)',
        '  /etc/rc2.d/S02b start: exit 6 (program is not configured)',
        '  /etc/rc2.d/S03c start: exit 255 (reserved)',
        '  /etc/rc2.d/S04d start: killed by SIGKILL',
        '  /etc/rc2.d/S05e start: cannot be started: its interpreter "/nonexistent/sh" does not exist',
        '  /etc/rc2.d/S06f start: cannot be started: its interpreter "/bin/sh\\r" does not exist',
        '  /etc/rc2.d/S07two words start: exit 5 (program is not installed)',
        '',
      ].join('\n'),
    });
  });

  test('never skips anything silently', async () => {
    const root = withLevel(
      { S01a: '#!/bin/sh\n', 'S05e!': '#!/bin/sh\n' },
      {
        'etc/rc2.d/S02b=': '../init.d/b',
        'etc/rc2.d/S03c/': '',
        'etc/rc2.d/junk': '',
        'etc/rc2.d/README': '',
      },
    );
    expect(await rc(root, ['2'])).toEqual({
      code: 0,
      signal: null,
      out: [
        '[skip] a: not executable',
        '[skip] b: dangling link',
        '[skip] c: is a directory',
        '[ ok ] e (T s)',
        '[skip] junk: unknown name, expected S or K, two digits and a service name',
        '',
      ].join('\n'),
      err: [
        'rc: 4 scripts not run in run level 2:',
        '  /etc/rc2.d/S01a start: not executable',
        '  /etc/rc2.d/S02b start: dangling link',
        '  /etc/rc2.d/S03c start: is a directory',
        '  /etc/rc2.d/junk: unknown name, expected S or K, two digits and a service name',
        '',
      ].join('\n'),
    });
  });

  test('keeps what happened in last-rc.json', async () => {
    const root = withLevel({ 'S01a!': '#!/bin/sh\nexit 6\n', S02b: '', 'S03c!': '#!/bin/sh\nkill -9 $$\n' });
    await rc(root, ['2']);
    const record = lastRc(root);
    const nothing = { exit: null, signal: null, durationMs: 0, startedAt: null, after: [] };
    const skipped = { outcome: 'skipped', ...nothing };
    expect(record).toEqual({
      version: 1,
      level: '2',
      previous: 'N',
      started: expect.any(Number),
      durationMs: expect.any(Number),
      state: 'done',
      running: null,
      scripts: [
        {
          name: 'a',
          link: '/etc/rc2.d/S01a',
          action: 'start',
          outcome: 'failed',
          exit: 6,
          signal: null,
          durationMs: expect.any(Number),
          why: 'exit 6 (program is not configured)',
          startedAt: expect.any(Number),
          after: [],
        },
        { name: 'b', link: '/etc/rc2.d/S02b', action: 'start', ...skipped, why: 'not executable' },
        {
          name: 'c',
          link: '/etc/rc2.d/S03c',
          action: 'start',
          outcome: 'failed',
          exit: null,
          signal: 'SIGKILL',
          durationMs: expect.any(Number),
          why: 'killed by SIGKILL',
          startedAt: expect.any(Number),
          after: [],
        },
      ],
      earlier: [],
    });
  });

  test('remembers how scripts of earlier levels ended, the newest run of each', async () => {
    const root = withLevel({ 'S01a!': '#!/bin/sh\nexit 6\n', 'S02b!': '#!/bin/sh\n' });
    await rc(root, ['2']);
    writeTree(root, { 'etc/rc3.d/S01a!': '#!/bin/sh\n' });
    await rc(root, ['3']);
    const { scripts, earlier } = lastRc(root);
    expect(scripts).toMatchObject([{ name: 'a', link: '/etc/rc3.d/S01a', outcome: 'ok' }]);
    expect(earlier).toMatchObject([{ name: 'b', link: '/etc/rc2.d/S02b', outcome: 'ok' }]);
  });

  test('warns once and goes on where last-rc.json cannot be written', async () => {
    const root = withLevel({ 'S01a!': '#!/bin/sh\n', 'S02b!': '#!/bin/sh\n' }, { run: 'a file' });
    expect(await rc(root, ['2'])).toEqual({
      code: 0,
      signal: null,
      out: '[ ok ] a (T s)\n[ ok ] b (T s)\n',
      err: 'rc: cannot write "/run/rcinit/last-rc.json": Not a directory; going on without it\n',
    });
  });

  test.each([
    ['--strict', ['--strict', '2'], {}, {}],
    ['RC_STRICT in the environment', ['2'], { RC_STRICT: 'yes' }, {}],
    ['RC_STRICT in /etc/default/rcinit', ['2'], {}, { 'etc/default/rcinit': 'RC_STRICT=yes\n' }],
  ])('exits 1 after a failure with %s', async (_, args, env, tree) => {
    const root = withLevel({ 'S01a!': '#!/bin/sh\nexit 3\n' }, tree);
    expect((await rc(root, args, env)).code).toBe(1);
  });

  test('exits 0 with --strict when a script was only skipped', async () => {
    expect((await rc(withLevel({ S01a: '' }), ['--strict', '2'])).code).toBe(0);
  });

  test('runs a script without an interpreter line by the shell', async () => {
    const root = withLevel({ 'S01a!': 'echo "$1 without"\n' });
    expect((await rc(root, ['2'])).out).toBe('start without\n[ ok ] a (T s)\n');
  });

  test('lets a script read standard input', async () => {
    const root = withLevel({ 'S01a!': '#!/bin/sh\nread answer; echo "got $answer"\n' });
    const run = await runApplet('rc', ['--root', root, '2'], { env: { PATH }, input: 'yes\n' });
    expect(hideTimes(run.out)).toBe('got yes\n[ ok ] a (T s)\n');
  });

  test('does not wait for a child of a script that keeps standard output open', async () => {
    const root = withLevel({ 'S01a!': '#!/bin/sh\nsleep 1000 &\n', 'S02b!': '#!/bin/sh\n' });
    const { ended, output } = startApplet('rc', ['--root', root, '2'], { env: { PATH } });
    expect(await ended).toEqual({ code: 0, signal: null });
    await waitFor('the last line', () => output.out.includes('[ ok ] b'));
    expect(hideTimes(output.out)).toBe('[ ok ] a (T s)\n[ ok ] b (T s)\n');
  });

  test('runs 500 links in order', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `s${String(index).padStart(3, '0')}`);
    const links = Object.fromEntries(names.map((name) => [`etc/rc2.d/S50${name}=`, '../init.d/one']));
    const root = withTree({ 'etc/init.d/one!': '#!/bin/sh\n', ...links });
    expect((await rc(root, ['2'])).out).toBe(names.map((name) => `[ ok ] ${name} (T s)\n`).join(''));
    expect(lastRc(root).scripts.map(({ name }) => name)).toEqual(names);
  });

  test('follows an absolute link inside the root, not on the machine', async () => {
    const root = withTree({
      'etc/rc2.d/S01a=': '/etc/init.d/a-of-the-root',
      'etc/init.d/a-of-the-root!': '#!/bin/sh\necho "$0"\n',
    });
    expect((await rc(root, ['2'])).out).toBe(`${root}/etc/init.d/a-of-the-root\n[ ok ] a (T s)\n`);
  });

  test('prints the plan with --dry-run and runs nothing', async () => {
    const root = withLevel({ 'S01a!': '#!/bin/sh\necho ran\n', S02b: '', 'K01c!': '' });
    expect(await rc(root, ['--dry-run', '2'], { PREVLEVEL: '3' })).toEqual({
      code: 0,
      signal: null,
      out: '/etc/rc2.d/K01c stop\n/etc/rc2.d/S01a start\n# /etc/rc2.d/S02b: not executable\n',
      err: '',
    });
    expect(existsSync(join(root, 'run'))).toBe(false);
  });

  test('says when the level has no folder, and exits 0', async () => {
    expect(await rc(withTree({}), ['9'])).toEqual({
      code: 0,
      signal: null,
      out: '',
      err: 'rc: cannot read "/etc/rc9.d": No such file or directory; no scripts are run\n',
    });
  });
});

describe('rc command line', () => {
  const refusals: readonly (readonly [string[], number, string])[] = [
    [[], 1, 'Usage: rc <runlevel>\n'],
    [
      ['x'],
      2,
      'rc: "x" is no run level, expected one of 0-9 or S\nTry \'rc --help\' for more information.\n',
    ],
    [
      ['2', '3'],
      2,
      'rc: extra operand "3", expected one run level\nTry \'rc --help\' for more information.\n',
    ],
    [['--nope'], 2, "rc: unrecognized option '--nope'\nTry 'rc --help' for more information.\n"],
  ];

  test.each(refusals)('refuses %j', async (args, code, err) => {
    expect(await callApplet(applet, args, { name: 'rc' })).toEqual({ code, signal: null, out: '', err });
  });

  test('prints help and version on standard output', async () => {
    const help = await callApplet(applet, ['--help'], { name: 'rc' });
    expect([help.code, help.out.split('\n')[0], help.err]).toEqual([
      0,
      'Usage: rc [--root DIR] [--jobs N] [--strict] [--dry-run] [LEVEL]',
      '',
    ]);
    const version = await callApplet(applet, ['--version'], { name: 'rc' });
    expect(version.out).toMatch(/^rc \(rcinit\) \d+\.\d+\.\d+\n$/);
  });
});

describe('loadColours', () => {
  test.each([
    [true, {}, '\u001b[32mok\u001b[39m'],
    [true, { NO_COLOR: '1' }, 'ok'],
    [true, { NO_COLOR: '' }, '\u001b[32mok\u001b[39m'],
    [true, { TERM: 'dumb' }, 'ok'],
    [true, { FORCE_COLOR: '0' }, 'ok'],
    [false, {}, 'ok'],
    [false, { FORCE_COLOR: '1' }, '\u001b[32mok\u001b[39m'],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, 'ok'],
  ])('on a terminal (%s) with %j', async (isTty, env, text) => {
    expect((await loadColours(isTty, env)).ok('ok')).toBe(text);
  });
});
