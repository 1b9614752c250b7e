/** What docs/containers.md promises of its own example, of read-only roots and of users without privileges. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bootInit, describePid1, type Booted } from '../support/booted-init.ts';
import { bootContainer, service, TABLE, WEB } from '../support/container.ts';
import { APPLETS } from '../support/pid1.ts';
import type { Tree } from '../support/with-tree.ts';

/** The inittab and the health check of the page itself. */
const PAGE = readFileSync(join(import.meta.dirname, '../../docs/containers.md'), 'utf8');
const firstGroup = (pattern: RegExp) => pattern.exec(PAGE)?.[1] ?? '';

describePid1('the image of docs/containers.md', () => {
  test('boots, is healthy while its service runs, and stops in order', async () => {
    const inittab = firstGroup(/```inittab\n(.*?)```/s).replaceAll(':rc ', `:${APPLETS}/rc `);
    const check = firstGroup(/HEALTHCHECK CMD (.*)\n/).replaceAll('nginx', 'web');
    const init = await bootInit(inittab, { console: 'pipe', tree: WEB });
    await init.noted('web up');
    const health = () =>
      init.run(['sh', '-c', check], { env: { PATH: `${APPLETS}:/usr/sbin:/usr/bin:/sbin:/bin` } });
    await init.telinit('--wait', '2');
    expect(await health()).toMatchObject({ code: 0 });
    await service(init, 'web', 'stop');
    expect(await health()).toMatchObject({ code: 1 });
    init.signal('SIGTERM');
    expect(await init.exited).toEqual({ code: 0, signal: null });
    expect(init.log()).toEqual(['web up', 'web down', 'last stop']);
  });

  test('hands variables on to entries, and to an init script what an entry writes down for it', async () => {
    const entry = firstGroup(/`(e2:2:wait:.*)`/);
    const init = await bootInit(`${entry}\n${TABLE}`, {
      console: 'pipe',
      env: { DB_HOST: 'db', PATH: '/usr/local/bin:/usr/bin:/bin' },
      tree: {
        'etc/default/': '',
        'etc/rc2.d/S01app=': '../init.d/app',
        'etc/init.d/app!':
          '#!/bin/sh\necho "alone: $DB_HOST $PATH" >>/log\n. /etc/default/app\necho "with: $DB_HOST" >>/log\n',
      },
    });
    await init.noted('with: db');
    expect(init.log()).toEqual(['alone:  /sbin:/usr/sbin:/bin:/usr/bin', 'with: db']);
  });
});

/** A script and a main entry that write nowhere but on the console. */
const QUIET: Tree = {
  't/app!': '#!/bin/sh\necho "app of $(id -u)"\ntrap "exit 7" USR1\nsleep 1000 &\nwait\n',
  'etc/rc2.d/S01say=': '../init.d/say',
  'etc/rc0.d/K01say=': '../init.d/say',
  'etc/init.d/say!': '#!/bin/sh\necho "say $1"\n',
};
const APP = 'app:2:respawn:/t/app\n';

/** Ends the main entry, whose pid only the process table knows. */
function endApp(init: Booted): Promise<unknown> {
  return init.run(['sh', '-c', 'kill -USR1 $(pgrep -f "^/bin/sh /t/app")']);
}

describePid1('a container with a read-only root', () => {
  test('works with a tmpfs on /run', async () => {
    const tmpfs = { '/run': 'mode=0755', '/tmp': 'mode=1777' };
    const init = await bootContainer({
      readOnly: true,
      tmpfs,
      tree: QUIET,
      table: APP,
      args: ['--main', 'app'],
    });
    await init.console.waitForLine(/^app of 0$/);
    expect(await init.run([join(APPLETS, 'runlevel')])).toMatchObject({ code: 0, stdout: 'N 2\n' });
    expect(await init.run([join(APPLETS, 'rcinit'), 'status'])).toMatchObject({ code: 0, stderr: '' });
    expect(await init.telinit('--wait', '2')).toMatchObject({ code: 0, stderr: '' });
    await endApp(init);
    expect(await init.exited).toEqual({ code: 7, signal: null });
    expect(init.console.lines).toContain('say stop');
  });

  test('follows the daemon of a main script there', async () => {
    const tmpfs = { '/run': 'mode=0755' };
    const tree = {
      ...WEB,
      't/web!': '#!/bin/sh\necho $$ >/run/web.pid\ntrap "exit 7" USR1\nsleep 1000 &\nwait\n',
    };
    const init = await bootContainer({ readOnly: true, tmpfs, tree, args: ['--main', 'web'] });
    await init.console.waitForLine(/main script "web": its daemon is pid \d+/);
    await init.run(['sh', '-c', 'kill -USR1 $(cat /run/web.pid)']);
    expect(await init.exited).toEqual({ code: 7, signal: null });
  });

  test('boots, stops in order and exits the same without, and says what does not work', async () => {
    const init = await bootContainer({ readOnly: true, tree: QUIET, table: APP, args: ['--main', 'app'] });
    await init.console.waitForLine(/^app of 0$/);
    await init.console.waitForLine(
      /^INIT: cannot make "\/run\/initctl": Read-only file system; without it telinit cannot reach init$/,
    );
    await init.console.waitForLine(
      /^INIT: cannot listen on "\/run\/rcinit\/control\.sock": Read-only file system; without it rcinit status cannot ask init$/,
    );
    expect(await init.run([join(APPLETS, 'runlevel')])).toMatchObject({ code: 1, stdout: 'unknown\n' });
    expect(await init.run([join(APPLETS, 'rcinit'), 'status'])).toMatchObject({ code: 3 });
    await endApp(init);
    expect(await init.exited).toEqual({ code: 7, signal: null });
    expect(init.console.lines).toContain('say stop');
  });
});

const noUser = process.getuid?.() === 0 ? '' : ' (skipped: only root can make a container for another user)';

describePid1(`a container for a user without privileges${noUser}`, () => {
  const UID = 1000;

  test.skipIf(noUser !== '')('works with a /run of its own', async () => {
    const tmpfs = { '/run': `mode=0755,uid=${UID}` };
    const table = 'app:23:respawn:/t/app\n';
    const init = await bootContainer({ uid: UID, tmpfs, tree: QUIET, table, args: ['--main', 'app'] });
    await init.console.waitForLine(/^app of 1000$/);
    // docker exec runs its command as the image's USER, too.
    const asUser = (applet: string, ...args: readonly string[]) =>
      init.run(['setpriv', `--reuid=${UID}`, '--clear-groups', join(APPLETS, applet), ...args]);
    expect(await asUser('telinit', '--wait', '3')).toMatchObject({ code: 0, stderr: '' });
    expect(await asUser('runlevel')).toMatchObject({ code: 0, stdout: '2 3\n' });
    expect(await asUser('rcinit', 'status')).toMatchObject({ code: 0, stderr: '' });
    expect(await asUser('telinit', '--plan', '2')).toMatchObject({ code: 0, stderr: '' });
    expect(await asUser('telinit', '2')).toMatchObject({ code: 0, stderr: '' });
    await init.console.waitForLine(/^INIT: Switching to runlevel: 2$/);
    await endApp(init);
    expect(await init.exited).toEqual({ code: 7, signal: null });
    expect(init.console.lines).toContain('say stop');
  });

  test.skipIf(noUser !== '')('boots, stops in order and exits the same without', async () => {
    const init = await bootContainer({ uid: UID, tree: QUIET, table: APP });
    await init.console.waitForLine(/^app of 1000$/);
    await init.console.waitForLine(
      /^INIT: cannot make "\/run\/initctl": Permission denied; without it telinit cannot reach init$/,
    );
    init.signal('SIGTERM');
    expect(await init.exited).toEqual({ code: 0, signal: null });
    expect(init.console.lines).toContain('say stop');
  });
});
