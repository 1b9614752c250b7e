import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withSsd } from '../../support/ssd.ts';
import { waitFor } from '../../support/wait-for.ts';

const isRoot = process.getuid?.() === 0;
const APPLET = join(import.meta.dirname, '../../../dist/applets/start-stop-daemon');
const inPlace = ['-S', '-n', 'none', '-x', '/bin/sh'];

test('in the foreground the program takes our place: pid, descriptors, streams', () => {
  const script = `exec 5<"$2"; echo "in $$"; exec "$1" -S -n none -x /bin/sh -- -c 'echo "out $$"; cat <&5; cat; echo err >&2'`;
  const run = spawnSync('sh', ['-c', script, 'sh', APPLET, '/etc/hostname'], {
    input: 'from stdin\n',
    encoding: 'utf8',
    env: { ...process.env, RCINIT_ROOT: withSsd().dir },
  });
  const [before = '', after = '', ...rest] = run.stdout.split('\n');
  expect(after.replace('out', 'in')).toBe(before);
  expect(rest.join('\n')).toBe(`${readFileSync('/etc/hostname', 'utf8')}from stdin\n`);
  expect(run.stderr).toBe('err\n');
});

test("in the foreground signals are at their defaults and the limit of open files is the caller's", () => {
  const script = `ulimit -S -n 512; "$1" -S -n none -x /bin/sh -- -c 'ulimit -n; grep -E "SigIgn|SigBlk" /proc/self/status'`;
  expect(
    execFileSync('sh', ['-c', script, 'sh', APPLET], {
      encoding: 'utf8',
      env: { ...process.env, RCINIT_ROOT: withSsd().dir },
    }),
  ).toBe('512\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n');
});

test("--make-pidfile in the foreground writes the program's own pid, by the umask", async () => {
  const { ssd, path } = withSsd();
  const check = `test "$(cat ${path('f.pid')})" = $$ && stat -c %a ${path('f.pid')}`;
  const start = ['-S', '-m', '-p', path('f.pid'), '-k', '027', '-x', '/bin/sh', '--', '-c', check];
  expect(await ssd(start)).toMatchObject({ code: 0, out: '640\n', err: '' });
});

test('--chdir, --umask, --nicelevel and --startas do what they say', async () => {
  const { ssd, path } = withSsd({ 'sub/': '', 'named!': '#!/bin/sh\npwd; umask; nice; echo "$0"\n' });
  const run = await ssd([
    '-S',
    '-n',
    'none',
    '-a',
    path('named'),
    '-d',
    path('sub'),
    '-k',
    '0x1f',
    '-N',
    '5',
  ]);
  expect(run).toMatchObject({ code: 0, out: `${path('sub')}\n0037\n5\n${path('named')}\n`, err: '' });
});

test.runIf(isRoot)('--procsched and --iosched reach the program', async () => {
  const { ssd } = withSsd();
  const script = 'chrt -p $$ | sed "s/.*: //"; ionice';
  expect(await ssd([...inPlace, '-P', 'rr:5', '-I', 'best-effort:6', '--', '-c', script])).toMatchObject({
    code: 0,
    out: 'SCHED_RR\n5\nbest-effort: prio 6\n',
  });
});

test.runIf(isRoot)('--chuid takes user, groups and home; --group alone only the group', async () => {
  const { ssd } = withSsd();
  const script = 'id -un; id -gn; id -Gn; echo "$HOME"';
  const home = { HOME: '/root' };
  expect((await ssd([...inPlace, '-c', 'daemon', '--', '-c', script], home)).out).toBe(
    'daemon\ndaemon\ndaemon\n/usr/sbin\n',
  );
  expect((await ssd([...inPlace, '-c', 'nobody:daemon', '--', '-c', script], home)).out).toBe(
    'nobody\ndaemon\ndaemon\n/root\n',
  );
  expect((await ssd([...inPlace, '-g', '4242', '--', '-c', 'id -u; id -g'])).out).toBe('0\n4242\n');
});

test.each([
  [['-x', '/bin/true', '-c', 'no-such-user'], "user 'no-such-user' not found"],
  [['-x', '/bin/true', '-c', '424242'], "user '424242' not found"],
  [['-x', '/bin/true', '-g', 'no-such-group'], "group 'no-such-group' not found"],
  [['-x', '/bin/true', '-u', 'no-such-user'], "user 'no-such-user' not found"],
  [['-x', '/bin/true', '-d', '/no/folder'], 'unable to chdir() to /no/folder (No such file or directory)'],
  [['-x', '/bin/true', '-d', '/etc/passwd'], 'unable to chdir() to /etc/passwd (Not a directory)'],
  [['-x', '/bin/true', '-r', '/no/where'], 'unable to stat /no/where//bin/true (No such file or directory)'],
  [['-a', '/no/program'], 'unable to start /no/program (No such file or directory)'],
  [
    ['-x', '/bin/true', '-b', '-O', '/no/folder/log'],
    "unable to open '/no/folder/log' (No such file or directory)",
  ],
] as const)('%j cannot be: 2, in the foreground and in the background', async (args, text) => {
  const { ssd } = withSsd();
  const expected = { code: 2, out: '', err: `start-stop-daemon: ${text}\n` };
  expect(await ssd(['-S', '-n', 'none', ...args])).toMatchObject(expected);
  expect(await ssd(['-S', '-b', '-n', 'none', ...args])).toMatchObject(expected);
});

test('--output is appended to and holds both streams', async () => {
  const { ssd, path } = withSsd({ log: 'before\n' });
  const script = 'echo out; echo err >&2; echo done';
  expect(
    await ssd(['-S', '-b', '-n', 'none', '-O', path('log'), '-x', '/bin/sh', '--', '-c', script]),
  ).toMatchObject({ code: 0 });
  const log = await waitFor('the log', () => {
    const text = readFileSync(path('log'), 'utf8');
    return text.endsWith('done\n') && text;
  });
  expect(log).toBe('before\nout\nerr\ndone\n');
});

test("--no-close leaves the caller's descriptors to the daemon and nothing of ours", async () => {
  const { dir, path, marker, pidIn } = withSsd({ data: 'x' });
  const args = `-S -b -C -m -p ${path('d.pid')} -x /bin/sleep -- ${marker}`;
  execFileSync('sh', ['-c', `exec 4<"$2" 9<"$2"; "$1" ${args}`, 'sh', APPLET, path('data')], {
    env: { PATH: process.env['PATH'], RCINIT_ROOT: dir },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const fds = execFileSync('ls', [`/proc/${pidIn()}/fd`], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);
  const targets = fds.map((fd) => [Number(fd), readlinkSync(`/proc/${pidIn()}/fd/${fd}`)] as const);
  expect(targets.filter(([fd]) => fd > 2 && fd < 20).sort(([a], [b]) => a - b)).toStrictEqual([
    [4, path('data')],
    [9, path('data')],
  ]);
});

test.runIf(isRoot && existsSync('/bin/busybox'))(
  '--chroot starts inside the new root, with the pid file outside',
  async () => {
    const { ssd, path, marker, pidIn } = withSsd({ 'new/tmp/': '', 'new/bin/': '' });
    copyFileSync('/bin/busybox', path('new/bin/busybox'));
    for (const library of execFileSync('ldd', ['/bin/busybox'], { encoding: 'utf8' }).match(/\/\S+/g) ?? []) {
      mkdirSync(join(path('new'), library, '..'), { recursive: true });
      copyFileSync(library, join(path('new'), library));
    }
    const start = ['-S', '-m', '-p', path('d.pid'), '-r', path('new'), '-d', '/tmp', '-x', '/bin/busybox'];
    expect(
      await ssd([...start, '-b', ...(isRoot ? ['-c', 'nobody'] : []), '--', 'sleep', marker]),
    ).toMatchObject({
      code: 0,
      err: '',
    });
    const link = (name: string) => readlinkSync(`/proc/${pidIn()}/${name}`);
    expect([link('root'), link('cwd')]).toStrictEqual([path('new'), path('new/tmp')]);
    expect(statSync(`/proc/${pidIn()}`).uid).toBe(65_534);
    expect(execFileSync('ls', [`/proc/${pidIn()}/fd`], { encoding: 'utf8' })).toBe('0\n1\n2\n');
    expect((await ssd(['-T', '-p', path('d.pid'), '-r', path('new'), '-x', '/bin/busybox'])).code).toBe(0);
    expect((await ssd([...start, '--', 'true'])).code).toBe(1);
    expect(
      await ssd([
        ...start.map((word) => (word === '/tmp' ? '/none' : word)),
        '-b',
        '--pidfile',
        path('x.pid'),
      ]),
    ).toMatchObject({
      code: 2,
      err: 'start-stop-daemon: unable to chdir() to /none (No such file or directory)\n',
    });
    expect(existsSync(path('x.pid'))).toBe(false);
  },
);

test('--test starts nothing and says what it would', async () => {
  const { ssd, path } = withSsd();
  const args = [
    '-S',
    '-t',
    '-x',
    '/bin/true',
    '-p',
    path('t.pid'),
    '-m',
    '-N',
    '5',
    '-P',
    'rr:5',
    '-I',
    'idle',
    '-c',
    'root',
    'a',
    'b',
  ];
  expect(await ssd(args)).toMatchObject({
    code: 0,
    out: 'Would start /bin/true a b  (as user root[0], and group [0]), and add 5 to the priority, with scheduling policy rr with priority 5, with IO scheduling class idle with priority 7.\n',
    err: '',
  });
  expect(existsSync(path('t.pid'))).toBe(false);
});

test('--verbose tells the steps', async () => {
  const { ssd, startSleep } = withSsd();
  expect((await ssd(['-v', ...startSleep])).out).toBe(
    'Starting /bin/sleep...\nDetaching to start /bin/sleep...Detaching complete...\n',
  );
});

test('a daemon that replaced its pid file by another pid is matched by that', async () => {
  const { ssd, path, startSleep, marker, daemons } = withSsd();
  await ssd(startSleep);
  const [first = 0] = daemons();
  await ssd(['-S', '-b', '-m', '-p', path('other.pid'), '-a', '/bin/sleep', '--', marker]);
  const second = Number(readFileSync(path('other.pid'), 'utf8'));
  writeFileSync(path('d.pid'), `${second}\n`);
  expect((await ssd(['-K', '-q', '-R', '5', '-p', path('d.pid')])).code).toBe(0);
  expect(daemons()).toStrictEqual([first]);
});
