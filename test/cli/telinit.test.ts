import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { applet } from '../../src/cli/telinit.ts';
import { decodeRequest, type InitRequest } from '../../src/core/wire/initctl-message.ts';
import { callApplet, type AppletRun } from '../support/run-applet.ts';
import { withTree } from '../support/with-tree.ts';

const USAGE = 'Usage: telinit {-e VAR[=VAL] | [-t SECONDS] {0|1|2|3|4|5|6|S|s|Q|q|A|a|B|b|C|c|U|u}}\n';

function telinit(root: string, ...args: readonly string[]): Promise<AppletRun> {
  return callApplet(applet, args, { name: 'telinit', env: { RCINIT_ROOT: root } });
}

function makeRoot(): string {
  const root = withTree({ 'run/': '' });
  execFileSync('mkfifo', [join(root, 'run/initctl')]);
  return root;
}

/** Runs telinit on a root whose fifo somebody reads. @returns The requests that came. */
async function send(...args: readonly string[]): Promise<readonly InitRequest[]> {
  const root = makeRoot();
  const fd = openSync(join(root, 'run/initctl'), constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(() => closeSync(fd));
  expect(await telinit(root, ...args)).toEqual({ code: 0, signal: null, out: '', err: '' });
  const bytes = Buffer.alloc(4_096);
  const length = readSync(fd, bytes);
  expect(length % 384).toBe(0);
  return Array.from({ length: length / 384 }, (_, index) =>
    decodeRequest(bytes.subarray(384 * index, 384 * (index + 1))),
  );
}

describe('telinit sends', () => {
  test.each('0123456789SsQqAaBbCcUu'.split(''))('%s, with 3 seconds to go', async (level) => {
    expect(await send(level)).toEqual([{ kind: 'runlevel', level, sleepSeconds: 3 }]);
  });

  test.each<[args: string[], sleepSeconds: number]>([
    [['-t', '10', '2'], 10],
    [['-t10', '2'], 10],
    [['2', '-t', '0'], 0],
    [['-t', '5x', '2'], 5],
    [['-t', 'soon', '2'], 0],
    [['-t', '-1', '2'], -1],
    [['-t', '1', '-t', '2', '--', '2'], 2],
  ])('%j as atoi(3) reads the seconds, wherever the option stands', async (args, sleepSeconds) => {
    expect(await send(...args)).toEqual([{ kind: 'runlevel', level: '2', sleepSeconds }]);
  });

  test.each<[args: string[], variables: string[]]>([
    [['-e', 'INIT_HALT=POWEROFF'], ['INIT_HALT=POWEROFF']],
    [['-e', 'INIT_HALT'], ['INIT_HALT']],
    [
      ['-eA=1', '-e', 'B=x y=z', '-t', '5'],
      ['A=1', 'B=x y=z'],
    ],
    [['-e', 'x'.repeat(366)], ['x'.repeat(366)]],
  ])('variables: %j', async (args, variables) => {
    expect(await send(...args)).toEqual([{ kind: 'setenv', variables }]);
  });

  test('to the root that --root names, before RCINIT_ROOT', async () => {
    const root = makeRoot();
    const fd = openSync(join(root, 'run/initctl'), constants.O_RDWR | constants.O_NONBLOCK);
    onTestFinished(() => closeSync(fd));
    expect(await telinit('/nonexistent', '3', '--root', root)).toMatchObject({ code: 0, err: '' });
    expect(readSync(fd, Buffer.alloc(4_096))).toBe(384);
  });
});

describe('telinit refuses', () => {
  test.each<[args: string[], line: string]>([
    [[], ''],
    [['--'], ''],
    [['', ''], ''],
    [[''], ''],
    [['x'], ''],
    [['10'], ''],
    [['#'], ''],
    [['2', '3'], ''],
    [['-e', 'INIT_X=1', '3'], ''],
    [['-x'], "telinit: invalid option -- 'x'\n"],
    [['-xy', '3'], "telinit: invalid option -- 'x'\n"],
    [['-t'], "telinit: option requires an argument -- 't'\n"],
    [['3', '-e'], "telinit: option requires an argument -- 'e'\n"],
    [['3', '--version'], "telinit: invalid option -- '-'\n"],
    [['--help'], "telinit: invalid option -- '-'\n"],
  ])('%j with the usage', async (args, line) => {
    expect(await telinit(makeRoot(), ...args)).toMatchObject({ code: 1, out: '', err: line + USAGE });
  });

  test('more variables than fit: 367 bytes with their NULs', async () => {
    const err = 'telinit: -e option data too large\n';
    const root = makeRoot();
    expect(await telinit(root, '-e', 'x'.repeat(367))).toMatchObject({ code: 1, out: '', err });
    expect(await telinit(root, '-e', 'x'.repeat(366), '-e', '')).toMatchObject({ code: 1, out: '', err });
  });
});

describe('telinit fails', () => {
  test('where there is no fifo', async () => {
    const root = withTree({ 'run/': '' });
    expect(await telinit(root, '3')).toMatchObject({
      code: 1,
      out: '',
      err: `telinit: ${root}/run/initctl: No such file or directory\n`,
    });
  });

  test('where something else has the name', async () => {
    const root = withTree({ 'run/initctl': 'precious' });
    const { code, err } = await telinit(root, '3');
    expect([code, err]).toEqual([1, `telinit: ${root}/run/initctl: Invalid argument\n`]);
  });

  test('where nobody reads within three seconds', async () => {
    const root = makeRoot();
    expect(await telinit(root, 'q')).toMatchObject({
      code: 1,
      out: '',
      err: `telinit: timeout opening/writing control channel ${root}/run/initctl\n`,
    });
  });
});

test('telinit --version answers as the original does, before it looks for anything', async () => {
  expect(await telinit('/nonexistent', '--version')).toMatchObject({
    code: 0,
    out: 'SysV init version: 3.14\n\n',
    err: '',
  });
});

test('telinit says its own name', async () => {
  const run = await callApplet(applet, ['-x'], { name: 'go', env: { RCINIT_ROOT: '/nonexistent' } });
  expect(run.err).toBe(`go: invalid option -- 'x'\n${USAGE.replace('telinit', 'go')}`);
});
