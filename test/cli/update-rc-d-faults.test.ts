/** What update-rc.d leaves behind when it is killed, when the disk is full, and when others are at it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listLinks } from '../support/insserv-golden.ts';
import { whyNoPid1 } from '../support/pid1.ts';
import { PATH } from '../support/rc-level.ts';
import { runApplet, startApplet, type AppletRun } from '../support/run-applet.ts';
import { CONF, etc, update } from '../support/update-rc.ts';
import { script } from '../support/update-rc-cases.ts';
import type { Tree } from '../support/with-tree.ts';

describe('update-rc.d among kills and others of its kind', () => {
  const SCRIPTS: Tree = { ...CONF, ...script('foo'), ...script('bar', { needs: 'foo' }) };
  const preload = join(import.meta.dirname, '../fixtures/programs/die-at-call.cjs');
  const env = (root: string) => ({ PATH, RCINIT_ROOT: root });
  const farm = (root: string) => [
    ...listLinks(root),
    ...['boot', 'start', 'stop'].map((name) => {
      const path = join(root, `etc/init.d/.depend.${name}`);
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    }),
  ];

  async function prepare(): Promise<string> {
    const root = etc(SCRIPTS);
    await update(root, 'bar', 'defaults');
    return root;
  }

  test('killed before any call that changes something, it leaves what the next run makes whole', async () => {
    const [old, full] = [await prepare(), await prepare()];
    await update(full, 'foo', 'defaults');
    let last: AppletRun | undefined;
    let n = 0;
    while (last === undefined) {
      n++;
      const root = await prepare();
      const dying = { ...env(root), NODE_OPTIONS: `--require=${preload}`, DIE_AT_CALL: `${n}` };
      const run = await runApplet('update-rc.d', ['foo', 'defaults'], { env: dying });
      if (run.signal !== 'SIGKILL') last = run;
      expect(await update(root, 'nobody', 'remove')).toMatchObject({ code: 0 });
      expect([farm(old), farm(full)], `call ${n}`).toContainEqual(farm(root));
      expect(readdirSync(join(root, 'etc')).filter((name) => name.includes('json'))).toEqual([]);
    }
    expect(last).toMatchObject({ code: 0, err: '' });
    expect(n).toBeGreaterThan(25);
  }, 120_000);

  test('one that was killed with the lock does not keep others waiting', async () => {
    const root = await prepare();
    const dying = { ...env(root), NODE_OPTIONS: `--require=${preload}`, DIE_AT_CALL: '3' };
    expect(await runApplet('update-rc.d', ['foo', 'defaults'], { env: dying })).toMatchObject({
      signal: 'SIGKILL',
    });
    expect(existsSync(join(root, 'etc/.rcinit-links.lock'))).toBe(true);
    expect(await runApplet('update-rc.d', ['foo', 'defaults'], { env: env(root) })).toMatchObject({
      code: 0,
    });
    expect(existsSync(join(root, 'etc/.rcinit-links.lock'))).toBe(false);
  });

  test('a disk that is full in the middle of it changes nothing, wherever the middle is', async ({
    skip,
  }) => {
    const reason = whyNoPid1('tree');
    skip(reason !== undefined, reason);
    const root = await prepare();
    const script = `
      for inodes in $(seq 20 60); do
        mount -t tmpfs -o nr_inodes=$inodes none "$1/disk" || exit 90
        if cp -a "$1/etc" "$1/disk/" 2> /dev/null; then
          RCINIT_ROOT=$1/disk "$2" foo defaults
          echo "$? $(ls "$1"/disk/etc/rc?.d | grep -c foo) $(ls -A "$1/disk/etc" | grep -c rcinit)"
        fi
        umount "$1/disk"
      done`;
    mkdirSync(join(root, 'disk'));
    const program = join(import.meta.dirname, '../../dist/applets/update-rc.d');
    const run = spawnSync(
      'unshare',
      ['--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh', root, program],
      {
        env: { PATH },
        encoding: 'utf8',
      },
    );
    const lines = run.stdout.trim().split('\n');
    // Failed with no link and no journal left, or done with all seven.
    expect([...new Set(lines)]).toEqual(['1 0 0', '0 7 0']);
    expect(run.stderr.replaceAll(root, 'ROOT').split('\n')).toContain(
      'update-rc.d: error: cannot make "ROOT/disk/etc/rc3.d/S01foo": No space left on device; nothing was changed',
    );
  });

  test.for([
    ['etc', 'cannot write "ROOT/etc/.rcinit-links.json": Read-only file system; nothing was changed'],
    ['etc/rc3.d', 'cannot make "ROOT/etc/rc3.d/S01foo": Read-only file system; nothing was changed'],
  ])(
    'where %s is read-only, what changes nothing succeeds, and the rest changes nothing',
    async ([dir = '', text = ''], { skip }) => {
      const reason = whyNoPid1('tree');
      skip(reason !== undefined, reason);
      const root = await prepare();
      const script = `
      mount --bind "$1/$3" "$1/$3" && mount -o remount,bind,ro "$1/$3" || exit 90
      export RCINIT_ROOT=$1
      "$2" bar defaults; echo $?
      "$2" foo defaults; echo $?`;
      const program = join(import.meta.dirname, '../../dist/applets/update-rc.d');
      const args = ['--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh', root, program, dir];
      const run = spawnSync('unshare', args, { env: { PATH }, encoding: 'utf8' });
      const err = run.stderr
        .replaceAll(root, 'ROOT')
        .split('\n')
        .filter((line) => !line.startsWith('insserv: '));
      expect([run.stdout, ...err]).toEqual(['0\n1\n', `update-rc.d: error: ${text}`, '']);
      expect(farm(root)).toEqual(farm(await prepare()));
      expect(readdirSync(join(root, 'etc')).filter((name) => name.startsWith('.rcinit'))).toEqual([]);
    },
  );

  test('two hundred at the same time make the farm that one after the other makes', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `s${index}`);
    const all = names.map((name, index) => script(name, { needs: index % 20 === 0 ? '' : `s${index - 1}` }));
    const [together, single] = [etc(CONF, ...all), etc(CONF, ...all)];
    const runs = names.map((name) => startApplet('update-rc.d', [name, 'defaults'], { env: env(together) }));
    const ends = await Promise.all(runs.map(({ ended }) => ended));
    for (const name of names) await update(single, name, 'defaults');
    expect(
      runs
        .map(({ output }) => output.err)
        .filter(
          (err) =>
            !/^(insserv: FATAL: .*\n|update-rc.d: waiting for another run that changes the links\n)*$/.test(
              err,
            ),
        ),
    ).toEqual([]);
    expect(ends.filter(({ code }) => code !== 0)).toEqual([]);
    expect(farm(together)).toEqual(farm(single));
  }, 180_000);

  test('who may not write is told so', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('root may write everywhere');
    const root = await prepare();
    chmodSync(join(root, 'etc'), 0o555);
    expect((await update(root, 'foo', 'defaults')).text).toBe(
      'update-rc.d: error: cannot lock "ROOT/etc/.rcinit-links.lock": Permission denied\n=> 1',
    );
    chmodSync(join(root, 'etc'), 0o755);
  });
});
