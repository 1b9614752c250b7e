/** Every example of docs/writing-init-scripts.md, on a small system where the daemons it speaks of are real. */
import { chmodSync, cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bootInit, describePid1, type Booted } from '../support/booted-init.ts';
import { TABLE } from '../support/container.ts';
import { APPLETS, startPid1, whyNoPid1 } from '../support/pid1.ts';
import { runApplet } from '../support/run-applet.ts';
import type { RunResult } from '../support/run-inside.ts';
import { withTree, type Tree } from '../support/with-tree.ts';

const CHECKOUT = join(import.meta.dirname, '../..');
const GUIDE = readFileSync(join(CHECKOUT, 'docs/writing-init-scripts.md'), 'utf8');

interface Example {
  /** `run`, or the path of the script in /etc. */
  readonly name: string;
  readonly text: string;
}

const EXAMPLES: readonly Example[] = [...GUIDE.matchAll(/^```sh (\S+)\n(.*?)^```$/gms)].map(
  ([, name = '', text = '']) => ({ name, text }),
);
const COMMANDS = EXAMPLES.flatMap(({ name, text }, index) =>
  name === 'run' ? [[index, text] as const] : [],
);
const SCRIPTS = EXAMPLES.filter(({ name }) => name.startsWith('init.d/'));

/** Puts itself into the background, writes its pid file, and notes what it is told. */
const HERALD = `#!/bin/sh
if [ "$1" != here ]; then
  setsid "$0" here </dev/null >/dev/null 2>&1 &
  until [ -s /run/herald.pid ]; do sleep 0.02; done
  exit
fi
trap 'echo reloaded >>/log' HUP
trap 'rm -f /run/herald.pid; exit 0' TERM
echo $$ >/run/herald.new; mv /run/herald.new /run/herald.pid
while :; do sleep 0.1; done
`;

/** Says that it is ready when it has noted so. */
const LAMP = `#!/usr/bin/perl
use Socket;
socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die;
open(my $log, '>>', '/log'); print $log "lit\\n"; close $log;
send($s, "READY=1", 0, pack_sockaddr_un($ENV{NOTIFY_SOCKET})) or die;
sleep 1 while 1;
`;

const PATH = `${APPLETS}:/usr/sbin:/usr/bin:/sbin:/bin`;
const FACILITIES = ['local_fs', 'remote_fs', 'network', 'named', 'syslog'];

const LIBRARY = join(CHECKOUT, 'dist/sh');

/** The folders of the library are the machine's: ours is where a folder has it. */
const TREE: Tree = {
  ...Object.fromEntries(
    SCRIPTS.map(({ name, text }) => [
      `etc/${name}!`,
      text
        .replace('/lib/init/init-d-script', `${LIBRARY}/init-d-script`)
        .replace('. /lib/lsb/init-functions', `. ${LIBRARY}/init-functions`)
        .replace('PATH=/usr/local/sbin', `PATH=${APPLETS}:/usr/local/sbin`),
    ]),
  ),
  'etc/rc2.d/': '',
  'etc/insserv.conf': FACILITIES.map((name) => `$${name} +mountall\n`).join(''),
  'etc/herald.conf': '',
  'srv/herald/heraldd!': HERALD,
  'srv/lamp/lampd!': LAMP,
  'srv/relay/feed': '',
};
/** Of its own name, so that it is what the script says, and not the tail of a person. */
const RELAY = { 'srv/relay/relayd': '/usr/bin/tail' };

function bootGuide(): Promise<Booted> {
  return bootInit(TABLE, { tree: TREE, files: RELAY });
}

function call(init: Pick<Booted, 'run'>, text: string): Promise<RunResult> {
  const INIT_FUNCTIONS = join(LIBRARY, 'init-functions');
  return init.run(['sh', '-eu', '-c', text], { env: { PATH, INIT_FUNCTIONS } });
}

const service = (init: Booted, ...words: readonly string[]) => call(init, `service ${words.join(' ')}`);

test('the guide has examples', () => {
  expect(EXAMPLES.map(({ name }) => name)).toEqual([
    'init.d/relay',
    'run',
    'init.d/lamp',
    'init.d/stage',
    'init.d/herald',
    'run',
    'run-as-root',
    'run',
  ]);
});

test('rcinit lint has nothing to say about its scripts', async () => {
  const scripts = SCRIPTS.map(({ name, text }) => [`etc/${name}!`, text]);
  const root = withTree({
    ...Object.fromEntries(scripts),
    'etc/insserv.conf': TREE['etc/insserv.conf'] ?? '',
  });
  const args = ['lint', '--root', root, '--severity', 'note', '--no-shellcheck'];
  expect(await runApplet('rcinit', args, { env: { PATH } })).toEqual({
    code: 0,
    signal: null,
    out: 'rcinit lint: 0 errors, 0 warnings, 0 notes in 4 files\n',
    err: '',
  });
});

describePid1('the authoring guide', () => {
  test.each(COMMANDS)(
    'the commands of example %i do what is said, and nothing is left',
    async (_index, text) => {
      const init = await bootGuide();
      const { code, stderr } = await call(init, text);
      // A rehearsal is told there.
      expect([code, text.includes('insserv -n') ? '' : stderr]).toEqual([0, '']);
      expect(existsSync(init.path('/run/relay.pid')) || existsSync(init.path('/run/herald.pid'))).toBe(false);
    },
  );

  const noOverlay = whyNoPid1('overlay');

  test.skipIf(noOverlay !== undefined)(
    'the commands that change the user do, too (skipped without root)',
    async () => {
      const layer = withTree({ ...TREE, 'etc/inittab': TABLE });
      cpSync(RELAY['srv/relay/relayd'], join(layer, 'srv/relay/relayd'));
      chmodSync(layer, 0o755);
      const init = await startPid1({ kind: 'overlay', layer, argv: [join(APPLETS, 'init')] });
      onTestFinished(() => init.end());
      const [example] = EXAMPLES.filter(({ name }) => name === 'run-as-root');
      expect(await call(init, example?.text ?? '')).toMatchObject({ code: 0, stderr: '' });
    },
  );

  test.each(SCRIPTS.map(({ name }) => name.replace('init.d/', '')))('%s keeps to the LSB', async (name) => {
    const init = await bootGuide();
    const codes: [string, number | null][] = [];
    for (const action of [
      'status',
      'stop',
      'start',
      'status',
      'start',
      'restart',
      'status',
      'stop',
      'status',
      'try-restart',
      'status',
    ])
      codes.push([action, (await service(init, name, action)).code]);
    expect(codes).toEqual([
      ['status', 3],
      ['stop', 0],
      ['start', 0],
      ['status', 0],
      ['start', 0],
      ['restart', 0],
      ['status', 0],
      ['stop', 0],
      ['status', 3],
      ['try-restart', 0],
      ['status', 3],
    ]);
  });

  test('herald says what is missing', async () => {
    const init = await bootGuide();
    expect(await service(init, 'herald', 'reload')).toMatchObject({ code: 7 });
    expect(await call(init, 'rm /etc/herald.conf; service herald start')).toMatchObject({ code: 6 });
    expect(await call(init, 'rm /srv/herald/heraldd; service herald start')).toMatchObject({ code: 5 });
    expect(await service(init, 'herald')).toMatchObject({ code: 2 });
  });

  test('reload reaches the daemon, and lamp is ready when start is back', async () => {
    const init = await bootGuide();
    await service(init, 'herald', 'start');
    expect(await service(init, 'herald', 'reload')).toMatchObject({ code: 0 });
    await init.noted('reloaded');
    expect(await service(init, 'lamp', 'start')).toMatchObject({ code: 0 });
    expect(init.log()).toContain('lit');
  });

  test('insserv takes every header, and orders lamp behind relay', async () => {
    const init = await bootGuide();
    const names = SCRIPTS.map(({ name }) => name.replace('init.d/', ''));
    expect(await call(init, `insserv ${names.join(' ')}`)).toEqual({
      code: 0,
      signal: null,
      stdout: '',
      stderr: '',
    });
    const links = (await call(init, 'ls /etc/rc2.d')).stdout.split('\n').filter((link) => link !== '');
    expect(links).toEqual(['S01herald', 'S01relay', 'S01stage', 'S02lamp']);
  });
});
