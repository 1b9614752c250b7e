import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applet } from '../../src/cli/service.ts';
import { callApplet, runApplet, startApplet } from '../support/run-applet.ts';
import type { AppletRun } from '../support/run-applet.ts';
import { isAlive } from '../support/rc-level.ts';
import { waitFor } from '../support/wait-for.ts';
import { withTree } from '../support/with-tree.ts';
import type { Tree } from '../support/with-tree.ts';

const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
const USAGE = 'Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]\n';
const UNSET =
  'ADDRESS ALL COLLATE CTYPE IDENTIFICATION MEASUREMENT MESSAGES MONETARY NAME NUMERIC PAPER TELEPHONE TIME'
    .split(' ')
    .map((name) => `LC_${name}=`);

/** A root with these init scripts; a name ending in `!` is executable. */
function withServices(scripts: Tree): string {
  return withTree({
    'etc/init.d/': '',
    ...Object.fromEntries(Object.entries(scripts).map(([name, text]) => [`etc/init.d/${name}`, text])),
  });
}

async function service(
  root: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<AppletRun> {
  return await runApplet('service', args, { env: { PATH, RCINIT_ROOT: root, ...env } });
}

async function call(args: readonly string[], root = '/nonexistent', stderrIsTty = false): Promise<AppletRun> {
  return await callApplet(applet, args, { name: 'service', env: { RCINIT_ROOT: root }, stderrIsTty });
}

describe('service texts', () => {
  test('prints its usage on standard error and exits 1 without arguments', async () => {
    expect(await call([])).toEqual({ code: 1, signal: null, out: '', err: USAGE });
  });

  test.each([[['--help']], [['-h']], [['--hx']], [['foo', 'start', '--help']], [['foo', '-h', '--version']]])(
    'prints its usage on standard error and exits 0 for %j',
    async (args) => {
      expect(await call(args)).toEqual({ code: 0, signal: null, out: '', err: USAGE });
    },
  );

  test.each([[['--version']], [['-V']], [['foo', '-V', '--help']]])(
    'prints its version on standard error for %j',
    async (args) => {
      const run = await call(args);
      expect([run.code, run.out, run.err]).toEqual([
        0,
        '',
        expect.stringMatching(/^service ver\. \d+\.\d+\.\d+\n$/),
      ]);
    },
  );

  test.each([
    ['a missing script', ['fo', 'start'], 'fo'],
    ['a missing script, for --full-restart', ['fo', '--full-restart'], 'fo'],
    ['a file that is not executable', ['plain', 'start'], 'plain'],
    ['a folder', ['folder', 'start'], 'folder'],
    ['a dangling link', ['dangling', 'start'], 'dangling'],
    ['an empty name', ['', 'start'], ''],
    ['an option it does not know', ['--nope'], '--nope'],
    ['--status-all with more behind it', ['--status-all', 'foo'], '--status-all'],
  ])('does not recognize %s', async (_, args, name) => {
    const root = withServices({ 'foo!': '', plain: '', 'folder/': '', 'dangling=': 'nowhere' });
    expect(await call(args, root)).toEqual({
      code: 1,
      signal: null,
      out: '',
      err: `${name}: unrecognized service\n`,
    });
  });

  test('suggests a name on a terminal', async () => {
    const root = withServices({ 'nginx!': '', 'cron!': '' });
    expect((await call(['ngnix', 'start'], root, true)).err).toBe(
      'ngnix: unrecognized service\nDid you mean "nginx"?\n',
    );
    expect((await call(['mysql', 'start'], root, true)).err).toBe('mysql: unrecognized service\n');
  });

  test.each([
    [['--root'], "service: option '--root' requires an argument\n"],
    [['--status-all', '--timeout', 'x'], 'service: "x" is no time limit, expected seconds above 0\n'],
    [['--status-all', '--timeout'], 'service: "" is no time limit, expected seconds above 0\n'],
  ])('refuses %j', async (args, err) => {
    expect(await call(args)).toEqual({ code: 2, signal: null, out: '', err });
  });
});

describe('service NAME ACTION', () => {
  test('runs the script in the root with exactly the documented environment', async () => {
    const root = withServices({ 'foo!': '#!/bin/sh\npwd\nexec env -u PWD -u OLDPWD -u SHLVL -u _ env\n' });
    const run = await service(root, ['foo', 'start'], { HOME: '/x', USER: 'x', LANG: 'C', TERM: 'linux' });
    const [folder, ...env] = run.out.split('\n').slice(0, -1);
    expect(folder).toBe(root);
    const applets = join(import.meta.dirname, '../../dist/applets');
    expect(env.filter((line) => !line.startsWith('INIT_FUNCTIONS=')).sort()).toEqual([
      'LANG=C',
      'LANGUAGE=',
      ...UNSET,
      `PATH=${applets}:${PATH}`,
      `RCINIT_ROOT=${root}`,
      'TERM=linux',
    ]);
  });

  test('passes all seventeen variables, empty where they are not set', async () => {
    const root = withServices({ 'foo!': '#!/bin/sh\nexec env\n' });
    const { out } = await runApplet('service', ['--root', root, 'foo'], { env: {} });
    for (const line of ['LANG=', 'LANGUAGE=', 'TERM=', ...UNSET]) expect(out.split('\n')).toContain(line);
    expect(out).toMatch(
      /^PATH=.*:\/usr\/local\/sbin:\/usr\/local\/bin:\/usr\/sbin:\/usr\/bin:\/sbin:\/bin$/m,
    );
  });

  test('passes the action and what follows it unchanged, blanks and all', async () => {
    const root = withServices({ 'foo!': '#!/bin/sh\nfor a in "$0" "$@"; do echo "<$a>"; done\n' });
    const { out } = await service(root, ['foo', 'start', 'a b', '', '-x']);
    expect(out).toBe(`<${root}/etc/init.d/foo>\n<start>\n<a b>\n<>\n<-x>\n`);
  });

  test('runs the script without an argument when there is no action', async () => {
    const root = withServices({ 'two words!': '#!/bin/sh\necho "$# arguments"; exit 3\n' });
    expect(await service(root, ['two words'])).toEqual({
      code: 3,
      signal: null,
      out: '0 arguments\n',
      err: '',
    });
  });

  test.each([0, 1, 3, 126, 255])('exits as the script does: %i', async (code) => {
    const root = withServices({ 'foo!': `#!/bin/sh\necho out; echo err >&2\nexit ${code}\n` });
    expect(await service(root, ['foo', 'status'])).toEqual({
      code,
      signal: null,
      out: 'out\n',
      err: 'err\n',
    });
  });

  test.each(['SIGKILL', 'SIGTERM', 'SIGUSR1', 'SIGPIPE'])('dies of %s as the script does', async (signal) => {
    const root = withServices({ 'foo!': `#!/bin/sh\nkill -${signal.slice(3)} $$\n` });
    expect(await service(root, ['foo', 'start'])).toEqual({ code: null, signal, out: '', err: '' });
  });

  test('runs a script without an interpreter line by the shell', async () => {
    expect((await service(withServices({ 'foo!': 'echo "$1 without"\n' }), ['foo', 'start'])).out).toBe(
      'start without\n',
    );
  });

  test('names a missing interpreter and exits as a shell would', async () => {
    const root = withServices({ 'foo!': '#!/nonexistent/sh\n' });
    expect(await service(root, ['foo', 'start'])).toEqual({
      code: 127,
      signal: null,
      out: '',
      err: 'service: cannot run "/etc/init.d/foo": its interpreter "/nonexistent/sh" does not exist\n',
    });
  });

  test('lets the script read standard input', async () => {
    const root = withServices({ 'foo!': '#!/bin/sh\nread answer; echo "got $answer"\n' });
    const run = await runApplet('service', ['--root', root, 'foo', 'start'], {
      env: { PATH },
      input: 'yes\n',
    });
    expect(run.out).toBe('got yes\n');
  });

  test('does not wait for a daemon that keeps standard output open', async () => {
    const root = withServices({ 'foo!': '#!/bin/sh\nsleep 1000 &\nexit 0\n' });
    const { ended } = startApplet('service', [`--root=${root}`, 'foo', 'start'], { env: { PATH } });
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGUSR1'] as const)(
    'hands %s on to the script',
    async (signal) => {
      const name = signal.slice(3);
      const root = withServices({
        'foo!': `#!/bin/sh\ntrap 'echo got ${name}; exit 7' ${name}\necho ready\nwhile :; do sleep 0.01; done\n`,
      });
      const { child, ended, output } = startApplet('service', ['--root', root, 'foo', 'start'], {
        env: { PATH },
      });
      await waitFor('the script', () => output.out.includes('ready'));
      child.kill(signal);
      expect(await ended).toEqual({ code: 7, signal: null });
      await waitFor('its answer', () => output.out === `ready\ngot ${name}\n`);
    },
  );
});

describe('service NAME --full-restart', () => {
  test('stops, then starts, and exits as the start does', async () => {
    const root = withServices({ 'foo!': '#!/bin/sh\necho "$@"\n[ $1 = stop ] && exit 1\nexit 4\n' });
    expect(await service(root, ['foo', '--full-restart'])).toEqual({
      code: 4,
      signal: null,
      out: 'stop\nstart\n',
      err: '',
    });
  });

  test('does not start when it was asked to end while it stopped', async () => {
    const root = withServices({
      'foo!':
        "#!/bin/sh\ntrap 'exit 0' TERM\n[ $1 = start ] && : > started\necho ready\nwhile :; do sleep 0.01; done\n",
    });
    const args = ['--root', root, 'foo', '--full-restart'];
    const { child, ended, output } = startApplet('service', args, { env: { PATH } });
    await waitFor('the script', () => output.out.includes('ready'));
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect(existsSync(join(root, 'started'))).toBe(false);
  });
});

describe('service --status-all', () => {
  const scripts = {
    'b-running!': '#!/bin/sh\necho "$1 ok"\n',
    'a-stopped!': '#!/bin/sh\necho no; exit 3\n',
    'c-silent!': '#!/bin/sh\nexit 0\n',
    'd-usage!': '#!/bin/sh\necho "USAGE: d {start}" >&2; exit 1\n',
    'e-killed!': '#!/bin/sh\necho x; kill -KILL $$\n',
    'f-broken!': '#!/nonexistent/sh\n',
    'B-upper!': '#!/bin/sh\necho err >&2\n',
    'g-reads!': '#!/bin/sh\nread x; echo "end of input"\n',
    plain: '#!/bin/sh\necho never\n',
    'folder/': '',
    '.hidden!': '#!/bin/sh\necho never\n',
    'dangling=': 'nowhere',
    'x.dpkg-old!': '#!/bin/sh\necho never\n',
    'x.dpkg-new!': '#!/bin/sh\necho kept\n',
    ...Object.fromEntries(
      [
        'functions',
        'halt',
        'killall',
        'single',
        'linuxconf',
        'kudzu',
        'skeleton',
        'README',
        'rc',
        'rcS',
        'reboot',
      ]
        .concat('bootclean.sh', 'x.dpkg-dist')
        .map((name) => [`${name}!`, '#!/bin/sh\necho never\n']),
    ),
  };

  test('prints the three lines on their streams in C order and exits 0', async () => {
    expect(await service(withServices(scripts), ['--status-all'])).toEqual({
      code: 0,
      signal: null,
      out: [
        ' [ + ]  B-upper',
        ' [ - ]  a-stopped',
        ' [ + ]  b-running',
        ' [ - ]  c-silent',
        ' [ - ]  e-killed',
        ' [ - ]  f-broken',
        ' [ + ]  g-reads',
        ' [ + ]  x.dpkg-new',
        '',
      ].join('\n'),
      err: ' [ ? ]  d-usage\n',
    });
  });

  test('prints the same as data with --json', async () => {
    const root = withServices({
      'a!': scripts['b-running!'],
      'b!': scripts['a-stopped!'],
      'c!': scripts['d-usage!'],
      'd!': scripts['e-killed!'],
      'e!': scripts['f-broken!'],
    });
    const run = await service(root, ['--json', '--status-all']);
    const durationMs = expect.any(Number) as number;
    expect([run.code, run.err, JSON.parse(run.out)]).toEqual([
      0,
      '',
      [
        { name: 'a', status: 'running', exit: 0, signal: null, durationMs, why: null },
        { name: 'b', status: 'stopped', exit: 3, signal: null, durationMs, why: null },
        { name: 'c', status: 'unknown', exit: 1, signal: null, durationMs, why: 'it has no status action' },
        { name: 'd', status: 'stopped', exit: null, signal: 'SIGKILL', durationMs, why: null },
        {
          name: 'e',
          status: 'stopped',
          exit: null,
          signal: null,
          durationMs,
          why: 'cannot be started: its interpreter "/nonexistent/sh" does not exist',
        },
      ],
    ]);
  });

  test.each([
    ['--timeout', ['--status-all', '--timeout', '1'], {}],
    ['RCINIT_STATUS_TIMEOUT', ['--status-all'], { RCINIT_STATUS_TIMEOUT: '1' }],
  ])(
    'kills a hanging script with its children at the limit of %s and shows it as unknown',
    async (_, args, env) => {
      const root = withServices({
        'a!': "#!/bin/sh\ntrap '' TERM\nsleep 1000 & echo $! > pid\nwait\n",
        'b!': '#!/bin/sh\necho ok\n',
      });
      expect(await service(root, args, env)).toEqual({
        code: 0,
        signal: null,
        out: ' [ + ]  b\n',
        err: ' [ ? ]  a\n',
      });
      const pid = readFileSync(join(root, 'pid'), 'utf8').trim();
      await waitFor('the end of its child', () => !isAlive(pid));
    },
  );

  test('does not wait for a child that keeps the output of a script open', async () => {
    const root = withServices({ 'a!': '#!/bin/sh\nsleep 1000 & echo $! > pid\necho ok\n' });
    expect((await service(root, ['--status-all'])).out).toBe(' [ + ]  a\n');
    process.kill(Number(readFileSync(join(root, 'pid'), 'utf8')), 'SIGKILL');
  });

  test.skipIf(availableParallelism() < 2)('asks several services at the same time', async () => {
    // Each waits for the other: one after the other, both would hang.
    const meet = (mine: string, other: string): string =>
      `#!/bin/sh\n: > ${mine}\nwhile [ ! -e ${other} ]; do sleep 0.01; done\necho ok\n`;
    const root = withServices({ 'a!': meet('A', 'B'), 'b!': meet('B', 'A') });
    const run = await service(root, ['--status-all']);
    expect(run).toEqual({ code: 0, signal: null, out: ' [ + ]  a\n [ + ]  b\n', err: '' });
  });

  test('ends by SIGTERM together with what it runs', async () => {
    const root = withServices({ 'a!': '#!/bin/sh\necho $$ > pid.new; mv pid.new pid; exec sleep 1000\n' });
    const { child, ended } = startApplet('service', ['--root', root, '--status-all'], { env: { PATH } });
    await waitFor('the script', () => existsSync(join(root, 'pid')));
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: null, signal: 'SIGTERM' });
    const pid = readFileSync(join(root, 'pid'), 'utf8').trim();
    await waitFor('the end of the script', () => !isAlive(pid));
  });

  test('says that there is no init.d', async () => {
    expect(await call(['--status-all'], withTree({}))).toEqual({
      code: 1,
      signal: null,
      out: '',
      err: 'service: cannot read "/etc/init.d": No such file or directory\n',
    });
  });
});

describe('service on a terminal', () => {
  test('leaves the modes of the terminal as the script set them', async () => {
    const root = withServices({ 'foo!': '#!/bin/sh\nstty -echo\n' });
    const path = join(import.meta.dirname, '../../dist/applets/service');
    const script = join(root, 'session');
    writeFileSync(
      script,
      `stty echo\n${path} --root ${root} foo start\nstty -a | grep -o -- '-\\?\\becho\\b'\n`,
    );
    const run = spawnSync('script', ['-qec', `/bin/sh ${script}`, '/dev/null'], {
      encoding: 'utf8',
      input: '',
    });
    expect(run.stdout.trim()).toBe('-echo');
  });
});
