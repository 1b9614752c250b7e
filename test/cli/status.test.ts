import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { applet } from '../../src/cli/rcinit.ts';
import { listenForControl, type LineHandler } from '../../src/os/pid1/control-socket.ts';
import { answerControl } from '../../src/init/control.ts';
import { createLevelWaiters } from '../../src/init/level-waiters.ts';
import { bootWorld } from '../support/fake-world.ts';
import { callApplet, type AppletRun } from '../support/run-applet.ts';
import { withTree, type Tree } from '../support/with-tree.ts';

const SCRIPTS: Tree = {
  'etc/init.d/web!': '#!/bin/sh\n',
  'etc/rc2.d/S01web=': '../init.d/web',
  'etc/rc0.d/K01web=': '../init.d/web',
};
const WEB = { name: 'web', startLevels: '2', stopLevels: '0' };
const WEB_TABLE = 'SCRIPT  START  STOP  LAST\nweb     2      0     -\n';

function status(root: string, ...args: readonly string[]): Promise<AppletRun> {
  return callApplet(applet, ['status', '--root', root, ...args], { name: 'rcinit' });
}

/** Answers on the root's control socket until the test is over. */
async function listen(root: string, handler: LineHandler): Promise<void> {
  const control = await listenForControl(join(root, 'run/rcinit/control.sock'), handler);
  onTestFinished(() => control.close());
}

/** An engine in level 2 behind the socket. */
async function runInit(root: string): Promise<void> {
  const world = bootWorld('id:2:initdefault:\nss:S:off:\nr:2:respawn:getty\n', { place: 'folder' });
  const now = () => 3_500;
  const waiters = createLevelWaiters({ ...world, now });
  const facts = { pid: 42, root, startedAt: 1_000, now, state: world.state, waiters };
  await listen(root, (line, gone) => answerControl(line, facts, gone));
}

describe('rcinit status', () => {
  test('shows init, entries and scripts, and exits 0', async () => {
    const root = withTree(SCRIPTS);
    await runInit(root);
    expect(await status(root)).toEqual({
      code: 0,
      signal: null,
      out: [
        `run level 2 (previous N), pid 42, folder "${root}", up 2.5 s`,
        '',
        'ID  LEVELS  ACTION   STATE    PID  UP     STARTS  COMMAND  WHY',
        'ss  S       off      off      -    -      0                its action is off',
        'r   2       respawn  running  100  2.5 s  1       getty',
        '',
        WEB_TABLE,
      ].join('\n'),
      err: '',
    });
  });

  test('--json shows the same for programs', async () => {
    const root = withTree(SCRIPTS);
    await runInit(root);
    const { code, out, err } = await status(root, '--json');
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual({
      init: {
        version: 1,
        kind: 'status',
        pid: 42,
        root,
        place: 'folder',
        state: 'running',
        level: '2',
        previous: 'N',
        uptimeMs: 2_500,
        entries: [
          {
            id: 'ss',
            levels: 'S',
            action: 'off',
            command: '',
            state: 'off',
            starts: 0,
            why: 'its action is off',
          },
          {
            id: 'r',
            levels: '2',
            action: 'respawn',
            command: 'getty',
            state: 'running',
            pid: 100,
            uptimeMs: 2_500,
            starts: 1,
          },
        ],
      },
      problem: null,
      scripts: [WEB],
    });
    expect(out.endsWith('}\n')).toBe(true);
  });

  test('exits 3 where no init runs, and shows the scripts', async () => {
    const root = withTree(SCRIPTS);
    const why = `no rcinit runs in "${root}" (nobody listens on ${root}/run/rcinit/control.sock)`;
    expect(await status(root)).toEqual({ code: 3, signal: null, out: WEB_TABLE, err: `rcinit: ${why}\n` });
    const json = await status(root, '--json');
    expect([json.code, json.err]).toEqual([3, '']);
    expect(JSON.parse(json.out)).toEqual({ init: null, problem: why, scripts: [WEB] });
  });

  test('of an empty root shows nothing but why', async () => {
    const { code, out, err } = await status(withTree({}));
    expect([code, out]).toEqual([3, '']);
    expect(err).toMatch(/^rcinit: no rcinit runs in ".*"\)?/);
  });

  test.each<[answer: string, why: string]>([
    ['hello', 'init answered in a language this program does not know; are both of the same version?'],
    ['{"version":1,"kind":"error","message":"not today"}', 'not today'],
  ])('exits 4 where init answers %s', async (answer, why) => {
    const root = withTree({});
    await listen(root, () => answer);
    const text = `cannot ask init through "${root}/run/rcinit/control.sock": ${why}`;
    expect(await status(root)).toEqual({ code: 4, signal: null, out: '', err: `rcinit: ${text}\n` });
    const json = await status(root, '--json');
    expect(json.code).toBe(4);
    expect(JSON.parse(json.out)).toEqual({ init: null, problem: text, scripts: [] });
  });
});
