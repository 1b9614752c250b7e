import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeUtmp } from '../../src/core/wire/utmp-record.ts';
import { bootInit, describePid1, type Booted } from '../support/booted-init.ts';
import { makeFifo, passGate } from '../support/fifo-gate.ts';
import { APPLETS } from '../support/pid1.ts';
import type { RunResult } from '../support/run-inside.ts';
import { utmpRecord, type UtmpFields } from '../support/utmp-file.ts';
import { waitFor } from '../support/wait-for.ts';
import type { Tree } from '../support/with-tree.ts';

const HEAD = 'id:2:initdefault:\nl2:2:wait:/t/note up\n';
const QUIET = { code: 0, signal: null, stdout: '', stderr: '' };
const CANCELLED = '\r\nShutdown cancelled.\r\n';
const COMMANDS = ['init', 'shutdown', 'halt', 'reboot', 'poweroff'];
/** An entry's program that notes what init and shutdown say about the power, and lets the test look before it goes on. */
const LAST_WORD =
  '#!/bin/sh\necho "level $RUNLEVEL from $PREVLEVEL, INIT_HALT=$INIT_HALT" >>/log\nread -r _ </gate\n';

/** A machine whose commands are ours, up in level 2. */
async function boot(table = '', tree: Tree = {}): Promise<Booted> {
  const links = Object.fromEntries(COMMANDS.map((name) => [`sbin/${name}=`, join(APPLETS, name)]));
  const init = await bootInit(HEAD + table, { tree: { ...links, 'last!': LAST_WORD, ...tree } });
  makeFifo(join(init.dir, 'gate'));
  await init.noted('up 2 N');
  return init;
}

/** By its path: further ahead in PATH there may be those of this machine. */
function ours([name = '', ...args]: readonly string[]): readonly string[] {
  return [`/sbin/${name}`, ...args];
}

const LEVELS = 'd:0156:wait:/last\n';

async function waitForPidFile(init: Booted): Promise<void> {
  await waitFor('the pid file', () => existsSync(init.path('/run/shutdown.pid')));
}

function logIn(init: Booted, ...records: readonly UtmpFields[]): void {
  writeFileSync(init.path('/run/utmp'), Buffer.concat(records.map(utmpRecord)));
}

describePid1('shutdown', () => {
  test.each<[args: string[], line: string, status: number]>([
    [['-h', 'now'], 'level 0 from 2, INIT_HALT=', 0],
    [['-h', '-P', '+0', 'hypervisor initiated shutdown'], 'level 0 from 2, INIT_HALT=POWEROFF', 0],
    [['-h', '-H', 'now'], 'level 0 from 2, INIT_HALT=HALT', 0],
    [['-r', 'now'], 'level 6 from 2, INIT_HALT=', 133],
  ])('%j leads through the level to the end', async (args, line, status) => {
    const init = await boot(LEVELS);
    expect(await init.run(['/sbin/shutdown', ...args])).toEqual(QUIET);
    await init.noted(line);
    expect(existsSync(init.path('/run/shutdown.pid'))).toBe(false);
    await passGate(join(init.dir, 'gate'));
    expect(await init.exited).toEqual({ code: status, signal: null });
  });

  test('now leads to maintenance; what an earlier one said about the power is taken back', async () => {
    const init = await boot(LEVELS);
    await init.run(['/sbin/init', '-e', 'INIT_HALT=HALT']);
    expect(await init.run(['/sbin/shutdown', 'now'])).toEqual(QUIET);
    await init.noted('level 1 from 2, INIT_HALT=');
  });

  test('becomes /sbin/init, with the time between TERM and KILL', async () => {
    const init = await boot();
    await init.run(['rm', '/sbin/init']);
    writeFileSync(init.path('/sbin/init'), '#!/bin/sh\necho "$$ $0 $* $FOO"\nexit 5\n', { mode: 0o755 });
    const call = 'echo $$; exec /sbin/shutdown -t 7 -r now';
    const { code, stdout, stderr } = await init.run(['sh', '-c', call], { env: { FOO: 'bar' } });
    const [pid] = stdout.split('\n');
    expect([code, stdout, stderr]).toEqual([5, `${pid}\n${pid} /sbin/init -t 7 6 bar\n`, '']);
  });

  test('without /sbin/init it asks the init that runs', async () => {
    const init = await boot(LEVELS);
    await init.run(['rm', '/sbin/init']);
    expect(await init.run(['/sbin/shutdown', '-h', '-P', 'now'])).toEqual(QUIET);
    await init.noted('level 0 from 2, INIT_HALT=POWEROFF');
  });

  test('+3 closes logins, -c opens them again, and both say so', async () => {
    const init = await boot(LEVELS);
    const waiting = init.run(['/sbin/shutdown', '-h', '-P', '+3', 'for a new disk']);
    const nologin = await waitFor('nologin', () => readIfAny(init.path('/run/nologin')));
    expect(nologin).toMatch(/^\rThe system is going down on [^\r\n]+\n\r\nfor a new disk \r\n$/);
    expect(await init.run(['/sbin/shutdown', '-c'])).toEqual(QUIET);
    expect(await waiting).toEqual({ ...QUIET, stdout: CANCELLED });
    expect(existsSync(init.path('/run/nologin'))).toBe(false);
    expect(existsSync(init.path('/run/shutdown.pid'))).toBe(false);
    expect(init.log()).toEqual(['up 2 N']);
  });

  test('is not stopped by the hang-up of its terminal, nor by a second one', async () => {
    const init = await boot(LEVELS);
    const waiting = init.run(['/sbin/shutdown', '-h', '+20']);
    await waitForPidFile(init);
    const pid = readFileSync(init.path('/run/shutdown.pid'), 'utf8').trim();
    await init.run(['kill', '-HUP', pid]);
    expect(await init.run(['/sbin/shutdown', '-r', 'now'])).toEqual({
      ...QUIET,
      code: 1,
      stderr: '\rshutdown: already running.\r\n',
    });
    await init.run(['kill', '-INT', pid]);
    expect(await waiting).toEqual({ ...QUIET, stdout: CANCELLED });
  });
});

function readIfAny(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** On its way through a terminal each newline gets a carriage return. */
function shown(text: string): string {
  return text.replaceAll('\n', '\r\n');
}

describePid1('what users are told', () => {
  const TIME = String.raw`\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}`;
  const banner = `\r\nBroadcast message from root@${hostname()} (TIME):\r\n\r\n`;
  const joe = { type: 7, line: 'console', id: 'co', user: 'joe' };
  /** Without what init says there itself. */
  const heard = (init: Booted): string =>
    init.console.raw.replaceAll(/\r?INIT: [^\n]*\n/g, '').replace(new RegExp(TIME, 'g'), 'TIME');
  const hears = (init: Booted, text: string) => waitFor('the text', () => heard(init) === shown(text));

  test('the message, when, and that it is cancelled', async () => {
    const init = await boot();
    logIn(init, joe);
    const waiting = init.run(['/sbin/shutdown', '-k', '-r', '+7', 'new', 'kernel']);
    const first = `${banner}new kernel \r\n\rThe system is going DOWN for reboot in 7 minutes!\r\n`;
    await hears(init, first);
    expect(await init.run(['/sbin/shutdown', '-c', 'not', 'today'])).toEqual(QUIET);
    await hears(init, `${first}${banner}not today \r\n`);
    expect(await waiting).toEqual({ ...QUIET, stdout: CANCELLED });
    expect(await init.run(['/sbin/shutdown', '-k', '-h', 'now'])).toEqual({ ...QUIET, stdout: CANCELLED });
    const last = `${banner}\rThe system is going down for system halt NOW!\r\n`;
    expect(heard(init)).toBe(shown(`${first}${banner}not today \r\n${last}`));
    expect(init.log()).toEqual(['up 2 N']);
  });

  test('control characters cannot do anything to their terminals', async () => {
    const init = await boot();
    logIn(init, joe);
    await init.run(['/sbin/shutdown', '-k', 'now', '\u001b[2Jbell\u0007', 'größer']);
    expect(heard(init)).toBe(
      shown(`${banner}^[[2Jbell^G größer \r\n\rThe system is going down to maintenance mode NOW!\r\n`),
    );
  });

  test('once for each terminal; nothing is written to what is none, or to where nobody is logged in', async () => {
    const init = await boot('', { precious: 'mine' });
    logIn(
      init,
      { ...joe, line: 'null' },
      { ...joe, line: '../precious' },
      { ...joe, line: '/precious' },
      { ...joe, line: 'missing' },
      { ...joe, line: '' },
      { ...joe, type: 6 },
      { ...joe, type: 8 },
      { ...joe, user: '' },
    );
    expect(await init.run(['/sbin/shutdown', '-k', 'now'])).toEqual({ ...QUIET, stdout: CANCELLED });
    expect([heard(init), readFileSync(init.path('/precious'), 'utf8')]).toEqual(['', 'mine']);
    logIn(
      init,
      { ...joe, line: '/dev/console' },
      { ...joe, line: 'missing' },
      { ...joe, line: '/dev/console', id: '2' },
    );
    await init.run(['/sbin/shutdown', '-k', 'now']);
    expect(heard(init)).toBe(shown(`${banner}\rThe system is going down to maintenance mode NOW!\r\n`));
  });

  test('a terminal that was stopped does not hold it up', async () => {
    const init = await boot(LEVELS);
    logIn(init, joe);
    // Ctrl-S; whoever writes there now without care waits until Ctrl-Q.
    init.type('\u0013');
    expect(await init.run(['/sbin/shutdown', '-h', 'now', 'x'.repeat(10_000)])).toEqual(QUIET);
    await init.noted('level 0 from 2, INIT_HALT=');
    init.type('\u0011');
  });
});

describePid1('halt, reboot, poweroff', () => {
  test.each<[command: string[], line: string, status: number]>([
    [['halt'], 'level 0 from 2, INIT_HALT=HALT', 0],
    [['halt', '-p'], 'level 0 from 2, INIT_HALT=POWEROFF', 0],
    [['poweroff'], 'level 0 from 2, INIT_HALT=POWEROFF', 0],
    [['reboot', '-t', '2'], 'level 6 from 2, INIT_HALT=', 133],
  ])('%j in level 2 is a shutdown', async (command, line, status) => {
    const init = await boot(LEVELS);
    expect(await init.run(ours(command))).toEqual(QUIET);
    await init.noted(line);
    await passGate(join(init.dir, 'gate'));
    expect(await init.exited).toEqual({ code: status, signal: null });
  });

  test('the first shutdown of /sbin, /etc and /bin is called', async () => {
    const script = '#!/bin/sh\necho "$0 $*" >>/log\n';
    const init = await boot('', { 'etc/shutdown!': script });
    await init.run(['rm', '/sbin/shutdown']);
    expect(await init.run(ours(['reboot', '-t', '5']))).toEqual(QUIET);
    expect(await init.run(ours(['poweroff']))).toEqual(QUIET);
    expect(init.log().slice(1)).toEqual(['/etc/shutdown -r -t 5 now', '/etc/shutdown -h -P now']);
  });

  /** The kernel ends the namespace's init, and its parent sees 1 for a restart and 2 for everything else. */
  describe('end a PID namespace through reboot(2)', () => {
    test.each<[inLevel: string, command: string, signal: NodeJS.Signals]>([
      ['6', '/sbin/reboot -d -f -i', 'SIGHUP'],
      ['6', '/sbin/reboot', 'SIGHUP'],
      ['6', '/sbin/reboot -k', 'SIGHUP'],
      ['0', '/sbin/halt', 'SIGINT'],
      ['0', '/sbin/halt -d -f -i -p -h', 'SIGINT'],
      ['0', '/sbin/poweroff -n', 'SIGINT'],
    ])('in level %s: %s', async (level, command, signal) => {
      const init = await boot(`x:${level}:wait:${command}\n`, { 'var/log/wtmp': '' });
      await init.telinit(level);
      expect(await init.exited).toEqual({ code: null, signal });
      const records = decodeUtmp(readFileSync(join(init.dir, 'var/log/wtmp')));
      const shutdowns = records.filter(({ user }) => user === 'shutdown');
      const isRecorded = !/ -[dn]/.test(command);
      expect(shutdowns).toMatchObject(isRecorded ? [{ type: 1, id: '~~', line: '~~', pid: 0 }] : []);
    });

    test.each<[command: string[], signal: NodeJS.Signals]>([
      [['reboot', '-f'], 'SIGHUP'],
      [['reboot', '-m', '0 tryboot'], 'SIGHUP'],
      [['halt', '-f'], 'SIGINT'],
      [['poweroff', '-f'], 'SIGINT'],
      [['shutdown', '-n', '-t', '0', '-r', 'now'], 'SIGHUP'],
      [['shutdown', '-n', '-t', '0', '-h', 'now'], 'SIGINT'],
    ])('at once: %j', async (command, signal) => {
      const init = await boot('s:2:respawn:/t/stay daemon\n', { 'var/log/wtmp': '' });
      await init.noted('daemon 2 N');
      const [ended] = await Promise.all([init.exited, init.run(ours(command))]);
      expect(ended).toEqual({ code: null, signal });
      const records = decodeUtmp(readFileSync(join(init.dir, 'var/log/wtmp')));
      expect(records.filter(({ user }) => user === 'shutdown')).toHaveLength(1);
    });
  });

  test('shutdown -n says what it does, takes everybody down and starts nothing again', async () => {
    const init = await boot('s:2:respawn:/t/deaf daemon\n');
    await init.noted('daemon 2 N');
    const run = init.run(['sh', '-c', 'exec /sbin/shutdown -n -t 1 -r now >/dev/console 2>&1']);
    expect(await init.exited).toEqual({ code: null, signal: 'SIGHUP' });
    await run;
    const lines = init.console.lines.filter((line) => /^shutdown|^Please/.test(line));
    expect(lines).toEqual([
      'shutdown: sending all processes the TERM signal...',
      'shutdown: sending all processes the KILL signal.',
      'shutdown: turning off swap',
      'shutdown: unmounting all file systems',
      'Please stand by while rebooting the system.',
    ]);
    expect(init.log()).toEqual(['up 2 N', 'daemon 2 N']);
  });

  describe('where reboot(2) is not permitted', () => {
    const WITHOUT = ['setpriv', '--bounding-set', '-sys_boot', '--inh-caps', '-sys_boot'];
    const end = (level: string) =>
      `Operation not permitted; a container is ended from outside, or by its init: telinit ${level}\n`;

    test('the last script of level 0 leaves it to init, which ends after it', async () => {
      const line = `x:0:wait:/bin/sh -c '${WITHOUT.join(' ')} /sbin/halt -d -f -i -p -h; echo "exit $?" >>/log'\n`;
      const init = await boot(line);
      await init.telinit('0');
      expect(await init.exited).toEqual({ code: 0, signal: null });
      expect(init.log()).toEqual(['up 2 N', 'exit 0']);
      expect(init.console.lines).toContain(`halt: cannot power off the machine: ${end('0')}`.trim());
    });

    test('nor without FFI, which is told apart; shutdown works all the same', async () => {
      const init = await boot(LEVELS);
      const env = { RCINIT_NO_FFI: '1' };
      expect(await init.run(ours(['halt', '-f']), { env })).toEqual({
        ...QUIET,
        code: 1,
        stderr:
          'halt: cannot halt the machine: Function not implemented; rcinit check says why the system call cannot be made\n',
      });
      expect(await init.run(ours(['halt']), { env })).toEqual(QUIET);
      await init.noted('level 0 from 2, INIT_HALT=HALT');
    });

    test.each<[command: string[], stderr: string]>([
      [['halt', '-f', '-i'], `halt: cannot halt the machine: ${end('0')}`],
      [['poweroff', '-f'], `poweroff: cannot power off the machine: ${end('0')}`],
      [['reboot', '-m', 'x'], `reboot: cannot restart the machine: ${end('6')}`],
      [['shutdown', '-n', '-r', 'now'], `shutdown: cannot go down without init: ${end('6')}`],
      [['shutdown', '-n', '-h', 'now'], `shutdown: cannot go down without init: ${end('0')}`],
    ])('%j says so before it touches anything: 1', async (command, stderr) => {
      const init = await boot('s:2:respawn:/t/stay daemon\n', { 'var/log/wtmp': '' });
      await init.noted('daemon 2 N');
      expect(await init.run([...WITHOUT, ...ours(command)])).toEqual({
        ...QUIET,
        code: 1,
        stderr,
      } satisfies RunResult);
      const records = decodeUtmp(readFileSync(init.path('/var/log/wtmp')));
      expect(records.filter(({ user }) => user === 'shutdown')).toEqual([]);
      expect(init.log()).toEqual(['up 2 N', 'daemon 2 N']);
      expect(existsSync(init.path('/run/shutdown.pid'))).toBe(false);
    });
  });
});
