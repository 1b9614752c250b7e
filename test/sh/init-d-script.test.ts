import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  installDebianLibrary,
  needDebianLibrary,
  ourLibrary,
  type Library,
} from '../support/debian-shell-library.ts';
import { processesOf } from '../support/sample-root.ts';
import {
  describeShells,
  hideFile,
  runArgs,
  type Shell,
  type ShellOptions,
  type ShellRun,
} from '../support/shells.ts';
import { whyNoPid1 } from '../support/pid1.ts';
import { waitFor } from '../support/wait-for.ts';
import { withTree } from '../support/with-tree.ts';

const debian = needDebianLibrary();

/** How a script takes the library: as its interpreter, or by sourcing it. */
type Form = 'interpreter' | 'source';

/** Of the build, with our start-stop-daemon. */
const APPLETS = join(import.meta.dirname, '../../dist/applets');

interface Service {
  readonly root: string;
  readonly run: (
    action: string,
    options?: Pick<ShellOptions, 'env' | 'through'> & { readonly name?: string },
  ) => Promise<ShellRun>;
  readonly pid: (name?: string) => number;
}

/** Settings of a daemon that sleeps; `ROOT` stands for the system root. */
const SLEEPER = `DAEMON=ROOT/bin/sampled
DESC="sample service"
START_ARGS="--background --make-pidfile"
DAEMON_ARGS=1000
`;

/** Writes the scripts into a system root of their own; every process of it is killed after the test. */
function makeService(
  shell: Shell,
  form: Form,
  kind: Library['name'],
  scripts: Readonly<Record<string, string>>,
  rcS = 'VERBOSE=yes\n',
): Service {
  const root = withTree({ 'var/run/': '', 'bin/': '', 'etc/init.d/': '', 'etc/default/rcS': rcS });
  onTestFinished(() => processesOf(root).forEach((pid) => process.kill(pid, 'SIGKILL')));
  for (const [from, name] of [
    ['sleep', 'sampled'],
    ['dash', 'forker'],
  ] as const) {
    copyFileSync(`/bin/${from}`, join(root, 'bin', name));
    chmodSync(join(root, 'bin', name), 0o755);
  }
  const library = kind === 'ours' ? ourLibrary(root) : installDebianLibrary(debian(), root);
  for (const [name, settings] of Object.entries(scripts)) {
    writeFileSync(
      join(root, 'etc/init.d', name),
      scriptText(form, library, settings.replaceAll('ROOT', root)),
    );
  }
  const only = Object.keys(scripts)[0] ?? '';
  return {
    root,
    run: async (action, { name = only, env = {}, through = [] } = {}) => {
      const path = join(root, 'etc/init.d', name);
      const interpreter = form === 'interpreter' ? [library.script] : [];
      const args = action === '' ? [] : action.split(' ');
      const ran = await runArgs([...shell.argv, ...interpreter, path, ...args], {
        env: { ...library.env, ...env },
        through,
      });
      await waitFor('the daemon to be its program', () => isPastStarting(root));
      return ran;
    },
    pid: (name = only) => Number(readFileSync(join(root, 'var/run', `${name}.pid`), 'utf8')),
  };
}

/** dpkg's start-stop-daemon returns before its child has become the daemon, which nobody would find until then. */
function isPastStarting(root: string): boolean {
  return processesOf(root).every((pid) => {
    const path = `/proc/${pid}/comm`;
    return !existsSync(path) || readFileSync(path, 'utf8') !== 'start-stop-daem\n';
  });
}

function scriptText(form: Form, library: Library, settings: string): string {
  if (form === 'interpreter') return `#!/usr/bin/env ${library.script}\n${settings}`;
  return `#!/bin/sh
if [ true != "$INIT_D_SCRIPT_SOURCED" ]; then
  set "$0" "$@"
  INIT_D_SCRIPT_SOURCED=true . '${library.script}'
fi
${settings}`;
}

interface Setup {
  readonly scripts: Readonly<Record<string, string>>;
  readonly rcS?: string;
  /** `kill`: SIGKILL to the daemon. */
  readonly actions: readonly string[];
}

/** Takes both libraries through the same actions; expects the same codes and texts, and returns our codes. */
async function compare(
  shell: Shell,
  form: Form,
  { scripts, rcS, actions }: Setup,
): Promise<readonly string[]> {
  const told: string[][] = [];
  for (const kind of ["Debian's", 'ours'] as const) {
    const service = makeService(shell, form, kind, scripts, rcS);
    const plain = (text: string) => text.replaceAll(service.root, 'ROOT').replace(/\b\d{2,}\b/g, 'PID');
    const lines: string[] = [];
    for (const action of actions) {
      if (action === 'kill') {
        await killDaemon(service);
        continue;
      }
      const { code, stdout, stderr } = await service.run(action);
      lines.push(`${action} ${code} ${JSON.stringify(plain(stdout))} ${JSON.stringify(plain(stderr))}`);
    }
    told.push(lines);
  }
  expect(told[1]).toEqual(told[0]);
  return (told[1] ?? []).map((line) => /^.*? \d+(?= ")/.exec(line)?.[0] ?? line);
}

/** Leaves a stale pid file, with the number of a process that somebody has waited for: zombies are another matter. */
async function killDaemon(service: Service): Promise<void> {
  const pid = service.pid();
  process.kill(pid, 'SIGKILL');
  await waitFor('the end of the daemon', () => !existsSync(`/proc/${pid}/exe`));
  writeFileSync(join(service.root, 'var/run/sampled.pid'), `${spawnSync('true').pid}\n`);
}

const EVERY_ACTION = [
  'status',
  'start',
  'start',
  'status',
  'restart',
  'try-restart',
  'status',
  'reload',
  'force-reload',
  'kill',
  'status',
  'start',
  'stop',
  'stop',
  'status',
  'try-restart',
  'restart',
  'stop',
  'bogus',
  '',
];

describeShells('init-d-script', (shell) => {
  // Debian's has an alias for reload, which bash does not know unless it is called as sh.
  const isBash = shell.name === 'bash';
  describe.each(['interpreter', 'source'] as const)('in the form "%s"', (form) => {
    test('does what Debian’s does, with the same words, in every action', async () => {
      const codes = await compare(shell, form, { scripts: { sampled: SLEEPER }, actions: EVERY_ACTION });
      expect(codes).toEqual([
        'status 3',
        'start 0',
        'start 0',
        'status 0',
        'restart 0',
        'try-restart 0',
        'status 0',
        'reload 3',
        'force-reload 0',
        'status 1',
        'start 0',
        'stop 0',
        'stop 0',
        'status 3',
        'try-restart 0',
        'restart 0',
        'stop 0',
        'bogus 3',
        ' 3',
      ]);
    });

    test('is as quiet as Debian’s when VERBOSE is not yes', async () => {
      await compare(shell, form, { scripts: { sampled: SLEEPER }, rcS: '', actions: EVERY_ACTION });
    });

    test.skipIf(isBash)('reloads by RELOAD_SIGNAL', async () => {
      const scripts = { sampled: `${SLEEPER}RELOAD_SIGNAL=CONT\nRELOAD_ARGS=--oknodo\n` };
      const actions = ['start', 'reload', 'force-reload', 'bogus', 'stop', 'reload'];
      expect(await compare(shell, form, { scripts, actions })).toEqual([
        'start 0',
        'reload 0',
        'force-reload 0',
        'bogus 3',
        'stop 0',
        'reload 0',
      ]);
    });

    test.skipIf(isBash)('calls overrides, hooks and arguments where Debian’s does', async () => {
      const hooks = ['start', 'stop', 'restart', 'reload'].flatMap((step) => [
        `do_${step}_prepare`,
        `do_${step}_cleanup`,
      ]);
      const scripts = {
        other: `${SLEEPER}NAME=other
PIDFILE=ROOT/other.pid
COMMAND_NAME=none
${hooks.map((name) => `${name}() { echo "<${name}>"; }`).join('\n')}
do_start_cmd_override() { echo "<start as $NAME>"; do_start_cmd; }
do_stop_cmd_override() { do_stop_cmd; echo "<stopped: $?>"; }
do_reload_cmd() { echo "<reload>"; return 4; }
do_usage_override() { echo "<usage>"; do_usage; }
do_unknown() { echo "<unknown $1>"; return 9; }
`,
      };
      const actions = EVERY_ACTION.filter((action) => action !== 'kill');
      await compare(shell, form, { scripts, actions });
    });

    test('lets a script answer by itself', async () => {
      const scripts = {
        other: `DAEMON=none
NAME=other
PIDFILE=none
do_start_override() { echo "<start>"; }
do_stop_override() { echo "<stop>"; return 5; }
do_status_override() { echo "<status>"; return 2; }
do_reload() { echo "<reload>"; return 6; }
do_force_reload() { echo "<force>"; return 7; }
`,
      };
      const actions = ['start', 'stop', 'status', 'reload', 'force-reload', 'try-restart', 'bogus'];
      await compare(shell, form, { scripts, actions });
    });

    test.skipIf(isBash)('knows the old alias for reload', async () => {
      const scripts = { sampled: `${SLEEPER}alias do_reload=do_reload_sigusr1\n` };
      await compare(shell, form, { scripts, actions: ['start', 'reload', 'bogus'] });
    });

    test('reads /etc/default after the script, and ignores the environment', async () => {
      const told: ShellRun[] = [];
      for (const kind of ["Debian's", 'ours'] as const) {
        const service = makeService(shell, form, kind, { sampled: `${SLEEPER}DAEMON_ARGS=bogus\n` });
        writeFileSync(join(service.root, 'etc/default/sampled'), 'DAEMON_ARGS="1000"; DESC=changed\n');
        told.push(
          await service.run('start', {
            env: { DESC: 'foreign', PIDFILE: '/absent/x', COMMAND_NAME: 'foreign' },
          }),
        );
      }
      expect(told[0]).toMatchObject({ code: 0, stdout: 'Starting changed: sampled.\n' });
      expect(told[1]).toEqual(told[0]);
    });

    test('has nothing to do when the program is removed', async () => {
      const scripts = { sampled: 'DAEMON=ROOT/bin/absent\n' };
      expect(await compare(shell, form, { scripts, actions: ['start', 'status', 'bogus'] })).toEqual([
        'start 0',
        'status 0',
        'bogus 0',
      ]);
    });

    test('fails as Debian’s does when the daemon cannot start', async () => {
      const scripts = { sampled: `${SLEEPER}START_ARGS="--background --make-pidfile --chuid absent-user"\n` };
      expect(await compare(shell, form, { scripts, actions: ['start', 'restart', 'status'] })).toEqual([
        'start 1',
        'restart 1',
        'status 3',
      ]);
    });

    test.each([
      ['the installed start-stop-daemon', {}],
      ['ours', { PATH: `${APPLETS}:/usr/sbin:/usr/bin:/sbin:/bin` }],
    ])('stop leaves the other of two daemons of one executable alone, with %s', async (_, env) => {
      const twin = `${SLEEPER}COMMAND_NAME=sampled\n`;
      const service = makeService(shell, form, 'ours', {
        first: `NAME=first\n${twin}`,
        second: `NAME=second\n${twin}`,
      });
      const call = (action: string, name: string) => service.run(action, { name, env });
      for (const name of ['first', 'second']) expect(await call('start', name)).toMatchObject({ code: 0 });
      const [first, second] = [service.pid('first'), service.pid('second')];
      expect(await call('stop', 'first')).toEqual({
        code: 0,
        stdout: 'Stopping sample service: first.\n',
        stderr: '',
      });
      expect(existsSync(`/proc/${first}/exe`)).toBe(false);
      expect(existsSync(`/proc/${second}/exe`)).toBe(true);
      expect(await call('status', 'first')).toMatchObject({ code: 3 });
      expect(await call('status', 'second')).toMatchObject({ code: 0 });
      expect(await call('restart', 'first')).toMatchObject({ code: 0 });
      expect(service.pid('second')).toBe(second);
    });

    test.each([
      ['the installed start-stop-daemon', {}],
      ['ours', { PATH: `${APPLETS}:/usr/sbin:/usr/bin:/sbin:/bin` }],
    ])('SETPRIV_ARGS limits the daemon, and a foreign one does not, with %s', async (_, env) => {
      const service = makeService(shell, form, 'ours', {
        limited: `NAME=limited\n${SLEEPER}COMMAND_NAME=sampled\nSETPRIV_ARGS="--no-new-privs --bounding-set=-sys_boot"\n`,
        free: `NAME=free\n${SLEEPER}COMMAND_NAME=sampled\n`,
      });
      const ran = async (name: string) => {
        const { code, stderr } = await service.run('start', {
          name,
          env: { ...env, SETPRIV_ARGS: '--no-new-privs', _rcinit_setpriv: 'false' },
        });
        const status = readFileSync(`/proc/${service.pid(name)}/status`, 'utf8');
        return [code, stderr, /^NoNewPrivs:\t(\d)$/m.exec(status)?.[1]];
      };
      expect(await ran('limited')).toEqual([0, '', '1']);
      expect(await ran('free')).toEqual([0, '', '0']);
      for (const action of ['status', 'stop'])
        expect(await service.run(action, { name: 'limited', env })).toMatchObject({ code: 0 });
    });

    test('stop waits for what the daemon has forked', async () => {
      for (const kind of ["Debian's", 'ours'] as const) {
        const settings = `DAEMON=ROOT/bin/forker
START_ARGS="--background --make-pidfile"
DAEMON_ARGS="ROOT/family ROOT"
`;
        const service = makeService(shell, form, kind, { forker: settings });
        // The child outlives its parent a little, and tells when it goes.
        const family = `(while kill -0 $$ 2>/dev/null; do sleep 0.05; done; sleep 0.3; : >"$1/left") &
trap 'exit 0' TERM
: >"$1/ready"
wait
`;
        writeFileSync(join(service.root, 'family'), family);
        expect(await service.run('start')).toMatchObject({ code: 0 });
        await waitFor('the family', () => existsSync(join(service.root, 'ready')));
        expect(await service.run('stop')).toMatchObject({ code: 0 });
        expect(existsSync(join(service.root, 'left')), kind).toBe(true);
      }
    });

    test('restart works for a script without a daemon', async () => {
      const settings = `DAEMON=none
NAME=other
do_start_override() { echo "<start>"; }
do_stop_override() { echo "<stop>"; }
`;
      const service = makeService(shell, form, 'ours', { other: settings });
      expect(await service.run('restart')).toEqual({ code: 0, stdout: '<stop>\n<start>\n', stderr: '' });
    });

    test('works in a script with set -eu', async () => {
      const service = makeService(shell, form, 'ours', {
        sampled: `set -eu\n${SLEEPER}RELOAD_SIGNAL=CONT\n`,
      });
      const codes = [];
      for (const action of [
        'start',
        'start',
        'status',
        'reload',
        'restart',
        'stop',
        'stop',
        'status',
        'try-restart',
        'bogus',
      ]) {
        const { code, stderr } = await service.run(action, { env: { INIT_D_SCRIPT_SOURCED: '' } });
        codes.push(code);
        expect(stderr).toBe(
          action === 'bogus'
            ? `Usage: ${service.root}/etc/init.d/sampled {start|stop|status|reload|restart|try-restart|force-reload}\n`
            : '',
        );
      }
      expect(codes).toEqual([0, 0, 0, 0, 0, 0, 0, 3, 0, 3]);
    });
  });
});

/** dash alone takes a file that cannot be executed for none, and has no setpriv of its own. */
const DASH: Shell = { name: 'dash', argv: ['dash'] };

test('init-d-script without setpriv starts the daemon all the same, with a warning', async ({ skip }) => {
  const reason = whyNoPid1('tree');
  skip(reason !== undefined, reason);
  const service = makeService(DASH, 'interpreter', 'ours', {
    sampled: `${SLEEPER}SETPRIV_ARGS=--no-new-privs\n`,
  });
  const ran = await service.run('start', { through: hideFile('/usr/bin/setpriv', '/dev/null') });
  expect(ran).toMatchObject({
    code: 0,
    stderr: 'WARNING: setpriv not available, ignoring SETPRIV_ARGS\n',
  });
  expect(await service.run('status')).toMatchObject({ code: 0 });
});
