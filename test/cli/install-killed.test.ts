import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { IS_CI } from '../support/is-ci.ts';
import {
  listRoot,
  makeInstallRoot,
  makeStubFiles,
  NODE_STUB,
  whyNoInstall,
} from '../support/install-root.ts';
import { APPLETS, CHECKOUT } from '../support/pid1.ts';
import { runCommand } from '../support/run-command.ts';

let removeNode: () => void;
beforeAll(() => {
  removeNode = makeStubFiles();
});
afterAll(() => removeNode());

const reason = whyNoInstall();
beforeEach(({ skip }) => skip(reason !== undefined, reason));

/** One call each that changes the system; copying the program has hundreds, and a place of its own below. */
const CALLS = 'linkSync renameSync symlinkSync rmSync rmdirSync fsyncSync spawnSync';
const MANY_MS = 300_000;
/** Every step takes minutes on two cores; here some will do, CI takes them all. */
const STEP = IS_CI ? 1 : 4;

function rcinit(command: 'install' | 'uninstall', root: string, killAt = 0, calls = CALLS) {
  const args = ['-r', join(CHECKOUT, 'test/fixtures/programs/kill-at.cjs'), join(APPLETS, 'rcinit')];
  const node = command === 'install' ? ['--node', NODE_STUB] : [];
  return runCommand(process.execPath, [...args, command, '--root', root, ...node], {
    env: { PATH: process.env['PATH'] ?? '', KILL_AT: `${killAt}`, KILL_CALLS: calls },
  });
}

/** Every second time an installation completes it first; in any case all is as before in the end. */
async function expectRecovery(root: string, whole: string, before: readonly string[], killAt: number) {
  const when = `killed at ${killAt}`;
  // Whatever happens: the next boot finds an init, and what it leads to.
  for (const path of ['sbin/init', 'sbin/telinit', 'usr/sbin/service'])
    expect(readFileSync(join(root, path), 'utf8'), `${path} ${when}`).toMatch(/^#!|\n$/);
  const isCompleted = (killAt / STEP) % 2 === 0;
  const completed = isCompleted ? await rcinit('install', root) : { code: 0, err: '' };
  expect(completed, when).toMatchObject({ code: 0, err: '' });
  expect(isCompleted ? shape(root) : [], when).toEqual(isCompleted ? shape(whole) : []);
  expect(await rcinit('uninstall', root), when).toMatchObject({ code: 0, err: '' });
  expect(listRoot(root), when).toEqual(before);
}

/** What is installed has new inodes and times each time. */
function shape(root: string): readonly string[] {
  return listRoot(root).map((line) => line.replace(/^(\S+ \S+ \S+) \d+ /, '$1 ').replace(/ [\d.]+$/, ''));
}

test(
  'an installation that is killed at any step is completed, or taken back, by the next command',
  async () => {
    const whole = makeInstallRoot('split');
    expect(await rcinit('install', whole)).toMatchObject({ code: 0, err: '' });
    const root = makeInstallRoot('split');
    const before = listRoot(root);
    let killAt = 0;
    for (let isKilled = true; isKilled;) {
      isKilled = (await rcinit('install', root, (killAt += STEP))).signal === 'SIGKILL';
      await expectRecovery(root, whole, before, killAt);
    }
    expect(killAt).toBeGreaterThan(40);
  },
  MANY_MS,
);

test(
  'an uninstallation that is killed at any step is completed by the next, or taken back by an installation',
  async () => {
    const whole = makeInstallRoot('usrmerge');
    await rcinit('install', whole);
    const root = makeInstallRoot('usrmerge');
    const before = listRoot(root);
    let killAt = 0;
    for (let isKilled = true; isKilled;) {
      expect(await rcinit('install', root), `killed at ${killAt}`).toMatchObject({ code: 0, err: '' });
      isKilled = (await rcinit('uninstall', root, (killAt += STEP))).signal === 'SIGKILL';
      await expectRecovery(root, whole, before, killAt);
    }
    expect(killAt).toBeGreaterThan(10);
  },
  MANY_MS,
);

test('a copy that is killed half-way is never led to', async () => {
  const root = makeInstallRoot('split');
  const before = listRoot(root);
  expect(await rcinit('install', root, 30, 'copyFileSync')).toMatchObject({ signal: 'SIGKILL' });
  expect(existsSync(join(root, 'usr/lib/rcinit/current'))).toBe(false);
  expect(await rcinit('uninstall', root)).toMatchObject({ code: 0, err: '' });
  expect(listRoot(root)).toEqual(before);
});

test('two at once: one is told to wait, and nothing is half done', async () => {
  const root = makeInstallRoot('split');
  const runs = await Promise.all([1, 2, 3].map(() => rcinit('install', root)));
  const busy = `rcinit: cannot install into "${root}": another rcinit install or uninstall is at work there; wait for it\n`;
  for (const { code, err } of runs) expect([0, 1]).toContain(code === 1 && err !== busy ? 99 : code);
  expect(runs.some(({ code }) => code === 0)).toBe(true);
  expect(await rcinit('install', root)).toMatchObject({
    out: 'rcinit is installed already; nothing to do\n',
  });
});
