import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { applet } from '../../src/cli/rcinit.ts';
import { formatLastRc, type ScriptRecord } from '../../src/core/scripts/last-rc.ts';
import { listeningEngine } from '../support/listening-engine.ts';
import { callApplet, runApplet, type AppletRun } from '../support/run-applet.ts';
import { withTree, writeTree, type Tree } from '../support/with-tree.ts';

function explain(root: string, ...args: readonly string[]): Promise<AppletRun> {
  return callApplet(applet, ['explain', '--root', root, ...args], { name: 'rcinit' });
}

const WEB = `#!/bin/sh
### BEGIN INIT INFO
# Provides: www
# Required-Start: $syslog ghost
# Required-Stop: $syslog
# Should-Start: $all
# Default-Start: 2 3
# Default-Stop: 0 6
# Short-Description: Serve pages
### END INIT INFO
PIDFILE=/run/web.pid
`;
const LOG = `#!/bin/sh
### BEGIN INIT INFO
# Provides: logd
# Required-Start:
# Required-Stop:
# Default-Start: 3
# Default-Stop:
### END INIT INFO
`;

const TREE: Tree = {
  'etc/inittab': 'id:2:initdefault:\n',
  'etc/insserv.conf': '$syslog +logd +other\n',
  'etc/init.d/web!': WEB,
  'etc/init.d/log!': LOG,
  'etc/rc2.d/S02web=': '../init.d/web',
  'etc/rc3.d/S02web=': '../init.d/web',
  'etc/rc3.d/S01log=': '../init.d/log',
  'etc/rc5.d/K01web=': '../init.d/web',
  'var/run/runlevel': '2',
};

/** How rc ended with the script web. */
function record(web: Partial<ScriptRecord>): Tree {
  const script: ScriptRecord = {
    name: 'web',
    link: '/etc/rc2.d/S02web',
    action: 'start',
    outcome: 'ok',
    exit: 0,
    signal: null,
    durationMs: 120,
    why: null,
    startedAt: 0,
    after: [],
    ...web,
  };
  const text = formatLastRc({
    version: 1,
    level: '2',
    previous: 'N',
    started: 0,
    durationMs: 5,
    state: 'done',
    running: null,
    scripts: [script],
    earlier: [],
  });
  return { 'run/rcinit/last-rc.json': text };
}

/** The lines from the label `now` on, without labels. */
function verdict({ out }: AppletRun): string[] {
  const lines = out.split('\n');
  const from = lines.findIndex((line) => /^ {2}now\b/.test(line));
  return lines.slice(from, -1).map((line) => line.trim().replace(/ {2,}/g, '  '));
}

describe('rcinit explain of a script', () => {
  test('says where it runs, why there, and why not now', async () => {
    const root = withTree({ ...TREE, 'usr/sbin/policy-rc.d!': '' });
    expect(await explain(root, 'web')).toEqual({
      code: 0,
      signal: null,
      err: '',
      out: [
        'web: Serve pages',
        '  script        /etc/init.d/web',
        '  header        start in 2 3, stop in 0 6',
        '  provides      www',
        '  started       in 2 3 by S02web',
        '  stopped       in 5 by K01web',
        '  but           links stop web in 5, the header does not',
        '                the header wants to stop web in 0 6, the links do not',
        '  needs         $syslog = logd of script log, started in 3 (Required-Start, /etc/init.d/web:4; Required-Stop, /etc/init.d/web:5)',
        '                ghost = nobody provides it (Required-Start, /etc/init.d/web:4)',
        '                $all = everything else (Should-Start, /etc/init.d/web:6)',
        '  starts after  log: Required-Start $syslog, /etc/init.d/web:4',
        '  note          /usr/sbin/policy-rc.d is there: packages ask it before they start anything, rc and service do not',
        '  now           not running, as far as pid files tell, in run level 2',
        '  why           rc has not run it since the boot, as far as its record goes',
        '                it requires "ghost" (ghost), which nobody provides',
        '  do            service web start',
        '',
      ].join('\n'),
    });
  });

  test('says who waits for it, and what its override and its reader say', async () => {
    const root = withTree({
      ...TREE,
      'etc/insserv/overrides/log': LOG.replace('Default-Start: 3', 'Default-Start: 23'),
    });
    const { out } = await explain(root, 'log');
    expect(out).toContain(
      '  header         /etc/insserv/overrides/log (an override): start in 2 3, stop in no level\n',
    );
    expect(out).toContain('  starts before  web: Required-Start $syslog, /etc/init.d/web:4\n');
    expect(out).toContain(
      '  complaints     /etc/insserv/overrides/log:6: insserv drops "23" from Default-Start; rcinit reads it as 2 3\n',
    );
  });

  test.each<[symptom: string, tree: Tree, lines: string[]]>([
    [
      'a script that is not executable',
      { 'etc/init.d/plain': '', 'etc/rc2.d/S01plain=': '../init.d/plain' },
      [
        'now  not running, as far as pid files tell, in run level 2',
        'why  /etc/init.d/plain is not executable, so rc and service pass over it',
        'no level starts it: it has no start link that works',
        'do  chmod +x /etc/init.d/plain',
        'update-rc.d plain enable',
      ],
    ],
    [
      'a script that is gone, of which links are left',
      { 'etc/rc2.d/S01plain=': '../init.d/plain' },
      [
        'now  not running, as far as pid files tell, in run level 2',
        'why  /etc/init.d/plain is not there, or is a link to nothing',
        'do  install it, or remove the links: update-rc.d plain remove',
      ],
    ],
    [
      'a level that does not start it',
      { 'etc/init.d/plain!': '', 'etc/rc3.d/S01plain=': '../init.d/plain' },
      [
        'now  not running, as far as pid files tell, in run level 2',
        'why  run level 2 does not start it; only 3 would start it',
        'do  service plain start (for now)',
        'update-rc.d plain enable 2 (for good)',
      ],
    ],
    [
      'a level that stops it',
      {
        'etc/init.d/plain!': '',
        'etc/rc3.d/S01plain=': '../init.d/plain',
        'etc/rc2.d/K01plain=': '../init.d/plain',
      },
      [
        'now  not running, as far as pid files tell, in run level 2',
        'why  run level 2 stops it; only 3 would start it',
        'do  service plain start (for now)',
        'update-rc.d plain enable 2 (for good)',
      ],
    ],
  ])('names %s', async (_, tree, lines) => {
    const { out, ...rest } = await explain(withTree({ ...TREE, ...tree }), 'plain');
    const from = verdict({ out, ...rest }).map((line) => line.replace(/ {2}\(/, ' ('));
    expect(from).toEqual(lines);
  });

  test.each<[symptom: string, last: Partial<ScriptRecord>, lines: string[]]>([
    [
      'a start that failed',
      { outcome: 'failed', exit: 5, why: 'exit 5 (program is not installed)' },
      [
        'now  not running, as far as pid files tell, in run level 2',
        'why  rc called /etc/rc2.d/S02web: start failed: exit 5 (program is not installed)',
        'it requires "ghost" (ghost), which nobody provides',
        'do  install the program that the script starts',
        'service web start  (and read what it says)',
      ],
    ],
    [
      'a start that was killed',
      { outcome: 'failed', exit: null, signal: 'SIGKILL', why: 'killed by SIGKILL' },
      [
        'now  not running, as far as pid files tell, in run level 2',
        'why  rc called /etc/rc2.d/S02web: start failed: killed by SIGKILL',
        'it requires "ghost" (ghost), which nobody provides',
        'do  service web start  (and read what it says)',
      ],
    ],
    [
      'a link that was passed over',
      { outcome: 'skipped', exit: null, why: 'dangling link' },
      [
        'now  not running, as far as pid files tell, in run level 2',
        'why  rc passed over /etc/rc2.d/S02web: dangling link',
        'it requires "ghost" (ghost), which nobody provides',
        'do  service web start',
      ],
    ],
    [
      'a stop',
      { action: 'stop', link: '/etc/rc2.d/K01web' },
      [
        'now  not running, as far as pid files tell, in run level 2',
        'why  rc stopped it by /etc/rc2.d/K01web',
        'it requires "ghost" (ghost), which nobody provides',
        'do  service web start',
      ],
    ],
    [
      'a start of which no pid file is left',
      { after: ['log'] },
      [
        'now  not known; its script can be asked, in run level 2',
        'why  its start succeeded, and no pid file tells what became of it',
        'it requires "ghost" (ghost), which nobody provides',
        'do  service web status',
      ],
    ],
  ])('goes by the record of rc: %s', async (_, last, lines) => {
    expect(verdict(await explain(withTree({ ...TREE, ...record(last) }), 'web'))).toEqual(lines);
  });

  test('shows the last run with its time and what it waited for', async () => {
    const { out } = await explain(withTree({ ...TREE, ...record({ after: ['log'] }) }), 'web');
    expect(out).toContain('  last run      start ok, 0.12 s, by /etc/rc2.d/S02web, waited for log\n');
  });

  test('tells a running daemon, and how sure that is', async () => {
    const root = withTree(TREE);
    const ssd = ['--start', '--background', '--make-pidfile', '--pidfile', join(root, 'run/web.pid')];
    writeTree(root, { 'run/': '' });
    const started = await runApplet('start-stop-daemon', [...ssd, '--exec', '/bin/sleep', '--', '600'], {
      env: { RCINIT_ROOT: root },
    });
    expect(started).toMatchObject({ code: 0, err: '' });
    const pid = Number(readFileSync(join(root, 'run/web.pid'), 'utf8'));
    onTestFinished(() => void process.kill(pid, 'SIGKILL'));
    expect(verdict(await explain(root, 'web'))).toEqual([
      'now  running, in run level 2',
      `why  pid ${pid} by /run/web.pid; it is the process that start-stop-daemon started`,
    ]);
  });

  test('says that a number alone proves little, and that the next boot will not start it', async () => {
    const child = spawn('/bin/sleep', ['600'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const root = withTree({
      'etc/init.d/web!': WEB,
      'run/web.pid': `${child.pid}\n`,
      'var/run/runlevel': '2',
    });
    expect(verdict(await explain(root, 'web'))).toEqual([
      'now  running, in run level 2',
      `why  pid ${child.pid} by /run/web.pid; nothing but the number says that it is this daemon`,
      'do  update-rc.d web enable  (no level starts it at the next boot)',
    ]);
  });

  test('tells a daemon that ended without its script', async () => {
    const child = spawn('/bin/true', { stdio: 'ignore' });
    await new Promise((resolve) => child.once('exit', resolve));
    const root = withTree({ ...TREE, ...record({}), 'run/web.pid': `${child.pid}\n` });
    expect(verdict(await explain(root, 'web')).slice(0, 2)).toEqual([
      'now  not running, as far as pid files tell, in run level 2',
      `why  /run/web.pid names pid ${child.pid}, which has ended`,
    ]);
  });

  test('does not take a file for the folder of a pid file', async () => {
    const root = withTree({ ...TREE, ...record({}), 'run/web': 'no folder' });
    expect(verdict(await explain(root, 'web'))[0]).toBe(
      'now  not known; its script can be asked, in run level 2',
    );
  });

  test('shows the loops it is part of', async () => {
    const root = withTree({
      'etc/init.d/a!': LOG.replace('logd', 'a').replace('Required-Start:', 'Required-Start: b'),
      'etc/init.d/b!': LOG.replace('logd', 'b').replace('Required-Start:', 'Required-Start: a'),
      'etc/init.d/c!': LOG.replace('logd', 'c'),
      'etc/rc3.d/S01a=': '../init.d/a',
      'etc/rc3.d/S01b=': '../init.d/b',
      'etc/rc3.d/S01c=': '../init.d/c',
    });
    expect((await explain(root, 'a')).out).toMatch(
      /\n {2}loops +There is a loop between service a and b if started\n/,
    );
    expect((await explain(root, 'c')).out).not.toContain('loops');
  });

  test.each(['web', '/etc/init.d/web', 'S02web', '/etc/rc2.d/S02web'])(
    'takes %s for the script',
    async (name) => {
      expect((await explain(withTree(TREE), name)).out.split('\n')[0]).toBe('web: Serve pages');
    },
  );

  test('--json has all of it', async () => {
    const { code, out } = await explain(withTree({ ...TREE, ...record({}) }), 'web', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      entry: null,
      script: {
        name: 'web',
        path: '/etc/init.d/web',
        file: 'script',
        header: { kind: 'header', provides: ['www'], start: '2 3', stop: '0 6', isOverride: false },
        links: [
          { path: '/etc/rc2.d/S02web', level: '2', kind: 'S', number: 2 },
          { path: '/etc/rc3.d/S02web', level: '3', kind: 'S', number: 2 },
          { path: '/etc/rc5.d/K01web', level: '5', kind: 'K', number: 1 },
        ],
        order: [{ when: 'start', place: 'after', name: 'log', isImplied: false }],
        last: { outcome: 'ok' },
        now: { state: 'unknown', next: ['service web status'] },
      },
    });
  });
});

describe('rcinit explain of an inittab entry', () => {
  const TABLE =
    'id:2:initdefault:\nl2:2:wait:rc 2\nl3:3:wait:/etc/init.d/rc 3\nr:2:respawn:getty\no:2:off:x\n';

  test.each<[id: string, lines: string[]]>([
    [
      'r',
      [
        'inittab entry "r"',
        '  line     /etc/inittab:4 has it in 2',
        '  command  getty',
        '  action   respawn: as long as its level lasts: started again whenever it ends',
        '  now      running, pid 101, started once',
      ],
    ],
    [
      'l3',
      [
        'inittab entry "l3"',
        '  line     /etc/inittab:3 has it in 3',
        '  command  /etc/init.d/rc 3',
        '  action   wait: once, when a level is entered; what follows waits for its end',
        '  scripts  it runs the links of /etc/rc3.d: rcinit plan 3',
        '  now      elsewhere, started 0 times',
        '  why      not in run level 2, only in 3',
        '  do       telinit 3   (changes the run level)',
      ],
    ],
    [
      'o',
      [
        'inittab entry "o"',
        '  line     /etc/inittab:5 has it in 2',
        '  command  x',
        '  action   off: never',
        '  now      off, started 0 times',
        '  why      its action is off',
        '  do       change its action, and telinit q: "o" is off',
      ],
    ],
  ])('%s: line, meaning, state and what to do', async (id, lines) => {
    const { root } = await listeningEngine(TABLE, { 'etc/init.d/': '' });
    expect(await explain(root, id)).toEqual({ code: 0, signal: null, err: '', out: `${lines.join('\n')}\n` });
  });

  test('says that nobody can be asked', async () => {
    const root = withTree({ 'etc/inittab': TABLE, 'etc/init.d/': '' });
    expect((await explain(root, 'r')).out.split('\n').slice(4)).toEqual([
      '  now      not known: no rcinit answers here, or it has not read this line yet',
      '  do       telinit q   (read the inittab again)',
      '',
    ]);
  });
});

describe('rcinit explain refuses', () => {
  test.each([
    ['wbe', 'neither an init script nor an inittab entry; did you mean web?'],
    ['nothing', 'neither an init script nor an inittab entry; rcinit status lists both'],
    ['www', 'it is no script, but what the script web provides; rcinit explain web'],
    ['..', 'neither an init script nor an inittab entry; rcinit status lists both'],
  ])('"%s"', async (name, why) => {
    expect(await explain(withTree(TREE), name)).toEqual({
      code: 4,
      signal: null,
      out: '',
      err: `rcinit: cannot explain "${name}": ${why}\n`,
    });
  });

  test('nothing where there are no scripts at all, but says so', async () => {
    const root = withTree({ 'etc/inittab': 'r:2:respawn:getty\n' });
    const { code, err } = await explain(root, 'r');
    expect([code, err]).toEqual([
      0,
      `rcinit: cannot read the init scripts of "${root}": No such file or directory; nothing is known of the order\n`,
    ]);
  });
});
