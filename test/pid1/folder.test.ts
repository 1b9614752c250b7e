import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bootFolder, makeFolder, processesOf, type BootedFolder } from '../support/booted-folder.ts';
import { APPLETS } from '../support/pid1.ts';
import { waitFor } from '../support/wait-for.ts';

const NOBODY = 65_534;
const HEAD =
  'id:2:initdefault:\nsi::sysinit:t/note sys\nl2:2:wait:t/note two\nl3:3:wait:t/note three\nl0:0:wait:t/note down\n';

async function boot(table = '', uid?: number): Promise<BootedFolder> {
  const dir = makeFolder(HEAD + table, uid === undefined ? {} : { uid });
  const folder = bootFolder(dir, [], uid);
  await folder.noted('two 2 N');
  return folder;
}

/** Nobody else's user can run what lies in a private home folder. */
function whyNotAsNobody(): string | undefined {
  if (process.getuid?.() !== 0)
    return 'only root can become another user; every other test here ran without root';
  const probe = spawnSync(join(APPLETS, 'rcinit'), ['--version'], { uid: NOBODY, gid: NOBODY });
  return probe.status === 0 ? undefined : 'another user cannot read this checkout';
}

describe('rcinit boot --root DIR', () => {
  test('boots through the phases, without being PID 1', async () => {
    const folder = await boot();
    expect(folder.log()).toEqual(['sys S N', 'two 2 N']);
    await folder.console.waitForLine(/INIT: Entering runlevel: 2/);
  });

  test('a level on the command line wins', async () => {
    const folder = bootFolder(makeFolder(HEAD), ['3']);
    await folder.noted('three 3 N');
    expect(folder.log()).toEqual(['sys S N', 'three 3 N']);
  });

  test('telinit 3 and runlevel find it through RCINIT_ROOT', async () => {
    const folder = await boot();
    expect(await folder.run('runlevel')).toMatchObject({ code: 0, stdout: 'N 2\n' });
    expect(await folder.run('telinit', '3')).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    await folder.noted('three 3 2');
    expect(await folder.run('runlevel')).toEqual({ code: 0, signal: null, stdout: '2 3\n', stderr: '' });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s leads through level 0 to exit status 0, and nothing is left',
    async (signal) => {
      const folder = await boot(
        'a:2:respawn:t/stay daemon\nb:2:once:setsid t/stay escaped\nz:0:wait:t/note last\n',
      );
      await folder.noted('daemon 2 N');
      await folder.noted('escaped 2 N');
      folder.process.kill(signal);
      expect(await folder.exited).toEqual({ code: 0, signal: null });
      expect(folder.log().slice(-2)).toEqual(['down 0 2', 'last 0 2']);
      expect(processesOf(folder.dir)).toEqual([]);
      expect(existsSync(join(folder.dir, 'run/rcinit/control.sock'))).toBe(false);
    },
  );

  test('SIGINT goes to the ctrlaltdel entry where there is one', async () => {
    const folder = await boot('ca::ctrlaltdel:t/note cad\n');
    folder.process.kill('SIGINT');
    await folder.noted('cad 2 N');
    expect(folder.process.exitCode).toBeNull();
  });

  test('telinit 0 ends it with status 0', async () => {
    const folder = await boot();
    await folder.run('telinit', '0');
    expect(await folder.exited).toEqual({ code: 0, signal: null });
    expect(folder.log().at(-1)).toBe('down 0 2');
  });

  test.each(['USR1', 'KILL'])('ends with the daemon of its main script, killed by SIG%s', async (signal) => {
    const dir = makeFolder(`id:2:initdefault:\nl2:2:wait:${APPLETS}/rc 2\nl0:0:wait:t/note down\n`, {
      tree: {
        't/web!': '#!/bin/sh\necho $$ >run/web.pid\ntrap "exit 7" USR1\nsleep 1000 &\nwait\n',
        'etc/init.d/web!':
          '#!/bin/sh\n(setsid t/web </dev/null >/dev/null 2>&1 &)\nuntil [ -s run/web.pid ]; do sleep 0.02; done\n',
        'etc/rc2.d/S01web=': '../init.d/web',
      },
    });
    const folder = bootFolder(dir, ['--main', 'web']);
    await folder.console.waitForLine(/main script "web": its daemon is pid \d+/);
    process.kill(Number(readFileSync(join(dir, 'run/web.pid'), 'utf8')), `SIG${signal}` as NodeJS.Signals);
    expect(await folder.exited).toEqual({ code: signal === 'KILL' ? 137 : 7, signal: null });
    expect(folder.log()).toEqual(['down 0 2']);
    expect(processesOf(dir)).toEqual([]);
  });

  test('orphans are adopted and reaped', async () => {
    const folder = await boot(
      'a:2:once:sh -c "for i in 1 2 3 4 5 6 7 8 9; do (sleep 0.1 &) ; done; echo orphaned >>log"\n',
    );
    await folder.noted('orphaned');
    const children = () =>
      spawnSync('ps', ['-o', 'stat=', '--ppid', String(folder.process.pid)], {
        encoding: 'utf8',
      }).stdout.trim();
    expect(await waitFor('all orphans to be reaped', () => children() === '')).toBe(true);
  });

  test('two inits in one root are refused, and the first goes on', async () => {
    const folder = await boot();
    const second = await folder.run('rcinit', 'boot');
    expect(second).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr: `rcinit: cannot boot "${folder.dir}": an init runs there already; rcinit status --root "${folder.dir}" shows it\n`,
    });
    expect(await folder.run('telinit', '3')).toMatchObject({ code: 0 });
    await folder.noted('three 3 2');
  });

  test('after a kill -9 the root can be booted again', async () => {
    const folder = await boot();
    folder.process.kill('SIGKILL');
    await folder.exited;
    const again = bootFolder(folder.dir);
    await again.noted('two 2 N', 2);
    expect(await again.run('runlevel')).toMatchObject({ code: 0, stdout: 'N 2\n' });
  });

  test('rcinit status --json tells level, entries and pids', async () => {
    const folder = await boot('a:23:respawn:t/stay daemon\nb:3:respawn:t/stay later\n');
    await folder.noted('daemon 2 N');
    const { code, stdout, stderr } = await folder.run('rcinit', 'status', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { init } = JSON.parse(stdout) as { init: { entries: readonly { id: string }[] } };
    expect(init).toMatchObject({
      root: folder.dir,
      place: 'folder',
      level: '2',
      previous: 'N',
      pid: folder.process.pid,
    });
    const byId = Object.fromEntries(init.entries.map((entry) => [entry.id, entry]));
    expect(byId['a']).toMatchObject({
      state: 'running',
      starts: 1,
      action: 'respawn',
      command: 't/stay daemon',
    });
    expect(byId['b']).toMatchObject({ state: 'elsewhere', starts: 0 });
    expect(byId['l2']).toMatchObject({ state: 'done', starts: 1, last: { kind: 'exited', code: 0 } });
  });

  test('status says so when nothing runs there', async () => {
    const folder = await boot();
    folder.process.kill('SIGTERM');
    await folder.exited;
    const { code, stdout } = await folder.run('rcinit', 'status', '--json');
    expect(code).toBe(3);
    expect((JSON.parse(stdout) as { init: unknown }).init).toBeNull();
  });

  test('a folder that is none, and / without being PID 1, are refused', async () => {
    const missing = join(makeFolder(HEAD), 'missing');
    const none = bootFolder(missing);
    expect(await none.exited).toEqual({ code: 1, signal: null });
    expect(none.console.raw).toBe(
      `rcinit: cannot boot "${missing}": no such folder; --root names the folder that holds etc/inittab\n`,
    );
    const slash = bootFolder('/');
    expect(await slash.exited).toEqual({ code: 1, signal: null });
    expect(slash.console.raw).toBe(
      'rcinit: cannot boot "/": this is not PID 1; name a folder with --root DIR or RCINIT_ROOT\n',
    );
  });
});

const reason = whyNotAsNobody();

describe.skipIf(reason !== undefined)(`rcinit boot as a user without privileges ${reason ?? ''}`, () => {
  test('boots, switches, answers and ends', async () => {
    const folder = await boot('a:2:respawn:t/stay daemon\n', NOBODY);
    await folder.noted('daemon 2 N');
    expect(await folder.run('rcinit', 'status')).toMatchObject({ code: 0 });
    expect(await folder.run('telinit', '3')).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    await folder.noted('three 3 2');
    expect(await folder.run('runlevel')).toMatchObject({ code: 0, stdout: '2 3\n' });
    folder.process.kill('SIGINT');
    expect(await folder.exited).toEqual({ code: 0, signal: null });
    expect(processesOf(folder.dir)).toEqual([]);
  });
});
