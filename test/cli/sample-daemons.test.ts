/** The sample daemons where several act at once, where something is not permitted, and with the machine's own tools. */
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { copySampleRoot, processesOf, type SampleRoot } from '../support/sample-root.ts';
import { waitFor } from '../support/wait-for.ts';
import { withTree } from '../support/with-tree.ts';

const DAEMONS = ['clock', 'greeter', 'scribe', 'web'];
const STARTERS = 10;
/** Many starts of Node on a machine that has other things to do. */
const MANY_STARTS_MS = 90_000;
const NOBODY = 65534;
const IS_ROOT = process.getuid?.() === 0;
const DEBIANS_PATH = `/sbin:/usr/sbin:/bin:/usr/bin:${dirname(process.execPath)}`;
const HAS_DEBIANS = ['/lib/lsb/init-functions', '/sbin/start-stop-daemon'].every((path) => existsSync(path));

describe('at the same moment', { timeout: MANY_STARTS_MS }, () => {
  test.each(DAEMONS)('ten starts of %s all succeed, and leave one daemon', async (name) => {
    const root = await startedRoot();
    const starts = Array.from({ length: STARTERS }, () => root.run(name, ['start']));
    const ended = await Promise.all(starts);
    expect(ended.map(({ code, stderr }) => `${code}${stderr}`)).toEqual(starts.map(() => '0'));
    await expectOneDaemon(root, name);
    expect((await root.run(name, ['stop'])).code).toBe(0);
    expect(processesOf(root.dir)).toEqual([]);
  });

  test.each(DAEMONS)('ten starts of %s after it was killed leave one daemon', async (name) => {
    const root = await startedRoot();
    await root.run(name, ['start']);
    process.kill(root.pidOf(name) ?? 0, 'SIGKILL');
    const starts = Array.from({ length: STARTERS }, () => root.run(name, ['start']));
    expect((await Promise.all(starts)).map(({ code }) => code)).toEqual(starts.map(() => 0));
    await expectOneDaemon(root, name);
  });

  test.each(DAEMONS.flatMap((name) => [true, false].map((knowsPid) => ({ name, knowsPid }))))(
    'a stop while $name is being started (pid known: $knowsPid) is as if one came after the other',
    async ({ name, knowsPid }) => {
      const root = await startedRoot();
      const start = root.run(name, ['start']);
      if (knowsPid) await waitFor('the pid', () => root.pidOf(name) !== undefined);
      expect((await root.run(name, ['stop'])).code).toBe(0);
      await start;
      const { code } = await root.run(name, ['status']);
      const pid = root.pidOf(name);
      expect([code, processesOf(root.dir)]).toEqual(pid === undefined ? [3, []] : [0, [pid]]);
      expect((await root.run(name, ['stop'])).code).toBe(0);
      expect(processesOf(root.dir)).toEqual([]);
    },
  );
});

test.each(DAEMONS)('%s goes by its name', async (name) => {
  const root = await startedRoot();
  await root.run(name, ['start']);
  expect(readFileSync(`/proc/${root.pidOf(name)}/comm`, 'utf8')).toBe(`${name}\n`);
});

test.skipIf(!IS_ROOT).each(DAEMONS)(
  'stop of another user’s %s says 4, and its status is seen by all',
  async (name) => {
    const root = await startedRoot();
    chmodSync(root.dir, 0o755);
    await root.run(name, ['start']);
    const { code, stderr } = await root.run(name, ['stop'], { uid: NOBODY });
    expect(code).toBe(4);
    expect(stderr).toContain(`${name}: may not end the daemon; become its owner\n`);
    expect((await root.run(name, ['status'], { uid: NOBODY })).code).toBe(0);
  },
);

describe('where the shell library is missing', () => {
  test.each(['folders', ...DAEMONS])('%s says 5, and 4 to status', async (name) => {
    const root = await copySampleRoot();
    const env = { PATH: DEBIANS_PATH, INIT_FUNCTIONS: join(root.dir, 'none') };
    const what = name === 'folders' ? 'is' : 'or start-stop-daemon is';
    const said = (action: string) =>
      `${name}: ${root.dir}/none ${what} not there; run: service ${name} ${action}\n`;
    for (const [action, code] of [
      ['start', 5],
      ['stop', 5],
      ['status', 4],
    ] as const) {
      expect(await root.run(name, [action], { env })).toEqual({ code, stdout: '', stderr: said(action) });
    }
  });

  test.each(DAEMONS)('so it is for %s where start-stop-daemon is', async (name) => {
    const root = await copySampleRoot();
    const library = join(root.dir, 'etc/inittab');
    const options = { shell: ['/bin/sh'], env: { PATH: withTree({}), INIT_FUNCTIONS: library } };
    expect(await root.run(name, ['start'], options)).toEqual({
      code: 5,
      stdout: '',
      stderr: `${name}: ${library} or start-stop-daemon is not there; run: service ${name} start\n`,
    });
  });
});

test.skipIf(!HAS_DEBIANS).each(DAEMONS)(
  '%s works with the library and start-stop-daemon of Debian',
  async (name) => {
    const root = await startedRoot();
    const codes: string[] = [];
    for (const action of 'status start status start restart try-restart stop status stop'.split(' ')) {
      codes.push(`${action} ${(await root.run(name, [action], { env: { PATH: DEBIANS_PATH } })).code}`);
    }
    expect(codes.join(', ')).toBe(
      'status 3, start 0, status 0, start 0, restart 0, try-restart 0, stop 0, status 3, stop 0',
    );
    expect(processesOf(root.dir)).toEqual([]);
  },
);

/** A root in which `folders` was started: run/ and var/log are there. */
async function startedRoot(): Promise<SampleRoot> {
  const root = await copySampleRoot();
  expect((await root.run('folders', ['start'])).code).toBe(0);
  return root;
}

/** Those who came second may be a moment from their end. */
async function expectOneDaemon(root: SampleRoot, name: string): Promise<void> {
  await waitFor('those who came second to end', () => processesOf(root.dir).length <= 1);
  expect(processesOf(root.dir)).toEqual([root.pidOf(name)]);
}
