import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { IS_CI } from '../support/is-ci.ts';
import { callRcinit, emptyRoot, servedRoot } from '../support/served-root.ts';
import { waitFor } from '../support/wait-for.ts';
import { withTree } from '../support/with-tree.ts';

/** The script that is made from a unit, and what is said about the unit. */
async function convert(unit: string, options: readonly string[] = [], dropIns: readonly string[] = []) {
  const cwd = withTree({
    'foo.service': unit,
    ...Object.fromEntries(dropIns.map((text, index) => [`${index}.conf`, text])),
  });
  const files = ['foo.service', ...dropIns.map((_, index) => `${index}.conf`)];
  return callRcinit(['new', 'foo', '--output', '-', ...options, '--from-unit', ...files], cwd);
}

const header = (script: string) =>
  script
    .split('\n')
    .filter((line) => line.startsWith('# '))
    .join('\n');

describe('rcinit new --from-unit', () => {
  test('says line by line what is lost, why, and what to do', async () => {
    const unit = `[Unit]
Description=A thing
OnFailure=mail@%n.service
[Service]
ExecStart=/bin/sleep 1000
ProtectSystem=strict
Restart=always
KillMode=mixed
nonsense
CapabilityBoundingSet=
[Install]
Alias=bar.service
WantedBy=multi-user.target foo.target
`;
    const { code, err, out } = await convert(unit);
    expect(code).toBe(0);
    expect(out).toMatch(/^#!\/bin\/sh\n/);
    expect(err)
      .toBe(`foo.service:3: warning: OnFailure: not carried over, services are not tied to each other’s state
  OnFailure=mail@%n.service
  hint: restart both by hand, or call the other script from this one
foo.service:6: warning: ProtectSystem: not carried over, systemd’s sandbox is not there without systemd
  ProtectSystem=strict
  hint: confine the daemon with AppArmor or SELinux, or run it in a container of its own
foo.service:7: warning: Restart: not carried over, an init script does not watch its daemon
  Restart=always
  hint: run the program from inittab with respawn if it has to come back by itself
foo.service:8: warning: KillMode: only the main process is ended, it has to end its children
  KillMode=mixed
  hint: see that the daemon does, or name the others in the script
foo.service:9:1: error: neither a section nor KEY=VALUE; the line is left out
  nonsense
  ^
  hint: comments begin with #
foo.service:10: warning: CapabilityBoundingSet: not carried over, privileges are not taken away by a script
  CapabilityBoundingSet=
  hint: put setpriv (--no-new-privs, --bounding-set …) in front of the program, or let the daemon drop them
foo.service:12: note: Alias: nothing that a script has a use for
  Alias=bar.service
  hint: nothing has to be done
foo.service:13: warning: WantedBy: foo.target is no run level
  WantedBy=multi-user.target foo.target
  hint: start it from the script of that service, or give it levels with --levels
rcinit new: 7 lines are not carried over, see above
`);
  });

  test.each([
    [
      'Unit',
      'BindsTo=db.service',
      'warning: BindsTo: carried over as an order only; it does not stop when that one stops',
    ],
    [
      'Unit',
      'DefaultDependencies=no',
      'warning: DefaultDependencies: not carried over, a script of levels 2 to 5 starts when those of level S are done',
    ],
    ['Unit', 'After=foo.mount', 'warning: After: no script stands for foo.mount'],
    [
      'Service',
      'ExecStart=/bin/echo second',
      'error: ExecStart: only the first program of a unit of this type is started; this one is left out',
    ],
    [
      'Service',
      'ExecCondition=/bin/true',
      'warning: ExecCondition: a start that it forbids is told as failed, where systemd passes over it without a word',
    ],
    [
      'Service',
      'EnvironmentFile=-/etc/foo.d/*.env',
      'warning: EnvironmentFile: /etc/foo.d/*.env is a pattern, none of its files is read',
    ],
    [
      'Service',
      'RuntimeDirectory=foo:bar',
      'warning: RuntimeDirectory: the link /run/bar to the folder is not made',
    ],
    [
      'Service',
      'WorkingDirectory=-/srv',
      'note: WorkingDirectory: a start without that folder is told as failed',
    ],
    [
      'Service',
      'IOSchedulingClass=idle',
      'warning: IOSchedulingClass: not carried over, the script does not set it',
    ],
    [
      'Service',
      'CPUSchedulingPolicy=rr',
      'warning: CPUSchedulingPolicy: not carried over, the script does not set it',
    ],
    [
      'Service',
      'CPUQuota=10%',
      'warning: CPUQuota: not carried over, there are no control groups for scripts',
    ],
    ['Install', 'Also=foo.socket', 'note: Also: nothing that a script has a use for'],
  ])('a unit with %s %s says what becomes of it', async (section, line, said) => {
    const parts = {
      Unit: 'Description=A thing',
      Service: 'ExecStart=/bin/sleep 1',
      Install: 'WantedBy=multi-user.target',
    };
    const unit = Object.entries(parts).map(
      ([name, usual]) => `[${name}]\n${usual}\n${name === section ? `${line}\n` : ''}`,
    );
    const { code, err } = await convert(unit.join(''));
    const [first, source] = err.split('\n');
    expect({ code, first: first?.replace(/^foo[.]service:[0-9]+: /, ''), source: source?.trim() }).toEqual({
      code: 0,
      first: said,
      source: line,
    });
  });

  test.each(['full', 'declarative'])('no pid file, no word about one: form %s', async (form) => {
    const { out } = await convert('[Service]\nType=forking\nExecStart=/bin/sleep 1\n', ['--form', form]);
    expect(out).not.toContain('$pidfile');
    expect(out).not.toContain('pidfile=');
    if (spawnSync('shellcheck', ['--version']).status !== 0 && !IS_CI) return;
    expect(spawnSync('shellcheck', ['-s', 'sh', '-'], { input: out, encoding: 'utf8' }).stdout).toBe('');
  });

  test.each(['full', 'declarative'])('what has no process signals none: form %s', async (form) => {
    const unit = `[Service]
Type=oneshot
ExecStart=/bin/true
ExecReload=/bin/kill -HUP $MAINPID
ExecReload=/bin/echo again
`;
    const { out, err } = await convert(unit, ['--form', form]);
    expect(err).toContain(
      'foo.service:4: warning: ExecReload: there is no process to signal; the line is left out\n',
    );
    expect(out).toContain('/bin/echo again');
    expect(out).not.toContain('ssd');
  });

  // A hint that is refused when it is followed is worse than none.
  test.each([
    ['[Unit]\nAfter=foo.mount\n[Service]\nExecStart=/bin/sleep 1\n'],
    [
      '[Service]\nExecStart=/bin/sleep 1\nLimitNOFILE=many\nWorkingDirectory=~\nStandardOutput=journal\n[Install]\nWantedBy=x.target\n',
    ],
  ])('the options that its hints name are taken beside a unit: %j', async (unit) => {
    const { err } = await convert(unit);
    for (const option of new Set(err.match(/--[a-z]+/g)))
      expect(await convert(unit, [option, option === '--levels' ? '3' : '/srv'])).toMatchObject({ code: 0 });
  });

  test('--strict writes nothing if something is lost, and all the same if nothing is', async () => {
    const whole = '[Service]\nExecStart=/bin/sleep 1\n[Install]\nWantedBy=multi-user.target\n';
    expect(await convert(whole, ['--strict'])).toMatchObject({
      code: 0,
      err: 'rcinit new: everything is carried over\n',
    });
    const { code, out, err } = await convert(`${whole}Foo=bar\n`, ['--strict']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/cannot write "foo": something is lost, and --strict is given; leave it out\n$/);
  });

  test('order and levels become a header', async () => {
    const unit = `[Unit]
Description=Ünit number %p.
Documentation=man:foo(8) https://example.org/
After=network-online.target db.service nss-lookup.target remote-fs.target syslog.socket cache.service
Wants=network-online.target cache.service
Requires=db.service
Before=web.service shutdown.target
[Service]
ExecStart=/bin/sleep 1
[Install]
WantedBy=runlevel3.target graphical.target
`;
    const { out, err } = await convert(unit);
    expect(err).toBe('rcinit new: everything is carried over\n');
    expect(header(out)).toContain(`# Provides:          foo
# Required-Start:    $remote_fs $syslog $network db $named
# Required-Stop:     $remote_fs $syslog $network db $named
# Should-Start:      cache
# Should-Stop:       cache
# X-Start-Before:    web
# X-Stop-After:      web
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: Ünit number foo
# Description:       See man:foo(8) https://example.org/
`);
  });

  test('a unit of the boot has level S', async () => {
    const { out } = await convert(
      '[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/true\n[Install]\nWantedBy=sysinit.target\n',
    );
    expect(header(out)).toContain('# Default-Start:     S\n# Default-Stop:      0 6\n');
    expect(header(out)).toContain('# Required-Start:    $local_fs\n');
  });

  test('settings of the process become options, folders, limits and checks', async () => {
    const unit = `[Unit]
ConditionPathExists=!/etc/foo.off
AssertFileNotEmpty=/etc/foo.conf
[Service]
Type=notify
ExecStartPre=-+/bin/echo 'a  b' "%%" \${HOME}x
ExecStart=/bin/sleep $SLEEP_ARGS "1 000" '$$x'
ExecReload=/bin/kill -USR1 $MAINPID
ExecStopPost=/bin/echo gone
User=nobody
Group=daemon
EnvironmentFile=-/etc/default/foo
Environment=A=1 "B=it's \\"2\\""
WorkingDirectory=/usr
UMask=0027
Nice=-5
LimitNOFILE=4K:infinity
LimitCPU=1min
KillSignal=SIGINT
TimeoutSec=1min
RuntimeDirectory=foo foo/sub
RuntimeDirectoryMode=0750
LogsDirectory=foo
`;
    const { out, code } = await convert(unit);
    expect(code).toBe(0);
    const has = (line: string) => expect(out.split('\n').map((one) => one.trim())).toContain(line);
    has('STOP_SECONDS=60');
    has("user='nobody'");
    has('[ ! -e "$root/etc/foo.off" ] || fail 6 \'not to be started: test "! -e /etc/foo.off" fails\'');
    has('[ -s "$root/etc/foo.conf" ] || fail 6 \'not to be started: test "-s /etc/foo.conf" fails\'');
    has(`export RUNTIME_DIRECTORY=/run/foo:/run/foo/sub`);
    has(`export B='it'\\''s "2"'`);
    has('[ ! -r "$root/etc/default/foo" ] || read_environment "$root/etc/default/foo"');
    has('set_limit cpu 60');
    has('set_limit nofile 4096:unlimited');
    has(`own 0750 "$root/run/foo/sub" || fail 4 'may not make '"$root/run/foo/sub"`);
    has(`/bin/echo 'a  b' % "\${HOME-}x" || :`);
    has(
      'ssd --start --oknodo --background --make-pidfile --notify-await --notify-timeout 60 --chuid nobody:daemon --chdir /usr --umask 0027 --nicelevel -5 \\',
    );
    has(`--startas "$program" -- \${SLEEP_ARGS-} '1 000' '$x' 9>&- || fail 1 'does not start'`);
    has('ssd --stop --retry "INT/$STOP_SECONDS/KILL/5" --remove-pidfile || code=$?');
    has('as_user /bin/echo gone || :');
    has("ssd --stop --signal USR1 || fail 4 'may not signal the daemon; become its owner'");
  });

  test('drop-ins add, replace and take back', async () => {
    const unit = '[Service]\nExecStart=/bin/sleep 1\nEnvironment=A=1\nUser=nobody\n';
    const dropIn = '[Service]\nExecStart=\nExecStart=/bin/sleep 2\nEnvironment=B=2\nUser=daemon\n';
    const { out } = await convert(unit, [], [dropIn]);
    expect(out).toContain('--startas "$program" -- 2 9>&- ||');
    expect(out).toContain('\texport A=1\n\texport B=2\n');
    expect(out).toContain("\nuser='daemon'\n");
  });

  test('a template takes its instance', async () => {
    const cwd = withTree({
      'foo@.service': '[Service]\nExecStart=/bin/sleep %i\nPIDFile=/run/%p-%i.pid\nType=forking\n',
    });
    const args = ['new', 'foo-7', '--output', '-', '--instance', '7', '--from-unit', 'foo@.service'];
    const { out } = await callRcinit(args, cwd);
    expect(out).toContain('-- 7 </dev/null 9>&- ||');
    expect(out).toContain('pidfile="$root/run/$name.pid"');
  });

  test.each([
    [
      '[Service]\nExecStart=/etc/init.d/foo start\n',
      /error: ExecStart: \/etc\/init\.d\/foo is an init script itself/,
    ],
    ['[Service]\nType=simple\n', /cannot write "foo": there is nothing in it to start; see above\n$/],
    [
      '[Service]\nExecStart=/bin/sleep "1\n',
      /error: ExecStart: a quote that is not closed; the line is left out/,
    ],
    ['[Service]\nExecStart=/bin/sleep 1\nUser=a b\n', /cannot write "foo": "a b" is no name of a user\n$/],
    ['[Service]\nExecStart=/bin/sleep 1\nNice=high\n', /the nice level is no number from -20 to 19\n$/],
    ['[Service]\nExecStart=/bin/sleep 1\nEnvironment=name=x\n', /the variable "name" is the script’s own/],
    ['[Service]\nExecStart=sleep-no-such\n', /"sleep-no-such" is no absolute path\n$/],
  ])('refuses what makes no script: %s', async (unit, message) => {
    const { code, out, err } = await convert(unit);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });

  test.each(['full', 'declarative'])('the script does what the unit did, form %s', async (form) => {
    const dir = emptyRoot();
    writeFileSync(
      join(dir, 'etc/env'),
      `# comment\n  QUOTED="a b"\nPLAIN=$(touch ${dir}/run/bad) 'x'  \nWORDS=one two\nroot=bad\n`,
    );
    const unit = `[Service]
ExecStartPre=/bin/sh -c 'echo "$QUOTED" >\${RCINIT_ROOT}/run/before'
ExecStart=${dir}/served.mjs reloads ${dir} $WORDS \${PLAIN} "\${QUOTED}" '*'
ExecStartPost=/bin/sh -c 'echo $MAINPID >\${RCINIT_ROOT}/run/after'
ExecReload=/bin/sh -c 'kill -HUP $MAINPID'
ExecStop=/bin/sh -c 'echo $MAINPID >\${RCINIT_ROOT}/run/stopped'
ExecStopPost=-/bin/sh -c 'echo gone >\${RCINIT_ROOT}/run/gone'
EnvironmentFile=/etc/env
`;
    writeFileSync(join(dir, 'served.service'), unit);
    const made = await callRcinit([
      'new',
      'served',
      '--root',
      dir,
      '--form',
      form,
      '--from-unit',
      join(dir, 'served.service'),
    ]);
    expect(made, made.err).toMatchObject({ code: 0, out: `${dir}/etc/init.d/served\n` });
    const root = servedRoot(dir, 'served');
    const run = async (action: string) => {
      const ran = await root.run([action]);
      expect(ran, `${action}: ${ran.stderr}`).toMatchObject({ code: 0 });
    };
    const read = (name: string) =>
      existsSync(join(dir, name)) ? readFileSync(join(dir, name), 'utf8') : undefined;
    await run('start');
    const words = await waitFor('the words', () => read('words') || undefined);
    expect(JSON.parse(words)).toEqual(['one', 'two', `$(touch ${dir}/run/bad) 'x'`, 'a b', '*']);
    const pid = root.pid();
    expect([read('run/before'), read('run/after'), read('run/bad')]).toEqual([
      'a b\n',
      `${pid}\n`,
      undefined,
    ]);
    await run('reload');
    await waitFor('the reload', () => read('reloads'));
    await run('stop');
    expect([read('run/stopped'), read('run/gone')]).toEqual([`${pid}\n`, 'gone\n']);
    expect(root.processes()).toEqual([]);
    if (spawnSync('shellcheck', ['--version']).status !== 0 && !IS_CI) return;
    expect(spawnSync('shellcheck', ['-s', 'sh', root.script], { encoding: 'utf8' }).stdout).toBe('');
  });
});
