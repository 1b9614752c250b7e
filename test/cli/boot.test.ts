import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applet } from '../../src/cli/rcinit.ts';
import { ffiProblem } from '../../src/os/libc/libc.ts';
import { callApplet } from '../support/run-applet.ts';
import { runProgram } from '../support/run-program.ts';
import { withTree } from '../support/with-tree.ts';

/** Only what is refused: an init that boots is tried in test/pid1. */
async function refuse(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, out, err } = await callApplet(applet, ['boot', ...args], { name: 'rcinit', env, cwd: '/' });
  expect(out).toBe('');
  return [code, err];
}

test('boot refuses the machine itself', async () => {
  const text = 'rcinit: cannot boot "/": this is not PID 1; name a folder with --root DIR or RCINIT_ROOT\n';
  expect(await refuse([])).toEqual([1, text]);
  expect(await refuse(['--root', '/'])).toEqual([1, text]);
  expect(await refuse(['--root', 'x/..', 'single'])).toEqual([1, text]);
});

test('boot refuses what is no folder', async () => {
  const dir = withTree({ file: '' });
  for (const root of [join(dir, 'file'), join(dir, 'gone')]) {
    const text = `rcinit: cannot boot "${root}": no such folder; --root names the folder that holds etc/inittab\n`;
    expect(await refuse(['--root', root])).toEqual([1, text]);
    expect(await refuse([], { RCINIT_ROOT: root })).toEqual([1, text]);
  }
});

test.skipIf(ffiProblem() !== undefined)('boot refuses a root that has an init', async () => {
  const root = withTree({});
  expect(await runProgram('init-lock', [root]).nextLine()).toBe('taken');
  expect(await refuse(['--root', root])).toEqual([
    1,
    `rcinit: cannot boot "${root}": an init runs there already; rcinit status --root "${root}" shows it\n`,
  ]);
});

test.each(['three', '10', 'a', 'q', ''])('boot refuses the level "%s"', async (level) => {
  const text = `rcinit: cannot boot to "${level}": no run level; name one of 0-9, S or single\n`;
  expect(await refuse([level])).toEqual([2, text]);
});

test.each([['--main', 'clok'], ['--main=clok']])(
  'boot refuses a main process nobody knows (%s)',
  async (...args) => {
    const root = withTree({ 'etc/inittab': 'l2:2:wait:x\n', 'etc/init.d/clock!': '#!/bin/sh\n' });
    const text = `rcinit: cannot boot with "clok" as the main process: no inittab entry has this id, no init script this name; did you mean clock?\n`;
    expect(await refuse(['--root', root, ...args])).toEqual([1, text]);
    expect(await refuse(['--root', root], { RCINIT_MAIN: 'clok' })).toEqual([1, text]);
    expect(await refuse(['--root', root, ...args], { RCINIT_MAIN: 'clock' })).toEqual([1, text]);
  },
);

test.each(['../init.d/clock', 'unheard-of'])(
  'boot says which main processes there are instead of %s',
  async (name) => {
    const root = withTree({ 'etc/inittab': 'l2:2:wait:x\n', 'etc/init.d/clock!': '#!/bin/sh\n' });
    const text = `rcinit: cannot boot with "${name}" as the main process: no inittab entry has this id, no init script this name; known are l2 ~~ clock\n`;
    expect(await refuse(['--root', root, '--main', name])).toEqual([1, text]);
  },
);
