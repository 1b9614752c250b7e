import { expect, test } from 'vitest';
import { parseSsdOptions, type ParsedSsd } from '../../../../src/core/daemon/ssd-options.ts';

function problemOf(line: string): string {
  const parsed: ParsedSsd = parseSsdOptions(line.split(' ').filter((word) => word !== ''));
  if (parsed.kind === 'run') return 'run';
  return 'message' in parsed
    ? `${parsed.kind}${parsed.isStatus ? ' of status' : ''}: ${parsed.message}`
    : parsed.kind;
}

test.each([
  ['', 'usage: need one of --start or --stop or --status'],
  ['--help --foo', 'help'],
  ['--foo --help', "usage: unrecognized option '--foo'"],
  ['-V', 'version'],
  ['--start --stop', 'usage: only one command can be specified'],
  ['-S -S -x a', 'run'],
  ['--p', "usage: option '--p' is ambiguous; possibilities: '--pid' '--ppid' '--pidfile' '--procsched'"],
  ['-K --pidf x --ex y', 'run'],
  ['-T --foo', "usage of status: unrecognized option '--foo'"],
  ['--foo -T', "usage: unrecognized option '--foo'"],
  ['-T', 'usage of status: need at least one of --exec, --pid, --ppid, --pidfile, --user or --name'],
  ['-S -p x', 'usage: --start needs --exec or --startas'],
  ['-S -m -x a', 'usage: --make-pidfile requires --pidfile'],
  ['-K --remove-pidfile -n a', 'usage: --remove-pidfile requires --pidfile'],
  ['-K -p x --pid 3', 'usage: need either --pid or --pidfile, not both'],
  ['-K -b -p x', 'usage: --background is only relevant with --start'],
  ['-S -C -x a', 'usage: --no-close is only relevant with --background'],
  ['-S -O /a -x a', 'usage: --output is only relevant with --background'],
  ['-K -b -O a -p x', 'usage: --output file needs to be an absolute filename'],
  ['-K --pid 0', 'usage: pid value must be a number greater than 0'],
  ['-K --ppid x', 'usage: ppid value must be a number greater than 0'],
  ['-K -s FOO -p x', 'usage: signal value must be numeric or name of signal (KILL, INT, ...)'],
  ['-S -x a -P foo', 'usage: invalid process scheduler policy'],
  ['-S -x a -P rr:x', 'fatal: invalid process scheduler priority'],
  ['-S -x a -P rr', 'usage: process scheduler priority less than min'],
  ['-S -x a -P rr:100', 'usage: process scheduler priority greater than max'],
  ['-S -x a -I foo', 'usage: invalid IO scheduler policy'],
  ['-S -x a -I real-time:x', 'fatal: invalid IO scheduler priority'],
  ['-S -x a -I best-effort:8', 'usage: IO scheduler priority greater than max'],
  ['-S -x a -k -1', 'usage: umask value must be a positive number'],
  ['-S -x a --notify-timeout x', 'usage: invalid notify timeout value'],
  ['-S -x a -c u:', 'fatal: missing group name'],
])('parseSsdOptions %j: %s', (line, expected) => {
  expect(problemOf(line)).toBe(expected);
});

test('parseSsdOptions reads every option', () => {
  const words =
    '-S -a /a -n nm -o --ppid 4 -p p.pid -q -s HUP -t -u usr -g grp -r /r -v -x /x -c u:g -N -5 -P rr:7 -I idle -k 022 -b --notify-await --notify-timeout 9 -C -O /o -m --remove-pidfile -R 3 -d /d arg -- -x --arg';
  expect(parseSsdOptions(words.split(' '))).toStrictEqual({
    kind: 'run',
    warning: undefined,
    request: {
      command: 'start',
      args: ['arg', '-x', '--arg'],
      exec: '/x',
      startas: '/a',
      name: 'nm',
      user: 'usr',
      pid: undefined,
      ppid: 4,
      pidfile: 'p.pid',
      group: 'g',
      chuid: 'u',
      signo: 1,
      schedule: {
        steps: [
          { kind: 'signal', signo: 1 },
          { kind: 'wait', seconds: 3 },
          { kind: 'signal', signo: 9 },
          { kind: 'wait', seconds: 3 },
        ],
        repeatFrom: undefined,
      },
      chroot: '/r',
      chdir: '/d',
      nice: -5,
      processScheduler: { name: 'rr', number: 2, priority: 7 },
      ioScheduler: { name: 'idle', number: 3, priority: 7 },
      umask: 18,
      background: true,
      notifyAwait: true,
      notifyTimeoutSeconds: 9,
      keepDescriptors: true,
      output: '/o',
      makePidfile: true,
      removePidfile: true,
      okNothingDone: true,
      test: true,
      verbosity: 'verbose',
    },
  });
});

test.each([
  ['-g 5 -c u', '5'],
  ['-g 5 -c u:7', '7'],
  ['-c u:7 -g 5', '5'],
  ['-c :7', '7'],
])('parseSsdOptions lets the last group count: %s', (line, group) => {
  const parsed = parseSsdOptions(['-S', '-x', 'a', ...line.split(' ')]);
  expect(parsed.kind === 'run' && parsed.request.group).toBe(group);
});

test('parseSsdOptions warns of a name that the kernel cuts', () => {
  const parsed = parseSsdOptions(['-K', '-n', 'sixteen-letters!']);
  expect(parsed.kind === 'run' && parsed.warning).toBe(
    'this system is not able to track process names\nlonger than 15 characters, please use --exec instead of --name.',
  );
});

test.each([
  ['--stdout', "--stdout is OpenRC's: use --output FILE"],
  ['-w', "-w is OpenRC's --wait: use --notify-await, or ask --status afterwards"],
  ['--toString', undefined],
])('parseSsdOptions knows what other programs of the name call it: %s', (option, hint) => {
  const parsed = parseSsdOptions(['-S', '-x', 'a', option]);
  expect(parsed.kind === 'usage' && parsed.hint).toBe(hint);
});

test('parseSsdOptions ends at the first operand if POSIX wants it', () => {
  const parsed = parseSsdOptions(['-S', '-x', 'a', 'one', '-t'], { posix: true });
  expect(parsed.kind === 'run' && parsed.request.args).toStrictEqual(['one', '-t']);
});
