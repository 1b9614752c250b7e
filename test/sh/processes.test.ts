import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  installDebianLibrary,
  needDebianLibrary,
  ourLibrary,
  type Library,
} from '../support/debian-shell-library.ts';
import { processesOf } from '../support/sample-root.ts';
import { describeShells, runText, type Shell, type ShellOptions, type ShellRun } from '../support/shells.ts';
import { waitFor } from '../support/wait-for.ts';
import { withTree } from '../support/with-tree.ts';

const debian = needDebianLibrary();
const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65_534;
/** Kernels keep 15 characters of a name; this has 20. */
const LONG_NAME = 'daemon-of-long-name1';

interface Place {
  readonly root: string;
  readonly library: Library;
  /** Path of a program of its own: a copy of sleep(1). */
  readonly daemon: string;
  readonly pidfile: string;
  /** The pid file that is looked at when none is named. */
  readonly usual: string;
}

/** A system root of its own with a daemon's program; what runs below it is killed after the test. */
function makePlace(kind: Library['name']): Place {
  const root = withTree({ 'var/run/': '', 'bin/': '' });
  chmodSync(root, 0o755);
  onTestFinished(() => processesOf(root).forEach((pid) => process.kill(pid, 'SIGKILL')));
  const daemon = addProgram(root, 'sampled');
  const library = kind === 'ours' ? ourLibrary(root) : installDebianLibrary(debian(), root);
  return { root, library, daemon, pidfile: join(root, 'my.pid'), usual: join(root, 'var/run/sampled.pid') };
}

function addProgram(root: string, name: string): string {
  const path = join(root, 'bin', name);
  copyFileSync('/bin/sleep', path);
  chmodSync(path, 0o755);
  return path;
}

/** A process of the program, reaped by us when it ends. */
async function startDaemon(path: string, args: readonly string[] = ['1000']): Promise<number> {
  const child = spawn(path, args, { stdio: 'ignore', cwd: '/' });
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  return child.pid ?? 0;
}

/** A pid that is free, and will be for long. */
async function endedPid(): Promise<number> {
  const child = spawn('true');
  await new Promise((resolve) => child.once('exit', resolve));
  return child.pid ?? 0;
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`);
const gone = (pid: number) => waitFor(`the end of process ${pid}`, () => !isAlive(pid));

function run(shell: Shell, place: Place, text: string, options: ShellOptions = {}): Promise<ShellRun> {
  const env = { ...place.library.env, D: place.daemon, F: place.pidfile, ROOT: place.root, ...options.env };
  return runText(shell, `. '${place.library.functions}'\n${text}`, { ...options, env });
}

/** Runs the text once with each library, in places of their own, and expects the same but for paths and pids. */
async function compare(
  shell: Shell,
  prepare: (place: Place) => Promise<void>,
  text: string,
  options: ShellOptions = {},
): Promise<ShellRun> {
  const runs: ShellRun[] = [];
  for (const kind of ["Debian's", 'ours'] as const) {
    const place = makePlace(kind);
    await prepare(place);
    const ran = await run(shell, place, text, options);
    const plain = (out: string) => out.replaceAll(place.root, 'ROOT').replace(/\b\d{2,}\b/g, 'PID');
    runs.push({ code: ran.code, stdout: plain(ran.stdout), stderr: plain(ran.stderr) });
  }
  expect(runs[1]).toEqual(runs[0]);
  return runs[1] as ShellRun;
}

const nothing = () => Promise.resolve();
const live = async (place: Place) => writeFileSync(place.pidfile, `${await startDaemon(place.daemon)}\n`);
const dead = async (place: Place) => writeFileSync(place.pidfile, `${await endedPid()}\n`);
const holds = (text: string) => (place: Place) => Promise.resolve(writeFileSync(place.pidfile, text));
const usual = (text: string) => (place: Place) => Promise.resolve(writeFileSync(place.usual, text));
const livePadded = async (place: Place) =>
  writeFileSync(place.pidfile, `  00${await startDaemon(place.daemon)} \nmore`);
const liveUsual = async (place: Place) => writeFileSync(place.usual, `${await startDaemon(place.daemon)}\n`);
const two = async (place: Place) => {
  await startDaemon(place.daemon);
  await startDaemon(place.daemon);
};

const unreadable = (place: Place) => holds('1\n')(place).then(() => chmodSync(place.pidfile, 0));

describeShells('init-functions with processes', (shell) => {
  describe('pidofproc and status_of_proc do what Debian’s do', () => {
    test.each([
      ['a live process', live, '-p "$F"', 0],
      ['a dead one', dead, '-p "$F"', 1],
      ['no pid file', nothing, '-p "$F"', 3],
      ['an empty pid file', holds(''), '-p "$F"', 3],
      ['an empty first line', holds('\n1\n'), '-p "$F"', 3],
      ['garbage', holds('abc\n'), '-p "$F"', 1],
      ['no pid file, running', two, '-p "$F"', 3],
      ['the usual pid file', liveUsual, '', 0],
      ['the usual one empty', usual(''), '', 4],
      ['the process table', two, '', 0],
      ['nothing at all', nothing, '', 3],
    ] as const)('%s', async (_what, prepare, args, code) => {
      expect(await compare(shell, prepare, `pidofproc ${args} "$D"`)).toMatchObject({ code });
      expect(await compare(shell, prepare, `status_of_proc ${args} "$D" name`)).toMatchObject({ code });
    });

    test.runIf(IS_ROOT).each([
      ['another user’s process', live, 0],
      ['a pid file that may not be read', unreadable, 4],
    ] as const)('%s', async (_what, prepare, code) => {
      const options = { uid: NOBODY };
      expect(await compare(shell, prepare, 'pidofproc -p "$F" "$D"', options)).toMatchObject({ code });
      expect(await compare(shell, prepare, 'status_of_proc -p "$F" "$D" name', options)).toMatchObject({
        code,
      });
    });

    test('an empty name of a pid file', async () => {
      expect(await compare(shell, live, 'pidofproc -p "" "$D"')).toMatchObject({ code: 3 });
      expect(await compare(shell, live, 'status_of_proc -p "" "$D" name')).toMatchObject({ code: 0 });
    });

    test('wrong arguments', async () => {
      expect(await compare(shell, nothing, 'pidofproc')).toMatchObject({ code: 4 });
      expect(await compare(shell, nothing, 'pidofproc "$D" more')).toMatchObject({ code: 4 });
      expect(await compare(shell, nothing, 'pidofproc -p "$F"')).toMatchObject({ code: 4 });
    });

    test('the processes of the table come highest first', async () => {
      const place = makePlace('ours');
      const pids = [
        await startDaemon(place.daemon),
        await startDaemon(place.daemon),
        await startDaemon(place.daemon),
      ];
      const sorted = pids.sort((a, b) => b - a).join(' ');
      expect(await run(shell, place, 'pidofproc "$D"', { flags: '-eu' })).toEqual({
        code: 0,
        stdout: `${sorted}\n`,
        stderr: '',
      });
    });
  });

  describe('pidofproc by the letter', () => {
    test('prints the running ones of several pids in one file', async () => {
      const place = makePlace('ours');
      const [first, second] = [await startDaemon(place.daemon), await startDaemon(place.daemon)];
      writeFileSync(place.pidfile, `${first} ${await endedPid()}\t${second}\n${process.pid}\n`);
      expect(await run(shell, place, 'pidofproc -p "$F" "$D"')).toEqual({
        code: 0,
        stdout: `${first} ${second}\n`,
        stderr: '',
      });
    });

    test('reads leading zeros and blanks as start-stop-daemon does', async () => {
      const place = makePlace('ours');
      await livePadded(place);
      expect(await run(shell, place, 'pidofproc -p "$F" "$D"')).toMatchObject({ code: 0, stderr: '' });
    });

    test.each([
      '-1\n',
      '0\n',
      '0 0\n',
      '999999999999999999999999\n',
      '12;echo x\n',
      '*\n',
      '\0\u0001\u0002\n',
    ])('takes %j for no process', async (text) => {
      const place = makePlace('ours');
      writeFileSync(place.pidfile, text);
      expect(await run(shell, place, 'pidofproc -p "$F" "$D"')).toEqual({ code: 1, stdout: '', stderr: '' });
    });

    test('does not take the script itself for the daemon', async () => {
      const place = makePlace('ours');
      expect(await run(shell, place, 'echo $$ >"$F"; pidofproc -p "$F" "$D"')).toMatchObject({
        code: 1,
        stdout: '',
      });
    });

    test('does not take a zombie for the daemon', async () => {
      const place = makePlace('ours');
      // It ends when its parent is no shell any more, which would reap it.
      const child = '(while [ "$(cat /proc/$$/comm)" = sh ]; do :; done; exec "$0" 0)';
      const parent = spawn('sh', ['-c', `${child} & echo $!; exec "$0" 1000`, place.daemon], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
      const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8');
      await waitFor('the zombie', () => stat().includes(') Z '));
      writeFileSync(place.pidfile, `${pid}\n`);
      expect(await run(shell, place, 'pidofproc -p "$F" "$D"')).toEqual({ code: 1, stdout: '', stderr: '' });
      expect(await run(shell, place, 'pidofproc "$D"')).toMatchObject({ stdout: `${parent.pid}\n` });
    });

    test('does not wait for ever at a fifo, and says nothing about a directory', async () => {
      const place = makePlace('ours');
      expect(await run(shell, place, 'mkfifo "$F"; pidofproc -p "$F" "$D"')).toEqual({
        code: 3,
        stdout: '',
        stderr: '',
      });
      const other = makePlace('ours');
      mkdirSync(other.pidfile);
      expect(await run(shell, other, 'pidofproc -p "$F" "$D"')).toEqual({ code: 3, stdout: '', stderr: '' });
    });

    test('finds a script that an interpreter runs, and no stranger of the same name', async () => {
      const place = makePlace('ours');
      const script = join(place.root, 'bin/scripted');
      writeFileSync(script, '#!/bin/sh\nread -r x <"$1"\n', { mode: 0o755 });
      const fifo = join(place.root, 'fifo');
      await run(shell, place, `mkfifo '${fifo}'`);
      const pid = await startDaemon(script, [fifo]);
      expect(await run(shell, place, `pidofproc '${script}'`)).toMatchObject({ code: 0, stdout: `${pid}\n` });
      const stranger = addProgram(withTree({ 'bin/': '' }), 'sampled');
      const other = await startDaemon(stranger);
      onTestFinished(() => void process.kill(other, 'SIGKILL'));
      expect(await run(shell, place, 'pidofproc "$D"')).toEqual({ code: 3, stdout: '', stderr: '' });
    });

    test('takes a recycled pid for dead where our start-stop-daemon wrote the file', async () => {
      const place = makePlace('ours');
      const pid = await startDaemon(place.daemon);
      writeFileSync(place.pidfile, `${pid}\n`);
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      const start = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19];
      const folder = join(place.root, 'run/rcinit/pidfiles');
      mkdirSync(folder, { recursive: true });
      const record = (text: string) =>
        writeFileSync(join(folder, `${place.pidfile.replaceAll('/', '%2F')}.id`), text);
      for (const [text, code] of [
        [`${pid} ${start} ${boot}\n`, 0],
        [`${pid} 1 ${boot}\n`, 1],
        [`${pid} ${start} 00000000-0000-0000-0000-000000000000\n`, 1],
        [`${pid + 1} 1 ${boot}\n`, 0],
      ] as const) {
        record(text);
        expect(await run(shell, place, 'pidofproc -p "$F" "$D" >/dev/null', { flags: '-eu' }), text).toEqual({
          code,
          stdout: '',
          stderr: '',
        });
      }
    });
  });

  describe('killproc', () => {
    test.each([
      ['without a signal, stopped', nothing, '', 0],
      ['with TERM, stopped', nothing, 'TERM', 0],
      ['with -TERM, stopped', nothing, '-TERM', 0],
      ['with 15, stopped', nothing, '15', 0],
      ['with HUP, running', live, 'HUP', 0],
      ['with -SIGUSR1, running', live, '-SIGUSR1', 0],
      ['with 10, running', live, '10', 0],
      ['with 0, running', live, '0', 0],
      ['with TERM, running', live, '-TERM', 0],
      ['without a signal, running', live, '', 0],
      ['without a signal, dead', dead, '', 0],
    ] as const)('returns what Debian’s returns %s', async (_what, prepare, signal, code) => {
      expect(await compare(shell, prepare, `killproc -p "$F" "$D" ${signal}`)).toMatchObject({ code });
    });

    test('ends the daemon, waits for its end and removes the pid file', async () => {
      const place = makePlace('ours');
      await live(place);
      const pid = Number(readFileSync(place.pidfile, 'utf8'));
      expect(
        await run(shell, place, 'killproc -p "$F" "$D"; pidofproc -p "$F" "$D"; echo $?', { flags: '-u' }),
      ).toEqual({
        code: 0,
        stdout: '3\n',
        stderr: '',
      });
      expect(existsSync(place.pidfile)).toBe(false);
      await gone(pid);
    });

    test('ends all of several pids, by the usual pid file too', async () => {
      const place = makePlace('ours');
      const pids = [await startDaemon(place.daemon), await startDaemon(place.daemon)];
      writeFileSync(place.usual, `${pids.join(' ')}\n`);
      expect(await run(shell, place, 'killproc "$D"', { flags: '-eu' })).toEqual({
        code: 0,
        stdout: '',
        stderr: '',
      });
      expect(existsSync(place.usual)).toBe(false);
      for (const pid of pids) await gone(pid);
    });

    test('ends what the process table shows when there is no pid file', async () => {
      const place = makePlace('ours');
      const pid = await startDaemon(place.daemon);
      expect(await run(shell, place, 'killproc "$D"')).toEqual({ code: 0, stdout: '', stderr: '' });
      await gone(pid);
    });

    test('ends a daemon whose name the kernel cuts short', async () => {
      const place = makePlace('ours');
      const daemon = addProgram(place.root, LONG_NAME);
      const pid = await startDaemon(daemon);
      writeFileSync(place.pidfile, `${pid}\n`);
      expect(await run(shell, place, `killproc -p "$F" '${daemon}'`)).toEqual({
        code: 0,
        stdout: '',
        stderr: '',
      });
      await gone(pid);
    });

    test('kills what ignores TERM', async () => {
      const place = makePlace('ours');
      const child = spawn('sh', ['-c', 'trap "" TERM; echo ready; exec "$0" 1000', place.daemon], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      await new Promise((resolve) => child.stdout.once('data', resolve));
      writeFileSync(place.pidfile, `${child.pid}\n`);
      expect(await run(shell, place, 'killproc -p "$F" "$D"', { flags: '-eu' })).toEqual({
        code: 0,
        stdout: '',
        stderr: '',
      });
      await gone(child.pid ?? 0);
      expect(child.signalCode).toBe('SIGKILL');
    });

    test('removes a stale pid file, and none that names a living stranger', async () => {
      const place = makePlace('ours');
      await dead(place);
      expect(await run(shell, place, 'killproc -p "$F" "$D"')).toMatchObject({ code: 0 });
      expect(existsSync(place.pidfile)).toBe(false);
      const stranger = await startDaemon(addProgram(place.root, 'stranger'));
      writeFileSync(place.pidfile, `${stranger}\n`);
      expect(await run(shell, place, 'killproc -p "$F" "$D"')).toMatchObject({ code: 0 });
      expect(await run(shell, place, 'killproc -p "$F" "$D" -KILL')).toMatchObject({ code: 7 });
      expect(readFileSync(place.pidfile, 'utf8')).toBe(`${stranger}\n`);
      expect(isAlive(stranger)).toBe(true);
    });

    test('returns 7 for a signal to nobody, 2 for no signal at all; Debian’s 3 and 0 on request', async () => {
      const compat = { env: { RCINIT_COMPAT: 'debian' } };
      expect(await run(shell, makePlace('ours'), 'killproc -p "$F" "$D" -HUP')).toEqual({
        code: 7,
        stdout: '',
        stderr: '',
      });
      expect(await compare(shell, nothing, 'killproc -p "$F" "$D" -HUP', compat)).toMatchObject({ code: 3 });
      const place = makePlace('ours');
      await live(place);
      expect(await run(shell, place, 'killproc -p "$F" "$D" -BOGUS')).toEqual({
        code: 2,
        stdout: '',
        stderr: `test: killproc: "-BOGUS" is no signal for a program "${place.daemon}"\n`,
      });
      expect(await run(shell, place, 'killproc -p "$F" "$D" -BOGUS', compat)).toMatchObject({ code: 0 });
    });

    test.runIf(IS_ROOT)('returns 4 to a user who may not signal it', async () => {
      const place = makePlace('ours');
      await live(place);
      const pid = readFileSync(place.pidfile, 'utf8').trim();
      expect(await run(shell, place, 'killproc -p "$F" "$D"', { uid: NOBODY })).toEqual({
        code: 4,
        stdout: '',
        stderr: `test: killproc: cannot signal process ${pid}: not permitted; run as root\n`,
      });
    });

    test('keeps the pid file where Debian’s does, on request', async () => {
      const compat = { env: { RCINIT_COMPAT: 'debian' } };
      await compare(shell, live, 'killproc -p "$F" "$D"; echo $?; [ -e "$F" ] && echo kept', compat);
      await compare(shell, dead, 'killproc -p "$F" "$D"; echo $?; [ -e "$F" ] && echo kept', compat);
    });
  });

  describe('start_daemon', () => {
    test.each([
      ['returns 0 when it runs already', live, '-p "$F" "$D" 1000', 0],
      ['returns what the program returns', nothing, '-p "$F" "$D" 0', 0],
      ['passes arguments', nothing, '-p "$F" "$D" bogus', 1],
      ['starts despite a dead pid in the file', dead, '-p "$F" "$D" 0', 0],
      ['starts another with -f', live, '-f -p "$F" "$D" 0', 0],
      ['takes -n', nothing, '-n 5 -p "$F" "$D" 0', 0],
      ['takes --', nothing, '-n5 -- "$D" 0', 0],
    ] as const)('%s, as Debian’s does', async (_what, prepare, args, code) => {
      expect(await compare(shell, prepare, `start_daemon ${args}`)).toMatchObject({ code });
    });

    test('starts no second one without -p; Debian’s does, and on request ours', async () => {
      const started = 'started="$ROOT/started"; start_daemon "$D" bogus 2>/dev/null; echo $?';
      expect(await run(shell, makePlace('ours'), started)).toMatchObject({ stdout: '1\n' });
      const place = makePlace('ours');
      await liveUsual(place);
      expect(await run(shell, place, started)).toMatchObject({ stdout: '0\n' });
      const compat = { env: { RCINIT_COMPAT: 'debian' } };
      expect(await compare(shell, liveUsual, started, compat)).toMatchObject({ stdout: '1\n' });
    });

    test('starts no second one of an interpreted daemon', async () => {
      const place = makePlace('ours');
      const script = join(place.root, 'bin/scripted');
      const fifo = join(place.root, 'fifo');
      await run(shell, place, `mkfifo '${fifo}'`);
      writeFileSync(script, '#!/bin/sh\nread -r x <"$1"\n', { mode: 0o755 });
      writeFileSync(place.pidfile, `${await startDaemon(script, [fifo])}\n`);
      expect(await run(shell, place, `start_daemon -p "$F" '${script}' /dev/full; echo $?`)).toEqual({
        code: 0,
        stdout: '0\n',
        stderr: '',
      });
      expect(processesOf(place.root)).toHaveLength(1);
    });

    test('starts despite a living stranger in the pid file', async () => {
      const place = makePlace('ours');
      writeFileSync(place.pidfile, `${await startDaemon(addProgram(place.root, 'stranger'))}\n`);
      expect(await run(shell, place, 'start_daemon -p "$F" "$D" bogus 2>/dev/null')).toMatchObject({
        code: 1,
      });
    });

    test('returns 5 and says so when the program is not there', async () => {
      const place = makePlace('ours');
      expect(await run(shell, place, 'start_daemon -p "$F" /absent/daemon')).toEqual({
        code: 5,
        stdout: '',
        stderr: 'test: cannot start "/absent/daemon": it is not there; install it\n',
      });
    });
  });

  test('the functions leave the getopts of their caller alone', async () => {
    const place = makePlace('ours');
    const text =
      'set -- -a -b -c; while getopts abc o; do printf %s "$o"; pidofproc -p "$F" "$D" || :; done; echo " $OPTIND"';
    expect(await run(shell, place, text, { flags: '-eu' })).toEqual({
      code: 0,
      stdout: 'abc 4\n',
      stderr: '',
    });
  });

  test('in a folder without var/run, run is meant', async () => {
    const root = withTree({ 'run/sampled.pid': `${process.pid}\n` });
    const place = { root, library: ourLibrary(root), daemon: `${root}/sampled`, pidfile: '', usual: '' };
    expect(statSync(join(root, 'run')).isDirectory()).toBe(true);
    expect(await run(shell, place, 'pidofproc "$D"')).toEqual({
      code: 0,
      stdout: `${process.pid}\n`,
      stderr: '',
    });
  });
});
