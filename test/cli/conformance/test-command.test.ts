/** `rcinit test` as a command: what it prints, how it ends, and that nothing is left of it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CHECKS } from '../../../src/authoring/conformance/try-checks.ts';
import { readStat } from '../../../src/os/process/procfs.ts';
import { writeInitScript } from '../../support/init-script.ts';
import { runApplet, startApplet } from '../../support/run-applet.ts';
import { whyNoPid1 } from '../../support/pid1.ts';
import { waitFor } from '../../support/wait-for.ts';
import { withTree } from '../../support/with-tree.ts';

const ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };
const reason = whyNoPid1('overlay');

const IN_ROOM =
  'in namespaces of its own: files are written to memory, processes and network are its own, /run is empty';

const rcinit = (...args: readonly string[]) => runApplet('rcinit', ['test', ...args], { env: ENV });

test.skipIf(reason !== undefined)('a table for people', async () => {
  const path = writeInitScript('foo', [
    ['echo "NAME is not running"; exit 3', 'exit 0'],
    ['force-reload) ! running || reload', 'force-reload) reload'],
    ['running || exit 7; kill', 'running || start; kill'],
  ]);
  const only = 'stop,status-stopped,force-reload-stopped,reload-stopped';
  const { code, out, err } = await rcinit(path, '--only', only, '--skip', 'force-reload-stopped');
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out.replace(/pid \d+/, 'pid N')).toBe(`${path}, ${IN_ROOM}

ok    stop                    exit 0 (success)
FAIL  status-stopped          exit 0 (running) while it is not running
      expected  exit 3, then stopped
      rule      Pacemaker Administration, "LSB Resource Agents", 5; LSB 3.1, 20.2 "Init Script Actions", status codes
      mend      exit with the code of what was asked: an echo, or \`… || echo not running\`, behind it makes it 0
warn  reload-stopped          it runs afterwards (pid N)
      expected  exit 0 or 7 (3: not implemented), then stopped
      rule      LSB 3.1, 20.2 "Init Script Actions", code 7 "program is not running"
      mend      reload) "$0" status >/dev/null || exit 7; …

3 checks: 1 ok, 1 failed, 1 warning, 0 skipped: it does not behave as required
`);
});

test.skipIf(reason !== undefined)(
  'JSON has all that was called, JUnit and TAP what did not hold',
  async () => {
    const path = writeInitScript('a-b', [['*) usage', '*) echo "<no> # \\"such\\" thing"; exit 1']]);
    const run = (format: string) => rcinit(path, '--only', 'stop-stopped,unknown-action', '--format', format);
    const [json, junit, tap] = await Promise.all([run('json'), run('junit'), run('tap')]);
    expect([json, junit, tap].map(({ code, err }) => ({ code, err }))).toEqual(
      Array.from({ length: 3 }, () => ({ code: 1, err: '' })),
    );
    const { results, ...rest } = JSON.parse(json.out) as Record<string, unknown> & { results: unknown[] };
    expect(rest).toEqual({
      script: path,
      root: '/',
      isolation: 'namespaces',
      passed: false,
      summary: { ok: 1, failed: 1, warning: 0, skipped: 0 },
    });
    expect(results[1]).toMatchObject({
      name: 'unknown-action',
      outcome: 'failed',
      calls: [{ args: ['no-such-action'], output: '<no> # "such" thing\n', isHeld: false }],
    });
    const durations = /time="[\d.]+"|duration_ms: \d+/g;
    expect(junit.out.replace(durations, 'TIME')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="1" errors="0" TIME>
  <testsuite name="${path}" tests="2" failures="1" errors="0" skipped="0" TIME>
    <testcase classname="${path}" name="stop-stopped" TIME/>
    <testcase classname="${path}" name="unknown-action" TIME>
      <failure type="lsb" message="exit 1 (generic or unspecified error), says &quot;&lt;no&gt; # &quot;such&quot; thing&quot;">expected: exit 2 or 3, then stopped
rule: LSB 3.1, 20.2 &quot;Init Script Actions&quot;, codes 2 &quot;invalid argument&quot; and 3 &quot;unimplemented feature&quot;
mend: *) echo &quot;Usage: …&quot; &gt;&amp;2; exit 2 ;;</failure>
    </testcase>
  </testsuite>
</testsuites>
`);
    expect(tap.out.replace(durations, 'TIME')).toBe(`TAP version 14
1..2
ok 1 - stop-stopped
not ok 2 - unknown-action
  ---
  message: "exit 1 (generic or unspecified error), says \\"<no> # \\"such\\" thing\\""
  expected: "exit 2 or 3, then stopped"
  rule: "LSB 3.1, 20.2 \\"Init Script Actions\\", codes 2 \\"invalid argument\\" and 3 \\"unimplemented feature\\""
  mend: "*) echo \\"Usage: …\\" >&2; exit 2 ;;"
  TIME
  ...
`);
  },
);

test('--list names the checks, and the page explains each of them', async () => {
  const { code, out } = await rcinit('--list');
  expect(code).toBe(0);
  const names = out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  expect(names).toEqual(CHECKS.map(({ info }) => info.name));
  const page = readFileSync(join(import.meta.dirname, '../../../docs/testing-scripts.md'), 'utf8');
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  const { out: some } = await rcinit('--list', '--only', 'race');
  expect(some)
    .toBe(`concurrent-starts       race           required  four starts at the same moment make one daemon
stop-during-start       race           required  a stop during a start leaves nothing that a later stop cannot find
`);
});

test('of a misspelt name it says which one may be meant', async () => {
  const root = withTree({ 'etc/init.d/clock!': '#!/bin/sh\n' });
  expect(await rcinit('clok', '--root', root)).toEqual({
    code: 3,
    signal: null,
    out: '',
    err: `rcinit test: cannot test "${root}/etc/init.d/clok": no such file; did you mean clock?\n`,
  });
});

test.each([
  [['x', '--only', 'pacemakr'], 2, 'unknown check "pacemakr"; did you mean pacemaker?'],
  [['x', '--skip', 'zzzzzzzzz'], 2, 'unknown check "zzzzzzzzz"; --list names them'],
  [['x', '--only', 'stop', '--skip', 'lsb'], 2, '--only and --skip leave no check'],
  [['x', '--format', 'xml'], 2, 'unknown format "xml"; use one of text, json, junit, tap'],
  [['x', '--timeout', '0'], 2, '--timeout takes seconds, more than 0 and at most 86400'],
  [[], 2, 'which script? Give a path, or the name of a script in init.d'],
  [
    ['no-such-thing'],
    3,
    'cannot test "/etc/init.d/no-such-thing": no such file; give the path of a script, or its name in init.d',
  ],
  [['/etc/'], 3, 'cannot test "/etc": a folder; give the script in it'],
] as const)('%j ends with %i', async (args, code, text) => {
  expect(await rcinit(...args)).toEqual({ code, signal: null, out: '', err: `rcinit test: ${text}\n` });
});

test('a file that cannot be executed', async () => {
  const path = join(withTree({ foo: '#!/bin/sh\n' }), 'foo');
  expect(await rcinit(path)).toEqual({
    code: 3,
    signal: null,
    out: '',
    err: `rcinit test: cannot test "${path}": not executable; run chmod +x on it\n`,
  });
});

test.skipIf(reason !== undefined)('a script that never comes back is stopped at the time limit', async () => {
  const path = writeInitScript('foo', [['running || launch', 'running || launch; sleep 1001']]);
  const { code, out } = await rcinit(path, '--only', 'start', '--timeout', '0.5', '--json');
  expect(code).toBe(1);
  const { results } = JSON.parse(out) as { results: { got: string; mend: string }[] };
  expect(results.map(({ got, mend }) => ({ got, mend }))).toEqual([
    {
      got: 'still not back after 1 s',
      mend: 'let it come back: a program that stays in the foreground needs --background; --timeout sets the limit',
    },
  ]);
});

test.skipIf(reason !== undefined)('nothing the script does reaches the machine', async () => {
  const dir = withTree({ 'mess!': '' });
  const mess = join(dir, 'mess');
  writeFileSync(
    mess,
    `#!/bin/sh\ntouch ${dir}/file /run/rcinit-mess; hostname mess; setsid sleep 1003 & mount -t tmpfs none ${dir}\n`,
  );
  const TMPDIR = withTree({});
  const before = machineState(TMPDIR);
  const { out } = await runApplet('rcinit', ['test', mess, '--only', 'start', '--json'], {
    env: { ...ENV, TMPDIR },
  });
  expect(JSON.parse(out)).toMatchObject({ results: [{ calls: expect.any(Array) }] });
  expect(machineState(TMPDIR)).toEqual(before);
  expect(readdirSync(dir)).toEqual(['mess']);
  expect(existsSync('/run/rcinit-mess')).toBe(false);
  expect(processesNamed('1003')).toEqual([]);
});

test.skipIf(reason !== undefined).each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'after %s nothing is left',
  async (signal) => {
    const mark = String(100_000 + process.pid);
    const path = writeInitScript('foo', [['sleep 1000', `sleep ${mark}`]]);
    const TMPDIR = withTree({});
    const before = machineState(TMPDIR);
    const { child, ended, output } = startApplet('rcinit', ['test', path], { env: { ...ENV, TMPDIR } });
    await waitFor('the daemon', () => processesNamed(mark).length > 0);
    child.kill(signal);
    const end = await ended;
    await waitFor('the end of all processes', () => processesNamed(mark).length === 0);
    await waitFor('the end of the room', () => roomsOf(path).length === 0);
    // Who was killed says nothing, and could not remove its empty folder.
    const isKilled = signal === 'SIGKILL';
    const words = `rcinit test: interrupted by ${signal}; nothing of it is left\n`;
    expect(end.code).toBe({ SIGINT: 130, SIGTERM: 143, SIGKILL: null }[signal]);
    expect(output.err).toBe(isKilled ? '' : words);
    expect({ ...machineState(TMPDIR), ...(isKilled ? { folders: before.folders } : {}) }).toEqual(before);
  },
);

const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)('--here: the daemon of this machine, and none of it afterwards', async () => {
  const name = `rcinit-here-${process.pid}`;
  const mark = String(200_000 + process.pid);
  const path = writeHereScript(name, mark);
  const { code, out, err } = await rcinit(path, '--here', '--only', 'pacemaker,pipe-released,daemon-pidfile');
  expect(err).toBe('');
  expect(out).toContain(
    `${path}, here: files, processes and network are this machine’s own; what the script changes stays changed\n`,
  );
  expect(out).toContain('\n9 checks: 9 ok, 0 failed, 0 warnings, 0 skipped: it behaves\n');
  expect(code).toBe(0);
  expect(processesNamed(mark)).toEqual([]);
});

test.skipIf(!isRoot)(
  '--here refuses a service that runs; with --force it runs again afterwards',
  async () => {
    const name = `rcinit-force-${process.pid}`;
    const mark = String(300_000 + process.pid);
    const path = writeHereScript(name, mark);
    spawnSync(path, ['start'], { env: ENV });
    const [pid] = processesNamed(mark);
    expect(pid).toBeDefined();
    const refused = await rcinit(path, '--here', '--only', 'start');
    expect(refused.code).toBe(3);
    expect(refused.err).toBe(`rcinit test: cannot test "${path}": it is running; stop it, or add --force\n`);
    expect(processesNamed(mark)).toEqual([pid]);
    const forced = await rcinit(path, '--here', '--force', '--only', 'start,stop');
    expect(forced.code).toBe(0);
    expect(processesNamed(mark)).toHaveLength(1);
    expect(processesNamed(mark)).not.toEqual([pid]);
  },
);

test.skipIf(!isRoot).each(['SIGINT', 'SIGKILL'] as const)(
  '--here: after %s it is stopped',
  async (signal) => {
    const name = `rcinit-${signal.toLowerCase()}-${process.pid}`;
    const mark = String(400_000 + process.pid);
    const path = writeHereScript(name, mark);
    const { child, ended } = startApplet('rcinit', ['test', path, '--here'], {
      env: { ...ENV, TMPDIR: withTree({}) },
    });
    await waitFor('the daemon', () => processesNamed(mark).length > 0);
    const halves = childrenOf(child.pid ?? 0);
    expect(halves).toHaveLength(1);
    child.kill(signal);
    expect(await ended).toEqual(signal === 'SIGKILL' ? { code: null, signal } : { code: 130, signal: null });
    await waitFor('the end of the daemon', () => processesNamed(mark).length === 0);
    await waitFor('the end of the other half', () => !halves.some((pid) => existsSync(`/proc/${pid}`)));
  },
);

/** Writes to the machine's own /run; all of that is gone after the test. */
function writeHereScript(name: string, mark: string): string {
  const path = writeInitScript(name, [['sleep 1000', `sleep ${mark}`]]);
  onTestFinished(() => {
    spawnSync(path, ['stop'], { env: ENV });
    spawnSync('rm', ['-f', `/run/${name}.pid`, `/run/${name}.lock`]);
  });
  return path;
}

/** @param temporary Where the command puts its folders. */
function machineState(temporary: string) {
  const folders = readdirSync(temporary);
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
  return { folders, mounts, host: readFileSync('/proc/sys/kernel/hostname', 'utf8') };
}

function processesNamed(word: string): readonly number[] {
  return allProcesses()
    .filter(([, line]) => line.includes(word) && line.includes('sleep'))
    .map(([pid]) => pid);
}

/** The other halves of a command, without the orphans that have fallen to it. */
function childrenOf(parent: number): readonly number[] {
  return allProcesses()
    .filter(([pid, line]) => readStat(pid)?.ppid === parent && line.includes('test-inside'))
    .map(([pid]) => pid);
}

/** The processes that make and hold the namespaces of a test of this script. */
function roomsOf(path: string): readonly string[] {
  return allProcesses()
    .map(([, line]) => line)
    .filter((line) => line.includes('test-room') && line.includes(path));
}

function allProcesses(): readonly (readonly [pid: number, line: string])[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        readlinkSync(`/proc/${pid}/exe`);
        return [[Number(pid), readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')] as const];
      } catch {
        return [];
      }
    });
}
