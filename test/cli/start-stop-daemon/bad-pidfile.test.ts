import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isThere, startSleeper, withSsd } from '../../support/ssd.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

interface Row {
  readonly name: string;
  readonly text: string;
  readonly status: number;
  readonly stop: number;
  /** What stop prints instead, if it is something else. */
  readonly stopWarns?: string;
  /** Behind `start-stop-daemon: `; nothing is printed if it is absent. */
  readonly says?: (path: string) => string;
}

const impossible = (number: string) => (path: string) =>
  `pidfile '${path}' holds no process ID but ${number}; remove it`;

const ROWS: readonly Row[] = [
  { name: 'empty', text: '', status: 4, stop: 1 },
  { name: 'words', text: 'pid 12\n', status: 4, stop: 1 },
  { name: 'binary', text: '\0\x01\xff', status: 4, stop: 1 },
  { name: 'huge', text: ' '.repeat(1_000_000), status: 4, stop: 1 },
  { name: 'zero', text: '0\n', status: 4, stop: 2, says: impossible('0') },
  { name: 'negative', text: '-1\n', status: 4, stop: 2, says: impossible('-1') },
  { name: 'too large', text: '4294967297\n', status: 4, stop: 2, says: impossible('4294967297') },
  {
    name: 'init',
    text: '1\n',
    status: 4,
    stop: 2,
    says: (path) => `pidfile '${path}' names process 1, which is init; add --exec or --name if it is meant`,
  },
  {
    name: 'a dead pid',
    text: '999999999\n',
    status: 1,
    stop: 1,
    stopWarns: 'start-stop-daemon: warning: failed to kill 999999999: No such process\n',
  },
];

test.each(ROWS)('a pid file that is $name: status $status, stop $stop, start goes through', async (row) => {
  const { ssd, path, marker, daemons, pidIn } = withSsd({ 'd.pid': row.text });
  const err = row.says === undefined ? '' : `start-stop-daemon: ${row.says(path('d.pid'))}\n`;
  expect(await ssd(['-T', '-p', path('d.pid')])).toMatchObject({ code: row.status, out: '', err });
  const stop = await ssd(['-K', '-R', '5', '-p', path('d.pid')]);
  expect(stop).toMatchObject({ code: row.stop, err: row.stopWarns ?? err });
  const start = ['-S', '-b', '-m', '-p', path('d.pid'), '-a', '/bin/sleep', '--', marker];
  expect(await ssd(start)).toMatchObject({ code: 0, out: '', err: '' });
  expect(daemons()).toStrictEqual([pidIn()]);
});

test('a pid file that is a folder: status 4, stop 1, start cannot write it', async () => {
  const { ssd, path, daemons, startSleep } = withSsd({ 'd.pid/': '' });
  expect((await ssd(['-T', '-p', path('d.pid')])).code).toBe(4);
  expect((await ssd(['-K', '-p', path('d.pid')])).code).toBe(1);
  expect(await ssd(startSleep)).toMatchObject({
    code: 2,
    err: `start-stop-daemon: unable to open pidfile '${path('d.pid')}' for writing (Is a directory)\n`,
  });
  expect(daemons()).toHaveLength(0);
});

test('a pid file that is a fifo keeps nobody waiting', async () => {
  const { ssd, path, startSleep } = withSsd();
  execFileSync('mkfifo', [path('d.pid')]);
  expect((await ssd(['-T', '-p', path('d.pid')])).code).toBe(4);
  expect((await ssd(['-K', '-p', path('d.pid')])).code).toBe(1);
  expect(await ssd(startSleep)).toMatchObject({
    code: 2,
    err: `start-stop-daemon: unable to open pidfile '${path('d.pid')}' for writing (Invalid argument)\n`,
  });
});

test('a pid file that is a dangling link is not there, and is not written through', async () => {
  const { ssd, path, startSleep, dir } = withSsd({ 'd.pid=': 'target' });
  expect((await ssd(['-T', '-p', path('d.pid')])).code).toBe(3);
  expect((await ssd(['-K', '-p', path('d.pid')])).code).toBe(1);
  expect(await ssd(startSleep)).toMatchObject({
    code: 2,
    err: `start-stop-daemon: unable to open pidfile '${path('d.pid')}' for writing (Too many levels of symbolic links)\n`,
  });
  expect(readdirSync(dir)).not.toContain('target');
});

test('a pid file that is a looping link cannot be opened', async () => {
  const { ssd, path, startSleep } = withSsd({ 'd.pid=': 'd.pid' });
  const err = `start-stop-daemon: unable to open pidfile ${path('d.pid')} (Too many levels of symbolic links)\n`;
  expect(await ssd(['-T', '-p', path('d.pid')])).toMatchObject({ code: 4, err });
  expect(await ssd(['-K', '-p', path('d.pid')])).toMatchObject({ code: 2, err });
  expect(await ssd(startSleep)).toMatchObject({ code: 2, err });
});

test('a world-writable pid file is refused whatever else is asked', async () => {
  const { ssd, path, marker } = withSsd();
  const pid = startSleeper(marker);
  writeFileSync(path('d.pid'), `${pid}\n`);
  chmodSync(path('d.pid'), 0o666);
  const err = `start-stop-daemon: matching on world-writable pidfile ${path('d.pid')} is insecure; run chmod o-w on it\n`;
  expect(await ssd(['-T', '-p', path('d.pid'), '-x', '/bin/sleep'])).toMatchObject({ code: 4, err });
  expect(await ssd(['-K', '-p', path('d.pid'), '-x', '/bin/sleep'])).toMatchObject({ code: 2, err });
  expect(isThere(pid)).toBe(true);
});

test.runIf(isRoot)('a pid file of another user needs a second criterion', async () => {
  const { ssd, path, marker } = withSsd();
  const pid = startSleeper(marker);
  writeFileSync(path('d.pid'), `${pid}\n`);
  chmodSync(path('d.pid'), 0o644);
  chownSync(path('d.pid'), 65_534, 65_534);
  const err = `start-stop-daemon: matching only on non-root pidfile ${path('d.pid')} is insecure; add --exec, --name, --user or --ppid\n`;
  expect(await ssd(['-T', '-p', path('d.pid')])).toMatchObject({ code: 4, err });
  expect(await ssd(['-K', '-p', path('d.pid')])).toMatchObject({ code: 2, err });
  expect(await ssd(['-S', '-a', '/bin/true', '-p', path('d.pid')])).toMatchObject({ code: 2, err });
  expect(isThere(pid)).toBe(true);
  expect((await ssd(['-T', '-p', path('d.pid'), '-n', 'sleep'])).code).toBe(0);
  expect((await ssd(['-K', '-p', path('d.pid'), '-n', 'sleep'])).code).toBe(0);
});

test.runIf(isRoot)('a link of another user is not followed, wherever it leads', async () => {
  const { ssd, path, marker, dir } = withSsd({ 'd.pid=': 'real.pid' });
  writeFileSync(path('real.pid'), `${startSleeper(marker)}\n`);
  expect((await ssd(['-T', '-p', path('d.pid')])).code).toBe(0);
  chownSync(dir, 65_534, 65_534);
  expect(await ssd(['-K', '-p', path('d.pid'), '-x', '/bin/sleep'])).toMatchObject({
    code: 2,
    err: `start-stop-daemon: matching on pidfile ${path('d.pid')} is insecure: it is a link that others can change; name the file itself\n`,
  });
});

test('a pid file in a folder that does not exist cannot be written', async () => {
  const { ssd, path, daemons, marker } = withSsd();
  const start = ['-S', '-b', '-m', '-p', path('no/d.pid'), '-x', '/bin/sleep', '--', marker];
  expect(await ssd(start)).toMatchObject({
    code: 2,
    err: `start-stop-daemon: unable to open pidfile '${path('no/d.pid')}' for writing (No such file or directory)\n`,
  });
  expect(daemons()).toHaveLength(0);
});

test('a pid file that says our own pid names nobody', async () => {
  const { ssd, path } = withSsd();
  // The shell writes its pid, which start-stop-daemon then has.
  const script = 'echo $$ >"$2"; exec "$1" --status --pidfile "$2"';
  const applet = `${import.meta.dirname}/../../../dist/applets/start-stop-daemon`;
  expect(() => execFileSync('sh', ['-c', script, 'sh', applet, path('d.pid')])).toThrow(
    expect.objectContaining({ status: 1 }),
  );
  expect((await ssd(['-T', '-p', path('d.pid')])).code).toBe(1);
});

test('a failed start leaves the pid file as it was', async () => {
  const { ssd, path, dir } = withSsd({ 'd.pid': '999999999\n' });
  await ssd(['-S', '-b', '-m', '-p', path('d.pid'), '-a', path('missing'), '-n', 'none']);
  expect(readFileSync(path('d.pid'), 'utf8')).toBe('999999999\n');
  expect(readdirSync(dir).filter((name) => name.startsWith('.'))).toStrictEqual([]);
  expect(lstatSync(path('d.pid')).isFile()).toBe(true);
});

const APPLET = join(import.meta.dirname, '../../../dist/applets/start-stop-daemon');

test.runIf(isRoot).each([
  ['full', 'size=8k', 'dd if=/dev/zero of="$2/fill" bs=1k 2>/dev/null', 'No space left on device'],
  ['read-only', 'ro', ':', 'Read-only file system'],
])('a pid file on a %s file system: 2, and no daemon', (_, options, prepare, why) => {
  const { dir, path, marker, daemons } = withSsd({ 'disk/': '' });
  const pidfile = path('disk/d.pid');
  const script = `mount -t tmpfs -o ${options} none "$2"; ${prepare}; "$1" -S -b -m -p "$2/d.pid" -x /bin/sleep -- "$3"`;
  const run = spawnSync('unshare', ['-m', 'sh', '-c', script, 'sh', APPLET, path('disk'), marker], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], RCINIT_ROOT: dir },
  });
  expect({ status: run.status, stderr: run.stderr }).toStrictEqual({
    status: 2,
    stderr: `start-stop-daemon: unable to open pidfile '${pidfile}' for writing (${why})\n`,
  });
  expect(daemons()).toHaveLength(0);
});

test.runIf(isRoot)('a user without rights guards pid files of its own, and says where it may not', () => {
  const { dir, path, marker, pidIn, daemons } = withSsd({ 'own/': '' });
  chmodSync(dir, 0o755);
  chownSync(path('own'), NOBODY, NOBODY);
  const asNobody = (args: readonly string[], runtimeDir: string) =>
    spawnSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', APPLET, ...args], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', XDG_RUNTIME_DIR: runtimeDir },
    });
  const start = ['-S', '-b', '-m', '-p', path('own/d.pid'), '-x', '/bin/sleep', '--', marker];
  expect(asNobody(start, path('own'))).toMatchObject({ status: 0, stderr: '' });
  expect(asNobody(start, path('own')).status).toBe(1);
  expect(daemons()).toStrictEqual([pidIn('own/d.pid')]);
  expect(readdirSync(path('own/rcinit/pidfiles'))).toHaveLength(2);
  const asRoot = ['-S', '-b', '-c', 'root', '-n', 'none', '-x', '/bin/sleep', '--', marker];
  expect(asNobody(asRoot, path('own')).stderr).toBe(
    'start-stop-daemon: unable to set gid to 0 (Operation not permitted)\n',
  );
  chmodSync(path('own/rcinit/pidfiles'), 0o777);
  expect(asNobody(['-K', '-q', '-R', '5', '-p', path('own/d.pid')], path('own')).status).toBe(0);
  expect(asNobody(start, path('own'))).toMatchObject({
    status: 2,
    stderr: `start-stop-daemon: cannot claim pidfile '${path('own/d.pid')}': "${path('own/rcinit/pidfiles')}" cannot be used (Operation not permitted); let only root and us write there\n`,
  });
});
