/** What docs/containers.md promises. There is no container engine here: namespaces, signals and exit codes are the same. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bootInit, describePid1, type BootOptions, type Booted } from '../support/booted-init.ts';
import { bootContainer, service, TABLE, WEB } from '../support/container.ts';
import { APPLETS } from '../support/pid1.ts';
import { waitFor } from '../support/wait-for.ts';
import type { Tree } from '../support/with-tree.ts';

async function bootWeb(options: BootOptions = {}): Promise<Booted> {
  const init = await bootContainer({
    args: ['--main', 'web'],
    ...options,
    tree: { ...WEB, ...options.tree },
  });
  await init.console.waitForLine(/main script "web": its daemon is pid \d+/);
  return init;
}

describePid1('signals to a container', () => {
  const HANG: Tree = {
    'etc/rc0.d/K01hang=': '../init.d/hang',
    'etc/init.d/hang!': '#!/bin/sh\ntrap "" TERM\necho hanging >>/log\nsleep 1000\n',
    'etc/rc2.d/S01up=': '../init.d/up',
    'etc/init.d/up!': '#!/bin/sh\necho up >>/log\n',
  };

  test('a second SIGTERM ends a stop script that hangs', async () => {
    const init = await bootContainer({ tree: HANG, table: 'z:0:wait:/t/note last\n' });
    await init.noted('up');
    init.signal('SIGTERM');
    await init.noted('hanging');
    init.signal('SIGTERM');
    expect(await init.exited).toEqual({ code: 0, signal: null });
    expect(init.log()).toEqual(['up', 'hanging', 'last 0 2']);
    await init.console.waitForLine(/asked to end a second time/);
  });

  test('a second SIGTERM does not wait for what is deaf to the first', async () => {
    const init = await bootContainer({ table: 'd:2:respawn:/t/deaf deaf\nz:0:wait:/t/note last\n' });
    await init.noted('deaf 2 N');
    init.signal('SIGTERM');
    await init.console.waitForLine(/TERM signal/);
    init.signal('SIGTERM');
    expect(await init.exited).toEqual({ code: 0, signal: null });
    expect(init.log()).toEqual(['deaf 2 N', 'last 0 2']);
  });

  test.each([
    ['SIGPWR', 'SIGPWR'],
    ['SIGRTMIN+3', 37],
    ['SIGRTMIN+4', 38],
  ] as const)('%s stops in order, and the exit status is 0', async (_name, signal) => {
    const init = await bootContainer({ tree: WEB });
    await init.noted('web up');
    init.signal(signal);
    expect(await init.exited).toEqual({ code: 0, signal: null });
    expect(init.log()).toEqual(['web up', 'web down', 'last stop']);
  });

  test('level 6 is exit status 133, also after the main process', async () => {
    const init = await bootContainer({ args: ['--main', 'app'], table: 'app:2:respawn:/t/stay app\n' });
    await init.noted('app 2 N');
    // telinit itself is among what is ended, so it may not come to its exit status.
    await init.telinit('6');
    expect(await init.exited).toEqual({ code: 133, signal: null });
  });
});

describePid1('--main with an inittab entry', () => {
  const APP = 'app:2:respawn:/t/app\nz:0:wait:/t/note last\n';
  const app = (end: string): Tree => ({
    't/app!': `#!/bin/sh\necho app >>/log\nread -r line </gate\n${end}\n`,
  });
  const open = (init: Booted) =>
    init.run(['sh', '-c', 'until [ -p /gate ]; do sleep 0.02; done; echo >/gate']);
  const GATE = 'g::sysinit:/usr/bin/mkfifo /gate\n';

  test.each([
    ['exit 0', 0],
    ['exit 7', 7],
    ['kill -9 $$', 137],
    ['kill $$', 143],
  ])('that ends by "%s" stops the rest in order, with exit status %i', async (end, code) => {
    const init = await bootContainer({
      args: ['--main', 'app'],
      tree: { ...WEB, ...app(end) },
      table: GATE + APP,
    });
    await init.noted('app');
    await init.noted('web up');
    await open(init);
    expect(await init.exited).toEqual({ code, signal: null });
    expect(init.log().toSorted()).toEqual(['app', 'last 0 2', 'last stop', 'web down', 'web up']);
    expect(init.log().at(-1)).toBe('last 0 2');
  });

  test('may be named by RCINIT_MAIN, which nobody else gets to see', async () => {
    const init = await bootInit(`${TABLE}app:2:respawn:/t/app\n`, {
      console: 'pipe',
      env: { RCINIT_MAIN: 'app' },
      tree: { 't/app!': '#!/bin/sh\necho "main=$RCINIT_MAIN" >>/log\nexit 3\n' },
    });
    expect(await init.exited).toEqual({ code: 3, signal: null });
    expect(init.log()).toEqual(['main=']);
  });

  test('comes before an init script of that name', async () => {
    const init = await bootContainer({
      args: ['--main', 'web'],
      tree: { ...WEB, 't/app!': '#!/bin/sh\nexit 3\n' },
      table: 'web:2:respawn:/t/app\n',
    });
    expect(await init.exited).toEqual({ code: 3, signal: null });
  });

  test('that cannot be executed is exit status 127', async () => {
    const init = await bootContainer({ args: ['--main=app'], table: 'app:2:respawn:/nowhere/app\n' });
    expect(await init.exited).toEqual({ code: 127, signal: null });
    await init.console.waitForLine(/cannot execute "\/nowhere\/app"/);
  });

  test('that SIGTERM ends is exit status 0', async () => {
    const init = await bootContainer({ args: ['--main', 'app'], table: 'app:2:respawn:/t/stay app\n' });
    await init.noted('app 2 N');
    init.signal('SIGTERM');
    expect(await init.exited).toEqual({ code: 0, signal: null });
  });
});

describePid1('--main with an init script', () => {
  test.each([
    ['USR1', 7],
    ['KILL', 137],
    ['TERM', 143],
  ])('whose daemon ends by SIG%s stops the rest in order, with exit status %i', async (signal, code) => {
    const init = await bootWeb();
    await init.run(['sh', '-c', `kill -${signal} $(cat /run/web.pid)`]);
    expect(await init.exited).toEqual({ code, signal: null });
    expect(init.log().at(-1)).toBe('last stop');
  });

  test('goes on when the script is restarted, and then follows the new daemon', async () => {
    const init = await bootWeb();
    expect(await service(init, 'web', 'restart')).toMatchObject({ code: 0 });
    await init.console.waitForLine(/main script "web": its new daemon is pid \d+/);
    expect(await service(init, 'web', 'status')).toMatchObject({ code: 0 });
    await init.run(['sh', '-c', 'kill -USR1 $(cat /run/web.pid)']);
    expect(await init.exited).toEqual({ code: 7, signal: null });
    expect(init.log()).toEqual(['web up', 'web down', 'web up', 'web down', 'last stop']);
  });

  test('goes on over service --full-restart', async () => {
    const init = await bootWeb();
    expect(await service(init, 'web', '--full-restart')).toMatchObject({ code: 0 });
    await init.console.waitForLine(/main script "web": its new daemon is pid \d+/);
    init.signal('SIGTERM');
    expect(await init.exited).toEqual({ code: 0, signal: null });
  });

  test('ends with service NAME stop', async () => {
    const init = await bootWeb();
    expect(await service(init, 'web', 'stop')).toMatchObject({ code: 0 });
    expect(await init.exited).toEqual({ code: 143, signal: null });
  });

  test('whose daemon has ended before the level is reached is known all the same', async () => {
    const init = await bootContainer({
      args: ['--main', 'web'],
      tree: {
        ...WEB,
        't/web!':
          '#!/bin/sh\nuntil grep -q "PPid:.1$" /proc/$$/status; do :; done\necho $$ >/run/web.pid\nexit 5\n',
      },
    });
    expect(await init.exited).toEqual({ code: 5, signal: null });
    await init.console.waitForLine(/main script "web": its daemon exited with status 5/);
  });

  test('that fails to start is exit status 69', async () => {
    const init = await bootContainer({
      args: ['--main', 'web'],
      tree: { ...WEB, 'etc/init.d/web!': '#!/bin/sh\nexit 5\n' },
    });
    expect(await init.exited).toEqual({ code: 69, signal: null });
    await init.console.waitForLine(
      /main script "web": its start failed: exit 5 \(program is not installed\); exiting with 69$/,
    );
  });

  test('that has no daemon is exit status 69', async () => {
    const init = await bootContainer({
      args: ['--main', 'last'],
      tree: { ...WEB, 'etc/rc2.d/S02last=': '../init.d/last' },
    });
    expect(await init.exited).toEqual({ code: 69, signal: null });
    await init.console.waitForLine(/main script "last": no daemon of it is known: there is no pid file/);
  });
});

describePid1('--main with a name nobody has', () => {
  test.each([
    ['wbe', 'no inittab entry has this id, no init script this name; did you mean web?'],
    ['l9', 'no inittab entry has this id, no init script this name; did you mean l0?'],
    ['off', 'its action in /etc/inittab:6 is off; name another or change it'],
    ['plain', '/etc/init.d/plain is not executable; chmod +x makes it an init script'],
  ])('%s is refused before anything is started', async (name, why) => {
    const init = await bootContainer({
      args: ['--main', name],
      tree: { ...WEB, 'etc/init.d/plain': '' },
      table: 'off:2:off:\n',
    });
    expect(await init.exited).toEqual({ code: 1, signal: null });
    expect(init.console.raw).toContain(`init: cannot boot with "${name}" as the main process: ${why}\n`);
    expect(init.log()).toEqual([]);
  });
});

describePid1('telinit in a container', () => {
  test('--wait comes back when the level is reached', async () => {
    const init = await bootContainer({ tree: WEB, table: 'm:3:wait:/t/note three\n' });
    await init.noted('web up');
    expect(await init.telinit('--wait', '3')).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    expect(init.log()).toEqual(['web up', 'three 3 2']);
  });

  test('--wait names the scripts that failed', async () => {
    const init = await bootContainer({
      tree: { ...WEB, 'etc/rc3.d/S01bad=': '../init.d/bad', 'etc/init.d/bad!': '#!/bin/sh\nexit 6\n' },
    });
    await init.noted('web up');
    expect(await init.telinit('--wait', '3')).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr:
        'telinit: run level "3" is reached, but not all of it:\n  script "bad": start failed: exit 6 (program is not configured)\n',
    });
  });

  test('--wait that is killed leaves init as it was', async () => {
    const init = await bootContainer({ table: 'h:3:wait:/t/stay hang\nn:4:wait:/t/note four\n' });
    await waitFor('the socket', () => existsSync(init.path('/run/rcinit/control.sock')));
    const wait = init.run(['sh', '-c', `${APPLETS}/telinit --wait 3 & echo $! >/run/wait; wait`]);
    await init.noted('hang 3 2');
    await init.run(['sh', '-c', 'kill -KILL $(cat /run/wait)']);
    await wait;
    expect(await init.telinit('--wait', '4')).toMatchObject({ code: 0, stderr: '' });
    expect(init.log()).toEqual(['hang 3 2', 'four 4 3']);
  });

  test('--plan prints the change, and does nothing', async () => {
    const init = await bootContainer({ tree: WEB });
    // Before that there may be no socket yet, and nobody would wait.
    await init.noted('web up');
    expect(await init.telinit('--wait', '2')).toMatchObject({ code: 0, stderr: '' });
    expect(await init.telinit('--plan', '0')).toEqual({
      code: 0,
      signal: null,
      stdout: [
        'run level 2 -> 0',
        `start entry "l0" (wait): ${APPLETS}/rc 0`,
        '        /etc/rc0.d/K01web stop',
        '        /etc/rc0.d/K02last stop',
        '',
      ].join('\n'),
      stderr: '',
    });
    expect(await init.run([join(APPLETS, 'runlevel')])).toMatchObject({ stdout: 'N 2\n' });
  });
});
