/** daemon(7), "SysV Daemons": the fifteen steps, each reported from inside the daemon. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';

const TOP = join(import.meta.dirname, '../../..');
const SSD = join(TOP, 'dist/applets/start-stop-daemon');
const PROBE = join(TOP, 'test/fixtures/programs/daemon-probe.sh');
const READY = [
  process.execPath,
  '--import',
  import.meta.resolve('tsx'),
  join(TOP, 'test/fixtures/programs/send-ready.ts'),
  'READY=1',
];
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

/** A caller with everything a daemon should not inherit: descriptors, ignored signals, a mask. */
const CALLER = `
  ulimit -S -n 512
  umask 077
  exec 5</etc/passwd 7>/dev/null
  trap '' HUP USR2
  "$@" &
  wait $!
`;

let dir = '';
let pid = 0;
let pidfileBefore = '';
let waited = false;
let code: number | null = null;
let starters: readonly number[] = [];
const report = (name: string) => readFileSync(join(dir, 'out', name), 'utf8');
const status = (field: string) => new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(report('status'))?.[1];
/** As stat(5) counts them; the shell's name has no blanks. */
const stat = (field: number) => Number(report('stat').split(' ')[field - 1]);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rcinit-test-'));
  chmodSync(dir, 0o755);
  mkdirSync(join(dir, 'out'));
  // The daemon is nobody, and writes its report there.
  chmodSync(join(dir, 'out'), 0o777);
  const options = ['-S', '-b', '-m', '-p', join(dir, 'd.pid'), '--notify-await', '-k', '0', '-n', 'none'];
  const rights = isRoot ? ['-c', 'nobody'] : [];
  const probe = ['-a', PROBE, '--', join(dir, 'out'), 'sh', '-c', `"$@"; : >${join(dir, 'out/sent')}`, 'sh'];
  const starter = spawn('/bin/sh', ['-c', CALLER, 'sh', SSD, ...options, ...rights, ...probe, ...READY], {
    env: {
      PATH: '/usr/bin:/bin',
      RCINIT_ROOT: dir,
      COLOUR: 'blue',
      pid: 'callers',
      x: 'callers',
      NOTIFY_SOCKET: '/nowhere',
      LISTEN_FDS: '2',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => starter.once('exit', resolve));
  await waitFor('the probe', () => existsSync(join(dir, 'out/seen')), 20_000);
  pidfileBefore = readFileSync(join(dir, 'd.pid'), 'utf8');
  pid = Number(pidfileBefore);
  starters = [starter.pid ?? 0, ...childrenOf(starter.pid ?? 0)];
  waited = starters.length === 2 && starter.exitCode === null;
  writeFileSync(join(dir, 'out/go'), '');
  code = await ended;
}, 30_000);

afterAll(() => {
  if (pid > 1) process.kill(pid, 'SIGKILL');
  // What the daemon has begun may still write its last file there; ENOTEMPTY is tried again.
  rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

function childrenOf(parent: number): readonly number[] {
  const text = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

test('1: no descriptor above 2 is open', () => {
  // 10 is the shell's own, for its script.
  const open = [...report('fd').matchAll(/ (\d+) -> (.*)$/gm)].filter(([, , target]) => target !== PROBE);
  expect(new Set(open.map(([, fd]) => fd))).toStrictEqual(new Set(['0', '1', '2']));
});

test('2: no signal is ignored', () => expect(status('SigIgn')).toBe('0000000000000000'));

test('3: no signal is blocked', () => expect(status('SigBlk')).toBe('0000000000000000'));

test("4: the environment is the caller's, without what a supervisor said to the caller", () => {
  const lines = report('environ').split('\0').filter(Boolean).sort();
  expect(lines).toStrictEqual([
    'COLOUR=blue',
    expect.stringMatching(/^NOTIFY_SOCKET=\/(run|tmp)\/\.s-s-d-notify\.\w{6}\/notify$/),
    'PATH=/usr/bin:/bin',
    // The calling shell's, made true.
    'PWD=/',
    `RCINIT_ROOT=${dir}`,
    'pid=callers',
    'x=callers',
  ]);
});

test('5: it runs in the background', () => expect(starters).not.toContain(pid));

test('6: it is in a session of its own', () => {
  const ours = Number(readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[3]);
  expect(stat(6)).not.toBe(ours);
  expect(stat(7)).toBe(0);
});

test('7: it is not the leader of the session, so no terminal can become its own', () => {
  expect(stat(6)).not.toBe(pid);
  expect(stat(5)).not.toBe(pid);
});

test('8: the leader of the session is gone, and the daemon is an orphan', () => {
  expect(existsSync(`/proc/${stat(6)}`)).toBe(false);
  expect(starters).not.toContain(stat(4));
});

test('9: the standard streams are /dev/null', () => {
  for (const fd of [0, 1, 2]) expect(report('fd')).toMatch(new RegExp(` ${fd} -> /dev/null$`, 'm'));
});

test('10: the mask is the one that was asked for', () => expect(report('umask')).toBe('0000\n'));

test('11: its folder is /', () => expect(report('cwd')).toBe('/\n'));

test('12: the pid file was there before the daemon, with its pid, and only its owner may change it', () => {
  expect(pidfileBefore).toBe(`${status('Pid')}\n`);
  expect(statSync(join(dir, 'd.pid')).mode & 0o777).toBe(0o644);
});

test.runIf(isRoot)('13: it has the rights of its user and no others', () => {
  const all = (id: number) => Array.from({ length: 4 }, () => id).join('\t');
  expect([status('Uid'), status('Gid'), status('Groups')?.trim()]).toStrictEqual([
    all(NOBODY),
    all(NOBODY),
    String(NOBODY),
  ]);
  expect([status('CapEff'), status('CapPrm'), status('CapAmb')]).toStrictEqual(
    Array.from({ length: 3 }, () => '0000000000000000'),
  );
});

test('14: the starter waits until the daemon says that it is ready', () => {
  expect(waited).toBe(true);
  expect(statSync(join(dir, 'out/go')).mtimeMs).toBeGreaterThan(0);
});

test('15: then the starter ends, with 0', () => expect(code).toBe(0));

test("the limit of open files is the caller's, not the one Node sets itself", () => {
  expect(report('limits')).toMatch(/^Max open files +512 +/m);
});
