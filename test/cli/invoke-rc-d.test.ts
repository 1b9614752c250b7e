import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PATH } from '../support/rc-level.ts';
import { runApplet, type AppletRun } from '../support/run-applet.ts';
import { withTree, type Tree } from '../support/with-tree.ts';

const LEVEL_2: Tree = { 'var/run/runlevel': '2' };
const ENABLED: Tree = { 'etc/rc2.d/S20foo=': '../init.d/foo' };
const DISABLED: Tree = { 'etc/rc2.d/K80foo=': '../init.d/foo' };
/** Notes each call; the action `bad` fails. */
const SCRIPT = '#!/bin/sh\necho "$@" >> "$RCINIT_ROOT/calls"\n[ "$1" != bad ] || exit 7\n';

function policy(status: number, output = ''): Tree {
  return {
    'usr/sbin/policy-rc.d!': `#!/bin/sh\necho "$# $*" >> "$RCINIT_ROOT/asked"\necho '${output}'\nexit ${status}\n`,
  };
}

function system(...trees: readonly Tree[]): string {
  return withTree(Object.assign({ 'etc/init.d/foo!': SCRIPT, ...LEVEL_2 }, ...trees));
}

async function invoke(root: string, ...args: readonly string[]): Promise<AppletRun & { calls: string }> {
  const run = await runApplet('invoke-rc.d', args, { env: { PATH, RCINIT_ROOT: root } });
  return { ...run, err: run.err.replaceAll('invoke-rc.d: ', ''), calls: readIfAny(root, 'calls') };
}

function readIfAny(root: string, name: string): string {
  const path = join(root, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

describe('the answer of policy-rc.d', () => {
  const OPTIONS = ['', '--query', '--disclose-deny', '--force', '--try-anyway', '--no-fallback'];
  /** What each gives: whether (or with what) the script is run, and the exit status. */
  const MATRIX: readonly (readonly [number, readonly string[]])[] = [
    [0, ['start 0', '104', 'start 0', 'start 0', 'start 0', 'start 0']],
    [104, ['start 0', '104', 'start 0', 'start 0', 'start 0', 'start 0']],
    [1, ['start 0', '105', 'start 0', 'start 0', 'start 0', 'start 0']],
    [105, ['start 0', '105', 'start 0', 'start 0', 'start 0', 'start 0']],
    [100, ['100', '100', '100', 'start 0', '102', '100']],
    [101, ['0', '101', '101', 'start 0', '0', '0']],
    [102, ['102', '102', '102', 'start 0', '102', '102']],
    [103, ['103', '103', '103', 'start 0', '102', '103']],
    [106, ['stop 0', '106', 'stop 0', 'start 0', 'stop 0', '0']],
    [77, ['102', '102', '102', 'start 0', '102', '102']],
  ];
  const cells = MATRIX.flatMap(([status, row]) =>
    row.map((outcome, index) => [status, OPTIONS[index] ?? '', outcome] as const),
  );

  test.each(cells)('%i with "%s" is: %s', async (status, option, outcome) => {
    const root = system(ENABLED, policy(status, 'stop start'));
    const { code, calls } = await invoke(root, ...(option === '' ? [] : [option]), 'foo', 'start');
    expect(`${calls.trim()} ${code}`.trim()).toBe(outcome);
  });

  test.each([
    [1, 'policy-rc.d query returned "behaviour undefined",\nassuming "start" is allowed.\n'],
    [101, 'policy-rc.d denied execution of start.\n'],
    [102, 'policy-rc.d returned error status 102\n'],
    [
      77,
      'WARNING: policy-rc.d returned unexpected error status 77, 102 used instead.\npolicy-rc.d returned error status 102\n',
    ],
    [
      106,
      'executing actions "stop, start" instead due to policy-rc.d request.\nexecuting initscript action "stop"...\n',
    ],
  ])('%i is told', async (status, err) => {
    expect((await invoke(system(ENABLED, policy(status, 'stop start')), 'foo', 'start')).err).toBe(err);
  });

  test('--force tells what it overrides, --no-fallback what it ignores', async () => {
    const forced = await invoke(system(ENABLED, policy(101)), '--force', 'foo', 'start');
    expect(forced.err).toBe('Overriding policy-rc.d denied execution of start.\n');
    const kept = await invoke(system(ENABLED, policy(106, 'stop')), '--no-fallback', 'foo', 'start');
    expect(kept.err).toBe('ignoring policy-rc.d fallback request: stop.\n');
  });

  test('a denial that is disclosed says that nothing was run', async () => {
    const run = await invoke(system(ENABLED, policy(101)), '--disclose-deny', 'foo', 'start');
    expect(run).toMatchObject({
      code: 101,
      err: 'policy-rc.d denied execution of start.\ninitscript action "start" not executed.\n',
    });
  });

  test('a list of fallbacks is tried until one works', async () => {
    const run = await invoke(system(ENABLED, policy(106, 'bad reload stop')), 'foo', 'start');
    expect(run).toMatchObject({ code: 0, calls: 'bad\nreload\n' });
    expect(run.err.split('\n').slice(1)).toEqual([
      'executing initscript action "bad"...',
      'action "bad" failed, trying next action...',
      'executing initscript action "reload"...',
      '',
    ]);
  });

  test('yes starts even what the level has disabled', async () => {
    expect(await invoke(system(DISABLED, policy(0)), 'foo', 'start')).toMatchObject({
      code: 0,
      calls: 'start\n',
    });
  });

  test.each([
    ['start', ENABLED, ['foo', 'start'], '3 foo start 2\n'],
    ['a disabled start, in parentheses', DISABLED, ['foo', 'start'], '3 foo (start) 2\n'],
    ['a disabled stop, without', DISABLED, ['foo', 'stop'], '3 foo stop 2\n'],
    ['quiet', ENABLED, ['--quiet', 'foo', 'restart'], '4 --quiet foo restart 2\n'],
  ] as const)('is asked for %s', async (_, links, args, asked) => {
    const root = system(links, policy(101));
    await invoke(root, ...args);
    expect(readIfAny(root, 'asked')).toBe(asked);
  });

  test('is asked without a level where nobody knows it', async () => {
    const root = withTree({ 'etc/init.d/foo!': SCRIPT, ...policy(101) });
    const run = await invoke(root, 'foo', 'stop');
    expect(readIfAny(root, 'asked')).toBe('2 foo stop\n');
    expect(run.err).toBe('could not determine current runlevel\npolicy-rc.d denied execution of stop.\n');
  });
});

describe('without policy-rc.d the links of the level decide', () => {
  const AT_BOOT: Tree = { 'etc/rcS.d/S05foo=': '../init.d/foo' };
  test.each([
    ['start', 'a start link', ENABLED, '104'],
    ['restart', 'a start link', ENABLED, '104'],
    ['try-restart', 'a stop link', DISABLED, '101'],
    ['start', 'no link', {}, '101'],
    ['start', 'a start link of level S', AT_BOOT, '104'],
    ['start', 'a stop link here and a start link of level S', { ...DISABLED, ...AT_BOOT }, '101'],
    ['stop', 'a stop link', DISABLED, '105'],
    ['status', 'no link', {}, '105'],
  ] as const)('%s with %s: --query gives %s', async (action, _, links, code) => {
    expect(String((await invoke(system(links), '--query', 'foo', action)).code)).toBe(code);
  });

  test('what is enabled is run with our environment and folder, and its arguments as they are', async () => {
    const root = system(ENABLED, { 'etc/init.d/foo!': '#!/bin/sh\npwd\necho "$ODD" "$2" "$3"\nexit 3\n' });
    const run = await runApplet('invoke-rc.d', ['foo', 'start', 'a  b', '--quiet'], {
      env: { PATH, RCINIT_ROOT: root, ODD: 'kept' },
    });
    expect(run).toEqual({
      code: 3,
      signal: null,
      out: '/\nkept a  b --quiet\n',
      err: 'invoke-rc.d: initscript foo, action "start" failed.\n',
    });
  });

  test("a script's own 102 is a failure like others", async () => {
    const script = { 'etc/init.d/foo!': '#!/bin/sh\necho "$1" >> "$RCINIT_ROOT/calls"\nexit 102\n' };
    const alone = await invoke(system(ENABLED, script), 'foo', 'start');
    expect(alone).toMatchObject({ code: 102, err: 'initscript foo, action "start" failed.\n' });
    const listed = await invoke(system(ENABLED, script, policy(106, 'reload stop')), 'foo', 'start');
    expect(listed).toMatchObject({ code: 102, calls: 'reload\nstop\n' });
  });

  test('what is disabled is left alone without a word, and exit status 0', async () => {
    expect(await invoke(system(DISABLED), 'foo', 'start')).toMatchObject({ code: 0, err: '', calls: '' });
  });

  test('a status that is denied is unknown', async () => {
    const run = await invoke(system(ENABLED, policy(101)), 'foo', 'status');
    expect(run).toMatchObject({
      code: 4,
      err: 'policy-rc.d denied execution of status.\nemulating initscript action "status", returning "unknown"\n',
    });
  });

  test('a script that is not executable is never run, not even by force', async () => {
    const root = withTree({ 'etc/init.d/foo': SCRIPT, ...LEVEL_2, ...ENABLED });
    expect((await invoke(root, '--query', 'foo', 'start')).code).toBe(101);
    expect(await invoke(root, '--force', 'foo', 'start')).toMatchObject({ code: 102, calls: '' });
  });

  test('a script that is not there is told, and nothing else: packages are removed that way', async () => {
    const run = await invoke(withTree(LEVEL_2), 'gone', 'stop');
    expect(run).toMatchObject({ code: 0, err: 'unknown initscript, /etc/init.d/gone not found.\n' });
  });
});

describe('links that are none', () => {
  test.each([
    ['a file', { 'etc/rc2.d/S20foo!': '' }, 'not a symlink: /etc/rc2.d/S20foo\n'],
    ['a dangling link', { 'etc/rc2.d/S20foo=': '../init.d/gone' }, 'dangling symlink: /etc/rc2.d/S20foo\n'],
    [
      'a start link and a stop link, then one of level S,',
      { 'etc/rc2.d/K20foo=': '../init.d/gone', 'etc/rc2.d/S20foo!': '', 'etc/rcS.d/S20foo!': '' },
      'not a symlink: /etc/rc2.d/S20foo\ndangling symlink: /etc/rc2.d/K20foo\nnot a symlink: /etc/rcS.d/S20foo\n',
    ],
    ['a dangling link of level S', { 'etc/rcS.d/S20foo=': 'gone' }, 'dangling symlink: /etc/rcS.d/S20foo\n'],
  ] as const)('%s ends it with 102', async (_, link, err) => {
    expect(await invoke(system(link), 'foo', 'stop')).toMatchObject({ code: 102, err, calls: '' });
    expect(await invoke(system(link), '--try-anyway', 'foo', 'stop')).toMatchObject({
      code: 0,
      calls: 'stop\n',
    });
  });
});

describe('on the way down', () => {
  test.each(['0', '6'])('in level %s everything is run, whatever the policy says', async (level) => {
    const root = system(DISABLED, policy(101), { 'var/run/runlevel': level });
    const run = await invoke(root, '--quiet', 'foo', 'start');
    expect(run).toMatchObject({ code: 0, calls: 'start\n' });
    expect(run.err).toBe(
      [
        '-----------------------------------------------------',
        "WARNING: 'invoke-rc.d foo start' called",
        'during shutdown sequence.',
        'enabling safe mode: initscript policy layer disabled',
        '-----------------------------------------------------',
        '',
      ].join('\n'),
    );
    expect(readIfAny(root, 'asked')).toBe('');
  });
});

describe('wrong use', () => {
  test.each([
    [['foo'], 'syntax error: missing required parameter\n'],
    [['--odd', 'foo', 'start'], 'syntax error: unknown option "--odd"\n'],
    [['', 'start'], 'syntax error: invalid empty parameter\n'],
    [['a b', 'start'], 'syntax error: embedded blanks are not allowed in "a b"\n'],
    [['foo', ' '], 'syntax error: invalid empty parameter\n'],
    [['--quiet', 'foo'], ''],
  ])('%j is refused with 103', async (args, err) => {
    expect(await invoke(system(), ...args)).toMatchObject({ code: 103, out: '', err });
  });

  test('nothing at all shows the help', async () => {
    const run = await invoke(system());
    expect(run).toMatchObject({
      code: 103,
      err: 'syntax error: missing required parameter, --help assumed\n',
    });
    expect(run.out).toContain('Usage:\n  invoke-rc.d [options] <basename> <action> [extra parameters]\n');
    expect(await invoke(system(), '--help')).toMatchObject({ code: 0, out: run.out, err: '' });
  });
});

describe('on a system with another service manager', () => {
  function withSystemctl(answers: Readonly<Record<string, string>>): {
    root: string;
    env: Record<string, string>;
  } {
    const cases = Object.entries(answers).map(([call, answer]) => `'${call}') ${answer};;`);
    const root = system({
      'run/systemd/system/': '',
      'bin/systemctl!': `#!/bin/sh\necho "$*" >> "$RCINIT_ROOT/told"\ncase "$*" in\n${cases.join('\n')}\nesac\n`,
    });
    return { root, env: { PATH: `${root}/bin:${PATH}`, RCINIT_ROOT: root } };
  }

  test('start goes to the unit', async () => {
    const { root, env } = withSystemctl({ 'start foo.service': 'exit 3' });
    const run = await runApplet('invoke-rc.d', ['foo.sh', 'start'], { env });
    expect(run).toMatchObject({ code: 3, err: 'invoke-rc.d: initscript foo.sh, action "start" failed.\n' });
    expect(readIfAny(root, 'told').split('\n').slice(-2)).toEqual(['start foo.service', '']);
    expect(readIfAny(root, 'calls')).toBe('');
  });

  test('a masked unit is left alone, and so is a native one when asked', async () => {
    const masked = withSystemctl({ '-p LoadState show foo.service': 'echo LoadState=masked' });
    expect((await runApplet('invoke-rc.d', ['foo', 'start'], { env: masked.env })).code).toBe(0);
    expect(readIfAny(masked.root, 'told')).not.toContain('\nstart');
    const native = withSystemctl({ 'start foo.service': 'exit 1' });
    const args = ['--skip-systemd-native', 'foo', 'start'];
    expect((await runApplet('invoke-rc.d', args, { env: native.env })).code).toBe(0);
  });

  test("an action of the script's own goes to the script", async () => {
    const { root, env } = withSystemctl({});
    writeFileSync(join(root, 'var/run/runlevel'), '2');
    expect((await runApplet('invoke-rc.d', ['foo', 'rotate', 'x'], { env })).code).toBe(0);
    expect(readIfAny(root, 'calls')).toBe('rotate x\n');
  });
});
