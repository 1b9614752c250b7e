/** Only ever in a PID namespace of its own: it signals everybody. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTree } from '../support/with-tree.ts';

const APPLET = join(import.meta.dirname, '../../dist/applets/killall5');
const USER = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
const NAMESPACE = [...USER, '--fork', '--pid', '--mount-proc', '--kill-child'];
const isPermitted = spawnSync('unshare', [...NAMESPACE, 'true']).status === 0;

/** Runs a script as PID 1; `$1` is killall5. Processes started with setsid are the others. */
function inside(script: string): readonly string[] {
  const preamble = `
    other() { setsid sleep "$1" & }
    alive() { for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null; echo; done | sed -n 's/^sleep //p' | sort | tr -d '\\n'; echo; }
    settled() { until [ "$(ps -o args= ax | grep -c '^sleep')" = "$1" ]; do :; done; }
  `;
  const { stdout, stderr } = spawnSync(
    'unshare',
    [...NAMESPACE, '/bin/sh', '-c', preamble + script, 'sh', APPLET],
    {
      encoding: 'utf8',
      timeout: 20_000,
    },
  );
  expect(stderr).toBe('');
  return stdout.split('\n').slice(0, -1);
}

test.runIf(isPermitted)('killall5 signals everybody but its own session and init', () => {
  expect(
    inside(`
      other 1001; other 1002; sleep 1003 &
      settled 3
      "$1" -15; echo $?
      settled 1; alive
    `),
  ).toStrictEqual(['0', '1003 ']);
});

test.runIf(isPermitted)('killall5 without a signal kills', () => {
  expect(
    inside(`
      setsid sh -c 'trap "" TERM; exec sleep 1001' &
      settled 1
      "$1"; echo $?
      settled 0; alive
    `),
  ).toStrictEqual(['0', '']);
});

test.runIf(isPermitted)('killall5 -o leaves processes out', () => {
  expect(
    inside(`
      other 1001; left=$!; other 1002; also=$!; other 1003
      settled 3
      "$1" -9 -o $left,$also; echo $?
      settled 2; alive
      "$1" -9 -o $left -o $also; echo $?
    `),
  ).toStrictEqual(['0', '1001 1002 ', '2']);
});

test.runIf(isPermitted)('killall5 -18 asks whether anybody is left, and wakes who was stopped', () => {
  expect(
    inside(`
      "$1" -18; echo $?
      other 1001; p=$!
      settled 1
      kill -STOP $p
      until grep -q 'State:.T' /proc/$p/status; do :; done
      "$1" -18; echo $?
      until grep -q 'State:.S' /proc/$p/status; do :; done
      echo awake
    `),
  ).toStrictEqual(['2', '0', 'awake']);
});

test.each(['-0', '-32', '-99', '-TERM', '-h', 'x', '-9 -o', '-9 -o 1 -o'])(
  'killall5 %s is wrong use: 1, and nobody is hurt',
  (words) => {
    const { status, stdout, stderr } = spawnSync('unshare', [...NAMESPACE, APPLET, ...words.split(' ')], {
      encoding: 'utf8',
    });
    if (!isPermitted) return;
    expect({ status, stdout, stderr }).toStrictEqual({
      status: 1,
      stdout: '',
      stderr: 'Usage: killall5 -SIGNAL [-o PID[,PID...]]...\n',
    });
  },
);

test.runIf(isPermitted)('killall5 in a folder without an init signals nobody: 2', () => {
  const dir = withTree({ 'run/': '' });
  const run = spawnSync('unshare', [...NAMESPACE, APPLET, '-9'], {
    encoding: 'utf8',
    env: { RCINIT_ROOT: dir },
  });
  expect({ status: run.status, stderr: run.stderr }).toStrictEqual({
    status: 2,
    stderr: `killall5: cannot signal everybody in "${dir}": no init answers there; boot it first\n`,
  });
});
