/** The daemon shim under every shell that may be /bin/sh, called as os/daemon/launch-daemon calls it. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseShimReport } from '../../../src/core/daemon/shim-report.ts';
import { parseSidecar } from '../../../src/core/daemon/daemon-sidecar.ts';
import { describeProcess } from '../../../src/os/process/process-view.ts';
import { withTree } from '../../support/with-tree.ts';

const SHIM = join(import.meta.dirname, '../../../src/sh/daemon-shim');
const SHELLS = [['dash'], ['busybox', 'sh'], ['bash', '--posix']].filter(
  ([shell]) => shell !== undefined && spawnSync(shell, ['-c', ':']).error === undefined,
);

interface ShimRun {
  readonly report: string;
  readonly leader: number | string | null;
}

/** @param mode As the shim's first argument. */
async function runShim(
  shell: readonly string[],
  dir: string,
  mode: string,
  argv: readonly string[],
): Promise<ShimRun> {
  const path = (name: string) => join(dir, name);
  const fds = ['lock', 'new', 'id', 'err'].map((name) => openSync(path(name), 'w'));
  const [lock = 0, fresh = 0, id = 0, err = 0] = fds;
  const words = [SHIM, mode, '100', path('d.pid'), path('new'), '', 'PWD OLDPWD SHLVL', '3 4 5 6 7'];
  const [file = '', ...rest] = [...shell, ...words, ...argv];
  const child = spawn(file, rest, {
    cwd: '/',
    detached: mode !== 'foreground',
    env: { PATH: '/usr/bin:/bin', shown: 'yes' },
    stdio: ['ignore', err, err, lock, 'pipe', fresh, id, err],
  });
  for (const fd of fds) closeSync(fd);
  let report = '';
  child.stdio[4]?.on('data', (chunk) => (report += String(chunk)));
  const leader = await new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  const pid = /^pid (\d+)$/m.exec(report)?.[1];
  onTestFinished(() => {
    if (pid !== undefined) spawnSync('kill', ['-KILL', pid]);
  });
  return { report, leader };
}

test.each(SHELLS)('the shim under %s becomes the daemon', async (...shell) => {
  const dir = withTree({});
  const { report, leader } = await runShim(shell.filter(Boolean), dir, 'background', ['/bin/sleep', '86400']);
  const parsed = parseShimReport(report);
  expect(parsed.kind).toBe('running');
  expect(leader).toBe('SIGKILL');
  const pid = parsed.pid ?? 0;
  expect(readFileSync(join(dir, 'd.pid'), 'utf8')).toBe(`${pid}\n`);
  expect(parseSidecar(readFileSync(join(dir, 'id'), 'utf8'))).toStrictEqual(describeProcess(pid));
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toBe('/bin/sleep\x0086400\0');
  expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max open files +100 /m);
  const names = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean).sort();
  // bash counts and notes its own exec, whatever it is told.
  expect(names.filter((name) => !/^(_|SHLVL)=/.test(name))).toStrictEqual([
    'PATH=/usr/bin:/bin',
    'shown=yes',
  ]);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  expect(status).toMatch(/^SigIgn:\t0{16}$/m);
  expect(status).toMatch(/^SigBlk:\t0{16}$/m);
  // What the test runner itself has open above that is not the shim's to close.
  expect(readdirSync(`/proc/${pid}/fd`).filter((fd) => fd.length === 1)).toStrictEqual(['0', '1', '2']);
});

test.each(SHELLS)('the shim under %s tells that the program does not exist', async (...shell) => {
  const { report } = await runShim(shell.filter(Boolean), withTree({}), 'background', ['/no/such/program']);
  expect(parseShimReport(report)).toMatchObject({ kind: 'failed', execStatus: 127 });
});

test.each(SHELLS)('the shim under %s tells that the program cannot be executed', async (...shell) => {
  const { report } = await runShim(shell.filter(Boolean), withTree({}), 'background', ['/etc/passwd']);
  expect(parseShimReport(report)).toMatchObject({ kind: 'failed', execStatus: 126 });
});

test.each(SHELLS)('the shim under %s starts nothing if the pid cannot be written', async (...shell) => {
  // mv moves a file into a folder, but not over the folder of the same name in there.
  const dir = withTree({ 'd.pid/new/x': '' });
  const { report } = await runShim(shell.filter(Boolean), dir, 'background', ['/bin/sleep', '86400']);
  expect(parseShimReport(report)).toMatchObject({ kind: 'failed', pid: undefined, execStatus: undefined });
});

test.each(SHELLS)('the shim under %s stays the same process in the foreground', async (...shell) => {
  const dir = withTree({});
  const script = 'test "$(cat "$0")" = $$ && exit 42';
  const argv = ['/bin/sh', '-c', script, join(dir, 'd.pid')];
  const { report, leader } = await runShim(shell.filter(Boolean), dir, 'foreground', argv);
  expect(parseShimReport(report).kind).toBe('running');
  expect(leader).toBe(42);
});

test.each(SHELLS)('the shim under %s passes every argument on as it is', async (...shell) => {
  const dir = withTree({});
  const words = ['', ' two  words ', '*', '$HOME', '`id`', "it's", '-n', 'new\nline'];
  const argv = ['/bin/sh', '-c', 'printf "<%s>" "$@" >"$0"', join(dir, 'words'), ...words];
  await runShim(shell.filter(Boolean), dir, 'foreground', argv);
  expect(readFileSync(join(dir, 'words'), 'utf8')).toBe(words.map((word) => `<${word}>`).join(''));
});
