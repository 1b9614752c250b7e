/** The judgements that no broken script of test/cli/conformance can bring about, or not for sure. */
import { describe, expect, test } from 'vitest';
import { ACTION_CHECKS } from '../../../../src/authoring/conformance/action-checks.ts';
import { resultOf, type CheckInfo, type RunFacts } from '../../../../src/authoring/conformance/check.ts';
import { judgeAction, quote } from '../../../../src/authoring/conformance/judge-action.ts';
import { formatTap } from '../../../../src/authoring/conformance/report-tap.ts';
import { formatJunit } from '../../../../src/authoring/conformance/report-junit.ts';
import { formatTable, isPassed } from '../../../../src/authoring/conformance/report.ts';
import { selectChecks } from '../../../../src/authoring/conformance/select-checks.ts';
import { judgeStatusKilled, judgeStopWaits } from '../../../../src/authoring/conformance/special-checks.ts';

const STOPPED = { isRunning: false, tops: [] };
const RUNNING = { isRunning: true, tops: [7] };

function run(action: string, code: number, output = ''): RunFacts {
  const end = { kind: 'ended', status: { kind: 'exited', code } } as const;
  return { args: [action], end, output, isHeld: false, durationMs: 1 };
}

const action = (name: string) => {
  const check = ACTION_CHECKS.find((one) => one.name === name);
  if (check === undefined) throw new Error(name);
  return check;
};

describe('judgeAction', () => {
  test('status 1 of a stopped service: the pid file', () => {
    const facts = { run: run('status', 1), before: STOPPED, after: STOPPED };
    expect(judgeAction(action('status-stopped'), facts)).toEqual({
      kind: 'broken',
      expected: 'exit 3, then stopped',
      got: 'exit 1 (dead, but its pid file exists) while it is not running',
      mend: 'exit 3 where nothing runs and no pid file is left; 1 says that it died. stop has to remove the pid file',
    });
  });

  test('a usage text is no status, whatever its code is', () => {
    const facts = { run: run('status', 1, '\nUsage: x {start}\n'), before: RUNNING, after: RUNNING };
    expect(judgeAction(action('status-running'), facts)).toMatchObject({
      got: 'it has no status: exit 1, says "Usage: x {start}"',
    });
  });

  test('3 of an action that may be missing is no fault', () => {
    const facts = { run: run('reload', 3), before: RUNNING, after: RUNNING };
    expect(judgeAction(action('reload-running'), facts).kind).toBe('skipped');
  });

  test('a second daemon beside the first is a fault of start', () => {
    const facts = { run: run('start', 0), before: RUNNING, after: { isRunning: true, tops: [7, 8] } };
    expect(judgeAction(action('start-running'), facts)).toMatchObject({
      got: '2 daemons run now instead of 1',
    });
  });

  test('a script that a signal ended', () => {
    const killed = {
      ...run('start', 0),
      end: { kind: 'ended', status: { kind: 'signaled', signal: 'SIGSEGV' } },
    } as const;
    const facts = { run: killed, before: STOPPED, after: RUNNING };
    expect(judgeAction(action('start'), facts)).toMatchObject({ kind: 'broken', got: 'killed by SIGSEGV' });
  });
});

test('quote takes the first line with something in it, shortened, without control characters', () => {
  expect(quote(' \n\u001b[31mno\u001b[0m \nmore')).toBe(', says "?[31mno?[0m"');
  expect(quote('x'.repeat(130))).toBe(`, says "${'x'.repeat(120)}…"`);
  expect(quote(' \n')).toBe('');
});

describe('judgeStatusKilled', () => {
  const left = [{ path: '/run/x.pid', pid: 7, mode: 0o644, folderMode: 0o755 }];
  test.each([
    [1, left, 'held'],
    [2, left, 'held'],
    [3, left, 'broken'],
    [0, left, 'broken'],
    [4, left, 'broken'],
    [1, [], 'held'],
    [3, [], 'held'],
    [0, [], 'broken'],
  ] as const)('%i with %j is %s', (code, files, kind) => {
    expect(judgeStatusKilled({ run: run('status', code), left: files }).kind).toBe(kind);
  });
});

test('a status that always says running is no stop that comes back too early', () => {
  const status = run('status', 0);
  const facts = { run: run('stop', 0), status, pids: [], later: status };
  expect(judgeStopWaits(facts).kind).toBe('held');
  expect(judgeStopWaits({ ...facts, later: run('status', 3) }).kind).toBe('broken');
});

describe('results', () => {
  const info: CheckInfo = {
    name: 'a',
    groups: ['lsb'],
    title: 't',
    level: 'advice',
    rule: 'r',
    mend: 'm',
  };
  const seen = { durationMs: 1500, calls: [] };
  const broken = { kind: 'broken', expected: 'e', got: 'g #1\n<\u0000>' } as const;
  const results = [
    resultOf(info, broken, seen),
    resultOf({ ...info, name: 'b' }, { kind: 'skipped', why: 'no #2' }, seen),
  ];
  const report = { script: '/x/"y"', root: '/', place: 'room', results } as const;

  test('broken advice is a warning, and passes', () => {
    expect(results.map(({ outcome, mend }) => ({ outcome, mend }))).toEqual([
      { outcome: 'warning', mend: 'm' },
      { outcome: 'skipped', mend: '' },
    ]);
    expect(isPassed(report)).toBe(true);
    expect(isPassed({ ...report, results: [resultOf({ ...info, level: 'required' }, broken, seen)] })).toBe(
      false,
    );
  });

  test('in TAP it is a TODO, and a reason cannot begin a directive', () => {
    expect(formatTap(report)).toBe(`TAP version 14
1..2
not ok 1 - a # TODO advice only
  ---
  message: "g #1\\n<\\u0000>"
  expected: "e"
  rule: "r"
  mend: "m"
  duration_ms: 1500
  ...
ok 2 - b # SKIP no \\#2
`);
  });

  test('in JUnit XML it is output of a passed case, and nothing breaks the document', () => {
    expect(formatJunit(report)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="0" errors="0" time="3.000">
  <testsuite name="/x/&quot;y&quot;" tests="2" failures="0" errors="0" skipped="1" time="3.000">
    <testcase classname="/x/&quot;y&quot;" name="a" time="1.500">
      <system-out>warning: g #1
&lt;?&gt;
expected: e
rule: r
mend: m</system-out>
    </testcase>
    <testcase classname="/x/&quot;y&quot;" name="b" time="1.500">
      <skipped message="no #2"/>
    </testcase>
  </testsuite>
</testsuites>
`);
  });
});

describe('formatTable', () => {
  test('what hinders many checks is told once', () => {
    const base = {
      title: 't',
      groups: ['lsb'],
      level: 'required',
      expected: 'e',
      rule: 'r',
      mend: 'm',
      durationMs: 1,
      calls: [],
      outcome: 'failed',
    } as const;
    const hindered = { ...base, got: 'cannot be tried: start does not start it: exit 0 (success)' };
    const results = [
      { ...base, name: 'start', got: 'nothing runs afterwards' },
      { ...hindered, name: 'stop' },
      { ...base, name: 'restart-stopped', got: 'nothing runs afterwards' },
      { ...hindered, name: 'start-killed' },
      { ...hindered, name: 'daemon-cwd', outcome: 'warning' },
    ] as const;
    const report = { script: '/x', root: '/', place: 'room', results } as const;
    const more = '      expected  e\n      rule      r\n      mend      m\n';
    expect(formatTable(report, (_outcome, text) => text))
      .toBe(`FAIL  start                   nothing runs afterwards
${more}FAIL  stop                    cannot be tried: start does not start it: exit 0 (success)
${more}FAIL  restart-stopped         nothing runs afterwards
${more}FAIL  start-killed            cannot be tried for the same reason
warn  daemon-cwd              cannot be tried for the same reason

5 checks: 0 ok, 4 failed, 1 warning, 0 skipped: it does not behave as required
`);
  });
});

describe('selectChecks', () => {
  const info = (name: string, groups: CheckInfo['groups']): CheckInfo => ({
    title: '',
    level: 'required',
    rule: '',
    mend: '',
    name,
    groups,
  });
  const checks = [info('start', ['pacemaker', 'lsb']), info('reload', ['lsb']), info('fds', ['daemon'])];
  test.each([
    [[], [], ['start', 'reload', 'fds']],
    [['lsb'], [], ['start', 'reload']],
    [['lsb'], ['pacemaker'], ['reload']],
    [['fds', 'start'], [], ['start', 'fds']],
    [[], ['daemon', 'reload'], ['start']],
  ] as const)('only %j, skip %j leaves %j', (only, skip, names) => {
    expect(selectChecks(checks, only, skip)).toEqual({ kind: 'selected', names });
  });

  test('a word that names nothing', () => {
    expect(selectChecks(checks, [], ['strat'])).toEqual({ kind: 'unknown', word: 'strat', near: 'start' });
  });
});
