import { expect, test } from 'vitest';
import {
  installDebianLibrary,
  needDebianLibrary,
  ourLibrary,
  type Library,
} from '../support/debian-shell-library.ts';
import { describeShells, runArgs, runText, type Shell } from '../support/shells.ts';
import { withTree, type Tree } from '../support/with-tree.ts';

const debian = needDebianLibrary();

/** Every message function, with and without each argument, each in a subshell of its own. */
const CALLS = [
  'log_success_msg',
  'log_success_msg one',
  'log_success_msg one two',
  'log_success_msg ""',
  'log_failure_msg',
  'log_failure_msg one two',
  'log_warning_msg',
  'log_warning_msg one two',
  'log_begin_msg',
  'log_begin_msg ""',
  'log_begin_msg one "two  three"',
  'log_begin_msg "a\\tb"',
  'log_daemon_msg',
  'log_daemon_msg Starting',
  'log_daemon_msg Starting ""',
  'log_daemon_msg Starting cron extra',
  'log_daemon_msg "100%s" "%d"',
  'log_progress_msg',
  'log_progress_msg one',
  'log_progress_msg one two',
  'log_end_msg',
  'log_end_msg 0',
  'log_end_msg 1',
  'log_end_msg 3 extra',
  'log_end_msg 254',
  'log_end_msg 255',
  'log_action_msg',
  'log_action_msg one two',
  'log_action_begin_msg one two',
  'log_action_cont_msg',
  'log_action_cont_msg one two',
  'log_action_end_msg 0',
  'log_action_end_msg 0 remark',
  'log_action_end_msg 1',
  'log_action_end_msg 7 remark',
  'log_action_end_msg 255 ""',
  'vlog_daemon_msg Starting cron',
  'vlog_begin_msg one',
  'vlog_action_msg one',
  'vlog_action_begin_msg one',
  'vlog_action_end_msg 1 remark',
  'vlog_end_msg 0',
  'vlog_end_msg 4',
  'vlog_end_msg',
  'VERBOSE=no; vlog_daemon_msg Starting cron',
  'VERBOSE=no; vlog_begin_msg one',
  'VERBOSE=no; vlog_action_msg one',
  'VERBOSE=no; vlog_action_begin_msg one',
  'VERBOSE=no; vlog_action_end_msg 1 remark',
  'VERBOSE=no; vlog_end_msg 0',
  'VERBOSE=no; vlog_end_msg 4',
  'VERBOSE=no; vlog_end_msg',
  'VERBOSE=yes; vlog_end_msg 0',
  'log_use_fancy_output',
  'init_is_upstart',
  'log_begin_msg x >/dev/full',
  'log_end_msg 1 >/dev/full',
  'log_action_end_msg 1 >/dev/full',
];

const HEADER = [
  '#!/bin/sh',
  '# Provides: outside',
  '### BEGIN INIT INFO',
  '# Provides:          one two',
  '# Required-Start:    $syslog',
  '# Short-Description: a service',
  '# Description:       first line',
  '#                    second line',
  '### END INIT INFO',
  '# Provides: outside',
].join('\n');
const HEADER_CALLS = [
  '"$FILE" Provides',
  '"$FILE" Short-Description',
  '"$FILE" Absent',
  '"$FILE"',
  '/absent Provides',
];

/** A marker line before and the exit code after each call. */
function callEach(calls: readonly string[]): string {
  return calls.map((call) => `echo '> ${call}'; (${call}); echo " = $?"`).join('\n');
}

const source = (library: Library) => `. '${library.functions}'\n`;

describeShells('messages of init-functions', (shell) => {
  const table: readonly (readonly [string, string])[] = [
    ['', 'without flags'],
    ['-u', 'with set -u'],
  ];
  test.each(table)(`are Debian's, byte for byte %s %s`, async (flags, _how) => {
    const text = callEach(CALLS);
    await compare(shell, flags, (library) => source(library) + text);
  });

  test("end a script with set -e where Debian's do", async () => {
    for (const call of CALLS) {
      await compare(shell, '-e', (library) => `${source(library)}${call}\necho alive`, call);
    }
  });

  test.each([[{ TERM: 'linux' }], [{ TERM: 'dumb' }], [{}], [{ TERM: 'xterm', FANCYTTY: '0' }]])(
    "are Debian's on a terminal with %o",
    async (env: Readonly<Record<string, string>>) => {
      const text = callEach(CALLS.filter((call) => !call.includes('/dev/full')));
      await compare(shell, '', (library) => source(library) + text, undefined, { env, terminal: true });
    },
  );

  test.each(['', '0', '1', 'Y', 'yes', 'true', 'no', 'off'])(
    'FANCYTTY=%s of lsb-base-logging.sh counts',
    async (value) => {
      const tree = { 'etc/lsb-base-logging.sh': `FANCYTTY=${value}\n` };
      const text = callEach(['log_end_msg 1', 'log_use_fancy_output']);
      await compare(shell, '', (library) => source(library) + text, undefined, {
        env: { TERM: 'linux' },
        terminal: true,
        tree,
      });
    },
  );

  test('get_lsb_header_val prints what Debian’s prints', async () => {
    const tree = { 'etc/init.d/x': HEADER };
    const text = callEach(HEADER_CALLS.map((args) => `get_lsb_header_val ${args}`));
    await compare(
      shell,
      '',
      (library, root) => `FILE=${root}/etc/init.d/x\n${source(library)}${text}`,
      undefined,
      { tree },
    );
  });

  test('hooks run in order, from the files that run-parts would take', async () => {
    const names = ['00-first', 'zz', 'x-', 'xdpkg-old', 'a_b-c', 'a.b-c', '_x.y-z1', 'my.org-name-1'];
    const ignored = [
      'a.b',
      'a_b',
      '-x',
      'Third-3',
      'README.md',
      'x.dpkg-old',
      'old-x.dpkg-new',
      'a.b-',
      'a.B-c',
      'a.b-c_d',
      'with space',
      'a--b.c-d',
    ];
    const hook = (name: string) =>
      `echo "hook ${name}: $*"; log_end_msg_pre() { echo "<pre ${name} $*>"; }\n`;
    const tree = Object.fromEntries(
      [...names, ...ignored].map((name) => [`lib/lsb/init-functions.d/${name}`, hook(name)]),
    );
    const text = 'set -- the arguments\n';
    const ran = await compare(shell, '-u', (library) => `${text}${source(library)}log_end_msg 0`, undefined, {
      tree,
    });
    expect(ran.stdout).toMatch(/^hook 00-first: the arguments\n/);
    expect(ran.stdout.match(/^hook/gm)).toHaveLength(names.length);
  });

  test('every hook is called where Debian calls it', async () => {
    const kinds = ['daemon', 'begin', 'end', 'action', 'action_begin', 'action_end'];
    const hooks = kinds
      .flatMap((kind) => [`log_${kind}_msg_pre`, `log_${kind}_msg_post`])
      .map((name) => `${name}() { echo "<${name} $#: $*>"; return 5; }\n`)
      .join('');
    const tree = { 'lib/lsb/init-functions.d/50-all': hooks };
    const text = callEach(CALLS.filter((call) => !call.includes('/dev/full')));
    await compare(shell, '', (library) => source(library) + text, undefined, { tree });
  });

  test('work with a full disk behind standard output, and say nothing else', async () => {
    const root = withTree({});
    const text = `${source(ourLibrary(root))}log_daemon_msg a b >/dev/full; log_end_msg 0 >/dev/full; echo on`;
    const ran = await runText(shell, text, { flags: '-eu', env: ourLibrary(root).env });
    expect(ran).toMatchObject({ code: 0, stdout: 'on\n' });
  });

  test('leave no variable behind that a script could hold by that name', async () => {
    const root = withTree({});
    const text = `set >${root}/before\n${source(ourLibrary(root))}log_daemon_msg a b; log_end_msg 0\nset >${root}/after
      for f in before after; do sed -n 's/^\\([A-Za-z_][A-Za-z_0-9]*\\)=.*/\\1/p' ${root}/$f | sort -u >${root}/$f.names; done
      comm -13 ${root}/before.names ${root}/after.names`;
    const ran = await runText(shell, text, { env: ourLibrary(root).env });
    const foreign = ran.stdout
      .split('\n')
      .slice(1)
      .filter((name) => !/^(_rcinit_\w+|FANCYTTY|_|BASH\w*|PIPESTATUS|OPTIND|FUNCNAME|)$/.test(name));
    expect(foreign).toEqual([]);
  });
});

interface CompareOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
  readonly tree?: Tree;
}

/** Runs the same text with both libraries, expects no difference, and returns what ours did. */
async function compare(
  shell: Shell,
  flags: string,
  makeText: (library: Library, root: string) => string,
  what?: string,
  options: CompareOptions = {},
) {
  const root = withTree(options.tree ?? {});
  const theirs = installDebianLibrary(debian(), root);
  const runs = [];
  for (const library of [theirs, ourLibrary(root)]) {
    const run = options.terminal === true ? runOnTerminal : runText;
    const ran = await run(shell, makeText(library, root), { flags, env: { ...options.env, ...library.env } });
    runs.push({ ...ran, stderr: withoutPlace(ran.stderr) });
  }
  expect(runs[1], what).toEqual(runs[0]);
  return runs[1] as Awaited<ReturnType<typeof runText>>;
}

/** Bash says file and line before what it has to say, busybox the line. */
function withoutPlace(stderr: string): string {
  return stderr.replace(/^\S+: (line )?\d+: /gm, '');
}

/** script(1) starts its command with a shell of its own, so the words travel in the environment. */
function runOnTerminal(
  shell: Shell,
  text: string,
  { flags, env }: { flags: string; env: Readonly<Record<string, string>> },
) {
  const words = [...shell.argv, ...(flags === '' ? [] : [flags]), '-c'].join(' ');
  return runArgs(['script', '-qec', `exec ${words} "$TEXT" test`, '/dev/null'], {
    env: { SHELL: '/bin/sh', ...env, TEXT: text },
  });
}
