import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { applet } from '../../src/cli/telinit.ts';
import { formatLastRc, type LastRc } from '../../src/core/scripts/last-rc.ts';
import { listenForControl, type LineHandler } from '../../src/os/pid1/control-socket.ts';
import { listeningEngine, type ListeningEngine } from '../support/listening-engine.ts';
import { callApplet, type AppletRun } from '../support/run-applet.ts';
import { waitFor } from '../support/wait-for.ts';
import { withTree, writeTree, type Tree } from '../support/with-tree.ts';

const USAGE = 'Usage: telinit {-e VAR[=VAL] | [-t SECONDS] {0|1|2|3|4|5|6|S|s|Q|q|A|a|B|b|C|c|U|u}}\n';
const TABLE = 'id:2:initdefault:\nl2:2:wait:rc 2\nl3:3:wait:rc 3\nr:2:respawn:getty\nd:3:respawn:httpd -f\n';

function telinit(root: string, ...args: readonly string[]): Promise<AppletRun> {
  return callApplet(applet, args, { name: 'telinit', env: { RCINIT_ROOT: root } });
}

async function listen(root: string, handler: LineHandler): Promise<void> {
  const control = await listenForControl(join(root, 'run/rcinit/control.sock'), handler);
  onTestFinished(() => control.close());
}

/** An engine in level 2 behind the socket of a root. */
function boot(tree: Tree = {}): Promise<ListeningEngine> {
  return listeningEngine(TABLE, tree);
}

const NOTHING = { code: 0, signal: null, out: '', err: '' };

function lastRc(level: string): string {
  const script = {
    link: '/etc/rc3.d/S01x',
    action: 'start',
    signal: null,
    durationMs: 1,
    startedAt: 0,
    after: [],
  };
  const record: LastRc = {
    version: 1,
    level,
    previous: '2',
    started: 0,
    durationMs: 5,
    state: 'done',
    running: null,
    scripts: [
      { ...script, name: 'good', outcome: 'ok', exit: 0, why: null },
      { ...script, name: 'web', outcome: 'failed', exit: 5, why: 'exit 5 (program is not installed)' },
    ],
    earlier: [],
  };
  return formatLastRc(record);
}

describe('telinit --wait', () => {
  test('comes back with 0 when the level is reached', async () => {
    const { root, world, check } = await boot();
    const run = telinit(root, '--wait', '3');
    await waitFor('the change', () => world.alive().includes('rc 3'));
    world.exit('rc 3');
    check();
    expect(await run).toEqual(NOTHING);
    expect(await telinit(root, '3', '--wait')).toEqual(NOTHING);
  });

  test('comes back with 1 and the names of what failed', async () => {
    const { root, world, check } = await boot({ 'run/rcinit/last-rc.json': lastRc('3') });
    const run = telinit(root, '--wait', '3');
    await waitFor('the change', () => world.alive().includes('rc 3'));
    world.exit('rc 3', 1);
    check();
    expect(await run).toEqual({
      ...NOTHING,
      code: 1,
      err: [
        'telinit: run level "3" is reached, but not all of it:',
        '  entry "l3": exited with status 1',
        '  script "web": start failed: exit 5 (program is not installed)',
        '',
      ].join('\n'),
    });
  });

  test('does not name what failed in another level', async () => {
    const { root } = await boot({ 'run/rcinit/last-rc.json': lastRc('3') });
    expect(await telinit(root, '--wait', '2')).toEqual(NOTHING);
  });

  test('comes back with 124 when the time is over', async () => {
    const { root } = await boot();
    expect(await telinit(root, '--wait', '--timeout', '0.2', '3')).toEqual({
      ...NOTHING,
      code: 124,
      err: 'telinit: run level "3" is not reached within 0.2 s; rcinit status says what it waits for\n',
    });
  });

  test('hands the seconds between TERM and KILL on', async () => {
    const root = withTree({});
    const lines: string[] = [];
    await listen(root, (line) => {
      lines.push(line);
      return '{"version":1,"kind":"level","outcome":"reached","level":"3","failed":[]}';
    });
    expect(await telinit(root, '--wait', '-t', '7', '3')).toEqual(NOTHING);
    expect(lines).toEqual(['{"version":1,"command":"level","level":"3","sleepSeconds":7}']);
  });

  test('fails when somebody else asks for another level', async () => {
    const { root, world, check } = await boot();
    const run = telinit(root, '--wait', '3');
    await waitFor('the change', () => world.alive().includes('rc 3'));
    world.request('5');
    check();
    expect(await run).toMatchObject({
      code: 1,
      err: 'telinit: cannot wait for run level "3": somebody asked for level 5 meanwhile; rcinit status shows where init is\n',
    });
  });

  test('fails where another init runs, or none', async () => {
    const root = withTree({});
    expect(await telinit(root, '--wait', '3')).toMatchObject({
      code: 1,
      err: `telinit: cannot wait for run level "3": no rcinit answers on ${root}/run/rcinit/control.sock; telinit 3 without --wait works with every System V init\n`,
    });
  });

  test('fails with what init says, or that it is of another version', async () => {
    const root = withTree({});
    let reply = '{"version":1,"kind":"error","message":"unknown command \\"level\\""}';
    await listen(root, () => reply);
    expect((await telinit(root, '--wait', '3')).err).toBe(
      'telinit: cannot wait for run level "3": unknown command "level"\n',
    );
    reply = '{"version":2}';
    expect((await telinit(root, '--wait', '3')).err).toBe(
      'telinit: cannot wait for run level "3": init answered in a language this program does not know; are both of the same version?\n',
    );
  });

  test.each([
    [
      '3',
      1,
      'telinit: cannot wait for run level "3": init has ended or was replaced; rcinit status shows it\n',
    ],
    ['0', 0, ''],
    ['6', 0, ''],
  ])('takes the end of init for what it is: level %s', async (level, code, err) => {
    const root = withTree({});
    await listen(root, () => {
      throw new Error('the end');
    });
    expect(await telinit(root, '--wait', level)).toEqual({ ...NOTHING, code, err });
  });
});

describe('telinit --plan', () => {
  const LINKS: Tree = {
    'etc/init.d/web!': '#!/bin/sh\n',
    'etc/init.d/plain': '',
    'etc/rc3.d/K10web=': '../init.d/web',
    'etc/rc3.d/S20web=': '../init.d/web',
    'etc/rc3.d/S30plain=': '../init.d/plain',
  };
  const PLAN = [
    'run level 2 -> 3',
    'stop  entry "r" (pid 101): getty',
    'start entry "l3" (wait): rc 3',
    '        /etc/rc3.d/K10web stop',
    '        /etc/rc3.d/S20web start',
    '        # /etc/rc3.d/S30plain: not executable',
    'start entry "d" (respawn): httpd -f',
    '',
  ];

  test('prints what would be stopped and started, in order, and does nothing', async () => {
    const { root, world } = await boot(LINKS);
    const before = world.log.length;
    expect(await telinit(root, '--plan', '3')).toEqual({ ...NOTHING, out: PLAN.join('\n') });
    expect(world.log.length).toBe(before);
  });

  test('reads the table as it would be read', async () => {
    const { root } = await boot();
    writeTree(root, { 'etc/inittab': 'x:3:once:new\u001b[2J\n' });
    expect(await telinit(root, '--plan', '3')).toEqual({
      ...NOTHING,
      out: 'run level 2 -> 3\nstop  entry "r" (pid 101): getty\nstart entry "x" (once): new?[2J\n',
    });
  });

  test('--json says the same for programs', async () => {
    const { root } = await boot(LINKS);
    const { code, out, err } = await telinit(root, '--plan', '3', '--json');
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual({
      from: '2',
      to: '3',
      known: true,
      stops: [{ id: 'r', command: 'getty', pid: 101 }],
      starts: [
        {
          id: 'l3',
          action: 'wait',
          command: 'rc 3',
          isWaitedFor: true,
          scripts: [
            { kind: 'run', name: 'web', link: '/etc/rc3.d/K10web', action: 'stop' },
            { kind: 'run', name: 'web', link: '/etc/rc3.d/S20web', action: 'start' },
            {
              kind: 'skip',
              name: 'plain',
              link: '/etc/rc3.d/S30plain',
              action: 'start',
              why: 'not executable',
            },
          ],
        },
        { id: 'd', action: 'respawn', command: 'httpd -f', isWaitedFor: false },
      ],
    });
  });

  test('says when nothing would be done', async () => {
    const { root } = await boot();
    expect(await telinit(root, '--plan', '2')).toEqual({
      ...NOTHING,
      out: 'run level 2 already, nothing is done\n',
    });
  });

  test('guesses where no rcinit answers, and says so', async () => {
    const root = withTree({ 'etc/inittab': TABLE, 'var/run/runlevel': '2', ...LINKS });
    const err = `telinit: no rcinit answers on ${root}/run/rcinit/control.sock; what runs is guessed from inittab and level\n`;
    expect(await telinit(root, '--plan', '3')).toEqual({
      ...NOTHING,
      out: PLAN.join('\n').replace(' (pid 101)', ''),
      err,
    });
  });

  test('names the folder of scripts that is missing', async () => {
    const { root } = await boot();
    const { code, err } = await telinit(root, '--plan', '3');
    expect([code, err]).toEqual([
      0,
      'telinit: cannot read "/etc/rc3.d": No such file or directory; no scripts are run\n',
    ]);
  });
});

describe('telinit refuses', () => {
  test.each<[args: string[], err: string]>([
    [['--wait'], USAGE],
    [['--wait', '3', '4'], USAGE],
    [['--wait', '--plan', '3'], USAGE],
    [['--wait', '--json', '3'], USAGE],
    [['--plan', '--timeout', '3', '3'], USAGE],
    [['--timeout', '3', '3'], USAGE],
    [['--json', '3'], USAGE],
    [['--wait', '-e', 'X=1', '3'], USAGE],
    [['--wait=yes', '3'], `telinit: option '--wait' doesn't allow an argument\n${USAGE}`],
    [['--wait', 'q'], 'telinit: cannot wait for "q": no run level; name one of 0-9 or S\n'],
    [['--plan', 'a'], 'telinit: cannot plan "a": no run level; name one of 0-9 or S\n'],
    [['--wait', '--timeout', 'soon', '3'], 'telinit: cannot wait "soon": no time; name seconds above 0\n'],
  ])('%j', async (args, err) => {
    expect(await telinit(withTree({}), ...args)).toEqual({ ...NOTHING, code: 1, err });
  });
});
