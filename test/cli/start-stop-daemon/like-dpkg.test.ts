/** The same command lines for ours and for the installed start-stop-daemon: same text, same status. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startSleeper, withSsd } from '../../support/ssd.ts';

const INSTALLED = '/sbin/start-stop-daemon';
const OURS = join(import.meta.dirname, '../../../dist/applets/start-stop-daemon');
const isDpkgs =
  existsSync(INSTALLED) &&
  /1\.2[12]\.\d+ for Debian/.test(spawnSync(INSTALLED, ['--version'], { encoding: 'utf8' }).stdout);

const LINES: readonly string[] = [
  '',
  '--p',
  '--start --stop',
  '--foo=bar',
  '-S',
  '-K --retry TERM -p x',
  '-K --retry TERM/forever -p x',
  '-K --retry term/5 -p x',
  '-K --retry 2147483648 -p x',
  '-K -s FOO -p x',
  '-K --pid 99999999999',
  '-S -x /bin/true -P fifo:x',
  '-S -x /bin/true -I best-effort:9',
  '-T -x',
  '--pidf',
  '--quiet=1',
  '-z',
  '-S -x /bin/true -c nobody:',
  '-S -x /bin/true -c :no-such-group',
  '-S -x /bin/true -r /nosuch',
  '-S -a nosuch -n foo',
  '-K -t -R 5 -p nosuch',
  '-K -n sixteen-letters!',
  '-K -o -n no-such-name',
  '-S -x /bin/true -c nobody:nogroup -t',
  '-S -x /bin/true -g nogroup -t -N 5 -P rr:5 -I idle -r /',
  '-S -x /bin/echo -n zz hello -o there',
  '-T -p text.pid',
  '-K -p text.pid',
  '-K -p folder.pid',
  '-S -x /bin/true -p folder.pid',
  '-S -m -x /bin/true -p link.pid',
  '-T -p /etc/passwd/x',
  '-K -p dead.pid',
  '-K -v -R TERM/1/KILL/1 -p dead.pid',
  '-T -p spaces.pid',
  '-K --pid 999999999',
  '-K --ppid 999999999',
  '-K -u 65500',
  '-T -p live.pid',
  '-T -p live.pid -x /bin/sleep -n sleep',
  '-T -p live.pid -x /bin/true',
  '-T -p live.pid -n slee',
  '-T -p live.pid -u nobody',
  '-S -p live.pid -x /bin/sleep',
  '-S -o -p live.pid -a /bin/true',
  '-K -p live.pid -t',
  '-K -p live.pid -v -s CONT',
  '-K -p live.pid -R CONT/0/CONT/0',
  '-K -p live.pid -s 99',
  '-K -p live.pid -x /bin/true',
  '-K -p folder.pid --remove-pidfile',
  '-K -p text.pid --remove-pidfile',
  '-S -m -p new.pid -x /bin/cat new.pid',
];

describe.runIf(isDpkgs)('the original', () => {
  test.each(LINES)('agrees on: %s', (line) => {
    expect(run(OURS, line)).toStrictEqual(run(INSTALLED, line));
  });
});

/** In a fresh folder each time, with the same files. */
function run(program: string, line: string): unknown {
  const { dir, path, marker } = withSsd({
    'text.pid': 'x\n',
    'dead.pid': '999999999\n',
    'spaces.pid': '\n  999999999 x\n',
    'folder.pid/': '',
    'link.pid=': 'nowhere',
  });
  const pid = startSleeper(marker);
  writeFileSync(path('live.pid'), `${pid}\n`);
  const { status, signal, stdout, stderr } = spawnSync(program, line.split(' ').filter(Boolean), {
    argv0: 'start-stop-daemon',
    cwd: dir,
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', RCINIT_ROOT: dir },
  });
  const same = (text: string) => text.replaceAll(new RegExp(`\\b${pid}\\b`, 'g'), 'PID');
  return {
    status,
    signal,
    stdout: line.includes('new.pid') ? stdout.replace(/^\d+/, 'N') : same(stdout),
    stderr: same(stderr),
  };
}
