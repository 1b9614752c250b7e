import { describe, expect, test } from 'vitest';
import { applet } from '../../src/cli/rcinit.ts';
import { listeningEngine } from '../support/listening-engine.ts';
import { callApplet, type AppletRun } from '../support/run-applet.ts';
import { withTree, writeTree, type Tree } from '../support/with-tree.ts';

const TABLE =
  'id:2:initdefault:\nl2:2:wait:rc 2\nl3:3:wait:rc 3\nr:2:respawn:getty\nd:3:respawn:httpd -f\nk:23:respawn:both\no:3:off:never\np:23:powerfail:save\n';

function plan(root: string, ...args: readonly string[]): Promise<AppletRun> {
  return callApplet(applet, ['plan', '--root', root, ...args], { name: 'rcinit' });
}

function script(name: string, needs: string): string {
  return `#!/bin/sh\n### BEGIN INIT INFO\n# Provides: ${name}\n# Required-Start: ${needs}\n# Required-Stop: ${needs}\n# Default-Start: 3\n# Default-Stop: 0\n### END INIT INFO\n`;
}

const LINKS: Tree = {
  'etc/init.d/log!': script('log', ''),
  'etc/init.d/web!': script('web', '$syslog'),
  'etc/init.d/db!': script('db', ''),
  'etc/init.d/old!': '#!/bin/sh\n',
  'etc/init.d/plain': '',
  'etc/insserv.conf': '$syslog log\n',
  'etc/rc2.d/S01old=': '../init.d/old',
  'etc/rc3.d/K10db=': '../init.d/db',
  'etc/rc3.d/S01log=': '../init.d/log',
  'etc/rc3.d/S02web=': '../init.d/web',
  'etc/rc3.d/S03old=': '../init.d/old',
  'etc/rc3.d/S30plain=': '../init.d/plain',
};

const ENTRIES = [
  'run level 2 -> 3',
  'stop  entry "r" (pid 101): getty',
  '      why: /etc/inittab:4 has it in 2, not in 3',
  'start entry "l3" (wait): rc 3',
  '      why: /etc/inittab:3 has it in 3; what follows waits for its end',
];
const REST = [
  'start entry "d" (respawn): httpd -f',
  '      why: /etc/inittab:5 has it in 3',
  'skip  entry "p": save',
  '      why: /etc/inittab:8 has it in 23; it waits for its event',
  'keep  entry "k" (pid 102): both',
  '      why: /etc/inittab:6 has it in 23; it runs and stays',
  'skip  entry "o": never',
  '      why: /etc/inittab:7 has it in 3; its action is off',
  '',
];

describe('rcinit plan', () => {
  test('names no line for the shell of single user where nobody wrote one', async () => {
    const root = withTree({ 'etc/inittab': 'id:2:initdefault:\nl2:2:wait:rc 2\n' });
    expect((await plan(root, 'S')).out).toBe(
      [
        'run level N -> S',
        'start entry "~~" (wait): /sbin/sulogin',
        '      why: no line of /etc/inittab is for S, so it is this; what follows waits for its end',
        '',
      ].join('\n'),
    );
  });

  test('gives the line of the inittab for every entry, and the links in their order', async () => {
    const { root, world } = await listeningEngine(TABLE, LINKS);
    const before = world.log.length;
    expect(await plan(root, '3')).toEqual({
      code: 0,
      signal: null,
      err: '',
      out: [
        ...ENTRIES,
        '      scripts: one after the other, K links before S links, each by the number in its name',
        '        /etc/rc3.d/K10db stop',
        '        /etc/rc3.d/S01log start',
        '        /etc/rc3.d/S02web start',
        '        /etc/rc3.d/S03old start',
        '        # /etc/rc3.d/S30plain: skipped, not executable',
        ...REST,
      ].join('\n'),
    });
    expect(world.log.length).toBe(before);
  });

  test('side by side, names the header line that makes a script wait, and what is left alone', async () => {
    const { root } = await listeningEngine(TABLE, { ...LINKS, 'etc/default/rcinit': 'RC_PARALLEL=4\n' });
    expect((await plan(root, '3')).out).toBe(
      [
        ...ENTRIES,
        '      scripts: side by side, up to 4 at once, K links before S links, each after those it waits for',
        '        /etc/rc3.d/K10db stop',
        '        # /etc/rc3.d/S30plain: skipped, not executable',
        '        /etc/rc3.d/S01log start',
        '        /etc/rc3.d/S02web start',
        '          after log: Required-Start $syslog, /etc/init.d/web:4',
        '        # /etc/rc3.d/S03old: left alone, /etc/rc2.d has an S link of it too',
        ...REST,
      ].join('\n'),
    );
  });

  test('--json has the same for programs', async () => {
    const { root } = await listeningEngine(TABLE, { ...LINKS, 'etc/default/rcinit': 'RC_PARALLEL=4\n' });
    const { code, out } = await plan(root, '3', '--json');
    expect(code).toBe(0);
    const said = JSON.parse(out) as { entries: { id: string; scripts?: { list: unknown[] } }[] };
    expect(said).toMatchObject({ version: 1, from: '2', to: '3', known: true });
    expect(said.entries.map(({ id }) => id)).toEqual(['r', 'l3', 'd', 'p', 'k', 'o']);
    expect(said.entries[1]?.scripts?.list.at(3)).toEqual({
      kind: 'run',
      link: '/etc/rc3.d/S02web',
      name: 'web',
      action: 'start',
      waitsFor: [{ name: 'log', reasons: ['Required-Start $syslog, /etc/init.d/web:4'] }],
    });
  });

  test('tells why an entry that was changed or taken out meanwhile is stopped', async () => {
    const { root } = await listeningEngine(TABLE);
    writeTree(root, { 'etc/inittab': 'r:23:once:getty\n' });
    expect((await plan(root, '3')).out).toBe(
      [
        'run level 2 -> 3',
        'stop  entry "r" (pid 101): getty',
        '      why: its action was respawn and is once in /etc/inittab:1',
        'stop  entry "k" (pid 102): both',
        '      why: it is no longer in the inittab',
        'start entry "r" (once): getty',
        '      why: /etc/inittab:1 has it in 23',
        '',
      ].join('\n'),
    );
  });

  test('guesses where no init answers, and says so', async () => {
    const root = withTree({ 'etc/inittab': TABLE, 'var/run/runlevel': '2', ...LINKS });
    const { code, out, err } = await plan(root, '3');
    expect([code, err]).toEqual([
      0,
      `rcinit: no rcinit answers on ${root}/run/rcinit/control.sock; what runs is guessed from inittab and level\n`,
    ]);
    expect(out.split('\n').slice(0, 2)).toEqual(['run level 2 -> 3', 'stop  entry "r": getty']);
  });

  test.each([
    [['2'], 0, 'run level 2 already, nothing is done\n', ''],
    [['x'], 2, '', 'rcinit: cannot plan "x": no run level; name one of 0-9 or S\n'],
  ])('%j', async (args, code, out, err) => {
    const { root } = await listeningEngine(TABLE);
    expect(await plan(root, ...args)).toEqual({ code, signal: null, out, err });
  });
});
