/** One deliberately broken script for every check of `rcinit test`: it is caught, and for the right reason. */
import { expect, test } from 'vitest';
import { CHECKS } from '../../src/authoring/conformance/try-checks.ts';
import type { CheckResult } from '../../src/authoring/conformance/check.ts';
import { writeInitScript, type Breakage } from '../support/init-script.ts';
import { runApplet } from '../support/run-applet.ts';
import { whyNoPid1 } from '../support/pid1.ts';

const ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };
const KILL_AND_WAIT = 'kill "$pid"; while [ -d "/proc/$pid" ]; do sleep 0.01; done';
const STREAMS = '</dev/null >/dev/null 2>&1 3>&-';
const GENERIC = 'exit 1 (generic or unspecified error)';
const NO_SETSID: Breakage = [['setsid sh -c', 'sh -c']];
const WRONG_PRIVILEGE: Breakage = [['exit 4; }', 'exit 1; }']];

interface Broken {
  readonly breakage: Breakage;
  /** With N for every pid. */
  readonly got: string;
  readonly outcome?: 'warning';
}

const BROKEN: Readonly<Record<string, Broken>> = {
  start: {
    breakage: [['running || launch', 'echo "no way"; exit 1']],
    got: `${GENERIC}, says "no way"; nothing runs afterwards`,
  },
  'status-running': {
    breakage: [['echo "NAME is running"; exit 0', 'exit 3']],
    got: 'exit 3 (not running) while it is running',
  },
  'start-running': {
    breakage: [['running || launch', 'if running; then echo "it is running"; exit 1; fi; launch']],
    got: `${GENERIC}, says "it is running"`,
  },
  stop: { breakage: [[KILL_AND_WAIT, ':']], got: 'it runs afterwards (pid N)' },
  'status-stopped': {
    breakage: [['echo "NAME is not running"; exit 3', 'echo "NAME is not running"; exit 0']],
    got: 'exit 0 (running) while it is not running, says "foo is not running"',
  },
  'stop-stopped': { breakage: [['rm -f "$pidfile"', 'rm "$pidfile" 2>/dev/null || exit 1']], got: GENERIC },
  'status-killed': {
    breakage: [['echo "NAME is dead"; exit 1', 'exit 3']],
    got: 'exit 3 (not running) while it is dead and /run/foo.pid is left',
  },
  'start-killed': {
    breakage: [['running || launch', '[ -e "$pidfile" ] || launch']],
    got: 'nothing runs afterwards',
  },
  'stop-killed': {
    breakage: [['if running; then kill', 'if [ -e "$pidfile" ]; then running || exit 1; kill']],
    got: GENERIC,
  },
  'restart-running': {
    breakage: [['restart() { stop; start; }', 'restart() { start; }']],
    got: 'the same process runs on (pid N)',
  },
  'restart-stopped': {
    breakage: [['restart() { stop;', 'restart() { running || exit 0; stop;']],
    got: 'nothing runs afterwards',
  },
  'try-restart-running': {
    breakage: [['try-restart) try_restart', 'try-restart) exit 1']],
    got: `${GENERIC}; the same process runs on (pid N)`,
  },
  'try-restart-stopped': {
    breakage: [['try-restart) try_restart', 'try-restart) restart']],
    got: 'it runs afterwards (pid N)',
  },
  'force-reload-running': {
    breakage: [['force-reload) ! running || reload ;;\n', '']],
    got: 'exit 2 (invalid or excess argument(s)), says "Usage: foo {start|stop|restart|try-restart|reload|force-reload|status}"',
  },
  'force-reload-stopped': {
    breakage: [['force-reload) ! running || reload', 'force-reload) restart']],
    got: 'it runs afterwards (pid N)',
    outcome: 'warning',
  },
  'reload-running': {
    breakage: [['\nreload) reload', '\nreload) restart']],
    got: 'the process is another one now',
  },
  'reload-stopped': {
    breakage: [['\nreload) reload', '\nreload) restart']],
    got: 'it runs afterwards (pid N)',
    outcome: 'warning',
  },
  'unknown-action': { breakage: [['*) usage', '*) exit 1']], got: GENERIC },
  'no-action': { breakage: [['[ $# -eq 1 ] || usage', '[ $# -eq 1 ] || exit 0']], got: 'exit 0 (success)' },
  'bare-environment': {
    breakage: [['umask 022', 'umask 022; [ "${TERM+set}" ] || exit 1']],
    got: `${GENERIC}; nothing runs afterwards`,
  },
  'other-folder': {
    breakage: [['umask 022', 'umask 022; [ -d etc ] || exit 1']],
    got: `${GENERIC}; nothing runs afterwards`,
  },
  'closed-streams': { breakage: [['is started" || :', 'is started" || exit 1']], got: GENERIC },
  'unprivileged-start': {
    breakage: WRONG_PRIVILEGE,
    got: `${GENERIC}, says "foo: only root may do that"`,
  },
  'unprivileged-stop': { breakage: WRONG_PRIVILEGE, got: `${GENERIC}, says "foo: only root may do that"` },
  'unprivileged-status': {
    breakage: [['\nstatus) status', '\nstatus) [ "$(id -u)" -eq 0 ] || exit 3; status']],
    got: 'exit 3 (not running) while it is running',
  },
  'start-waits': {
    breakage: [
      ['until running; do sleep 0.01; done', ':'],
      ["'echo $$ >", "'sleep 0.5; echo $$ >"],
    ],
    got: 'start was back, and status still said exit 3 (not running); a little later exit 0 (running)',
  },
  'stop-waits': {
    breakage: [[KILL_AND_WAIT, '{ sleep 0.5; kill "$pid"; } >/dev/null 2>&1 9>&- &\n:']],
    got: 'stop was back, and pid N still ran',
  },
  'pipe-released': { breakage: [[STREAMS, '</dev/null 3>&-']], got: 'sleep (pid N) keeps it open' },
  'stop-leaves-nothing': {
    breakage: [['  cd /\n', '  cd /\n  setsid tail -f /dev/null </dev/null >/dev/null 2>&1 9>&- &\n']],
    got: 'tail (pid N) left',
  },
  'daemon-pidfile': {
    breakage: [
      ['pidfile=/run/NAME.pid', 'pidfile=/run/NAME.id'],
      ['  cd /\n', '  cd /\n  echo $$ >/run/NAME.pid\n'],
    ],
    got: '/run/foo.pid holds N, which is no process of the service; running: sleep (pid N)',
  },
  'daemon-pidfile-folder': {
    breakage: [
      ['pidfile=/run/NAME.pid', 'mkdir -p /run/NAME; chmod 777 /run/NAME; pidfile=/run/NAME/NAME.pid'],
    ],
    got: '/run/foo/foo.pid has mode 0644, its folder 0777',
  },
  'daemon-parent': {
    breakage: [
      ['  setsid sh -c', '  (setsid sh -c'],
      ['9>&- &\n', '9>&-; :) </dev/null >/dev/null 2>&1 9>&- &\n'],
    ],
    got: 'foo (pid N) is still the script',
    outcome: 'warning',
  },
  'daemon-session': { breakage: NO_SETSID, got: 'sleep (pid N) is in the session of its starter' },
  'daemon-terminal': { breakage: NO_SETSID, got: 'sleep (pid N) has the terminal of its starter' },
  'daemon-stdio': {
    breakage: [[STREAMS, '</dev/null >&- 2>&- 3>&-']],
    got: 'sleep (pid N): 1 is closed, 2 is closed',
  },
  'daemon-descriptors': {
    breakage: [['3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-', '9>&-']],
    got: 'sleep (pid N) has its descriptor 7 open',
    outcome: 'warning',
  },
  'daemon-cwd': {
    breakage: [['  cd /\n', '']],
    got: 'sleep (pid N) is in the folder of its starter',
    outcome: 'warning',
  },
  'daemon-umask': { breakage: [['umask 022\n', '']], got: '0022 and 0077', outcome: 'warning' },
  'daemon-signals': {
    breakage: [
      ['exec sleep 1000', 'trap "" TERM; exec sleep 1000'],
      ['kill "$pid"; while', 'kill -KILL "$pid"; while'],
    ],
    got: 'sleep (pid N) does not hear it',
    outcome: 'warning',
  },
  'terminal-hangup': { breakage: NO_SETSID, got: 'it ended with its terminal' },
  'concurrent-starts': {
    breakage: [['flock 9\n  running || launch', 'running || { sleep 0.5; launch; }']],
    got: 'sleep (pid N), sleep (pid N), sleep (pid N), sleep (pid N); the starts exited 0, 0, 0, 0',
  },
  // A stop that finds nothing leaves word that start shall not go on; start then forgets what it has started.
  'stop-during-start': {
    breakage: [
      [
        'flock 9\n  running || launch',
        [
          'running || {',
          '    setsid sleep 1000 </dev/null >/dev/null 2>&1 9>&- & pid=$!',
          '    sleep 1',
          '    rm "$lock.stop" 2>/dev/null || echo "$pid" >"$pidfile"',
          '  }',
        ].join('\n'),
      ],
      [
        `flock 9\n  if running; then ${KILL_AND_WAIT}; fi`,
        `if running; then ${KILL_AND_WAIT}; else : >"$lock.stop"; fi`,
      ],
    ],
    got: 'start: exit 0 (success); stop: exit 0 (success); one more stop: exit 0 (success), and sleep (pid N) left',
  },
};

const reason = whyNoPid1('overlay');

test('there is a broken script for every check', () => {
  expect(Object.keys(BROKEN)).toEqual(CHECKS.map(({ info }) => info.name));
});

test.skipIf(reason !== undefined)(
  `the script they are made from is right in all checks ${reason ?? ''}`,
  async () => {
    const { code, results, err } = await testScript(writeInitScript('foo'));
    expect(err).toBe('');
    expect(results.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
    expect(results.map(({ name }) => name)).toEqual(CHECKS.map(({ info }) => info.name));
    expect(code).toBe(0);
  },
  120_000,
);

test.skipIf(reason !== undefined).each(Object.entries(BROKEN))(
  '%s is caught',
  async (name, { breakage, got, outcome = 'failed' }) => {
    const { code, results } = await testScript(writeInitScript('foo', breakage), '--only', name);
    expect(results.map((one) => ({ outcome: one.outcome, got: withoutPids(one.got) }))).toEqual([
      { outcome, got },
    ]);
    expect(code).toBe(outcome === 'failed' ? 1 : 0);
    expect(results[0]?.mend).not.toBe('');
  },
  60_000,
);

async function testScript(path: string, ...args: readonly string[]) {
  const { code, out, err } = await runApplet('rcinit', ['test', path, '--json', ...args], { env: ENV });
  const { results } = JSON.parse(out) as { readonly results: readonly CheckResult[] };
  return { code, err, results };
}

function withoutPids(text: string): string {
  return text.replace(/\bpid \d+/g, 'pid N').replace(/holds \d+/, 'holds N');
}
