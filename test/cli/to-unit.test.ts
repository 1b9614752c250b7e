import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { callRcinit } from '../support/served-root.ts';
import { withTree, type Tree } from '../support/with-tree.ts';

const HEADER = `### BEGIN INIT INFO
# Provides:          foo other
# Required-Start:    $remote_fs $syslog $network db
# Required-Stop:
# Should-Start:      +cache $named $time $x-strange
# Default-Start:     2 3 5
# Default-Stop:      0 1 6
# Short-Description: 100% foo
# X-Start-Before:    web
### END INIT INFO
`;
const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0;

async function toUnit(script: string, more: Tree = {}) {
  const root = withTree({ 'etc/init.d/foo!': `#!/bin/sh\n${HEADER}${script}`, ...more });
  return callRcinit(['to-unit', 'foo', '--root', root]);
}

const service = (unit: string) => /\[Service\]\n([^[]*?)\n\n\[Install/.exec(unit)?.[1]?.split('\n');

describe('rcinit to-unit', () => {
  test('the header becomes order and targets, and what is guessed is told', async () => {
    const script =
      'DAEMON=/usr/sbin/foo\nstart-stop-daemon --start --background --exec $DAEMON -- -x "a b" 50% \'$5\' \\\n  last\n';
    expect(await toUnit(script)).toMatchObject({
      code: 0,
      err: `/etc/init.d/foo:6: note: no unit stands for $x-strange; it is left out
  # Should-Start:      +cache $named $time $x-strange
  hint: name one in After=
/etc/init.d/foo:13: note: the unit starts the program itself: its line is a constant
  start-stop-daemon --start --background --exec $DAEMON -- -x "a b" 50% '$5' \\
  hint: compare ExecStart= with the script
`,
      out: `# Made from /etc/init.d/foo by rcinit to-unit.
[Unit]
Description=100%% foo
After=remote-fs.target network-online.target db.service cache.service nss-lookup.target time-sync.target
Wants=network-online.target db.service
Before=web.service

[Service]
Type=simple
ExecStart=/usr/sbin/foo -x "a b" 50%% $$5 last

[Install]
WantedBy=multi-user.target
Alias=other.service
`,
    });
  });

  test.each([
    [
      'forking, with a pid file, user and settings',
      'start-stop-daemon -S -p /run/foo.pid -c foo:bar -N 5 --umask 027 -d /srv -x /usr/sbin/foo -- -d',
      [
        'Type=forking',
        'PIDFile=/run/foo.pid',
        'ExecStart=/usr/sbin/foo -d',
        'User=foo',
        'Group=bar',
        'WorkingDirectory=/srv',
        'UMask=027',
        'Nice=5',
      ],
    ],
    [
      'notify',
      'start-stop-daemon --start --background --notify-await --startas /usr/sbin/foo',
      ['Type=notify', 'ExecStart=/usr/sbin/foo'],
    ],
    [
      'settings of the administrator, and their defaults',
      'FOO_OPTS="-a 1"\n[ -r /etc/default/foo ] && . /etc/default/foo\nstart_daemon -p /run/foo.pid /usr/sbin/foo $FOO_OPTS',
      [
        'Type=forking',
        'PIDFile=/run/foo.pid',
        'Environment="FOO_OPTS=-a 1"',
        'EnvironmentFile=-/etc/default/foo',
        'ExecStart=/usr/sbin/foo $FOO_OPTS',
      ],
    ],
    [
      'a function around start-stop-daemon, and the signal of reload',
      'ssd() {\n  start-stop-daemon --pidfile /run/foo.pid "$@"\n}\ncase $1 in\nstart) ssd --start --background --startas /usr/sbin/foo ;;\nstop) ssd --stop --signal QUIT ;;\nreload) ssd --stop --signal USR1 ;;\nesac',
      ['Type=simple', 'ExecStart=/usr/sbin/foo', 'ExecReload=/bin/kill -USR1 $MAINPID'],
    ],
    [
      'init-d-script',
      'DAEMON=/usr/sbin/foo\nDAEMON_ARGS="-a -b"\nSTART_ARGS="--background --make-pidfile"\nRELOAD_SIGNAL=HUP\n. /lib/init/init-d-script',
      [
        'Type=simple',
        'EnvironmentFile=-/etc/default/',
        'ExecStart=/usr/sbin/foo -a -b',
        'ExecReload=/bin/kill -HUP $MAINPID',
      ],
    ],
  ])('%s', async (_, script, lines) => {
    const { code, out } = await toUnit(`${script}\n`);
    expect(code).toBe(0);
    expect(service(out)).toEqual(lines);
  });

  const CALLS = ['Restart=no', 'TimeoutSec=5min', 'IgnoreSIGPIPE=no', 'KillMode=process', 'GuessMainPID=no'];
  const SCRIPT = [
    'SuccessExitStatus=5 6',
    'ExecStart=/etc/init.d/foo start',
    'ExecStop=/etc/init.d/foo stop',
  ];

  test.each([
    ['its program is not a constant', 'DAEMON=$(which foo)\nstart-stop-daemon --start --exec $DAEMON'],
    ['its arguments are not constants', 'start-stop-daemon --start --exec /bin/foo -- `date`'],
    ['it prepares more, in line 12', 'mkdir -p /var/lib/foo\nstart-stop-daemon --start --exec /bin/foo'],
    ['it starts more than one thing', 'start_daemon /bin/foo\nstart_daemon /bin/bar'],
    ['nobody says what $OPTS is', 'start_daemon /bin/foo $OPTS'],
    [
      'SETPRIV_ARGS changes what the daemon may do',
      'DAEMON=/bin/foo\nPIDFILE=none\nSETPRIV_ARGS=--no-new-privs\n. /lib/init/init-d-script',
    ],
  ])('calls the script where %s', async (why, script) => {
    const { out, err } = await toUnit(`${script}\n`);
    expect(err).toContain(`note: the unit calls the script: ${why}\n`);
    expect(service(out)).toEqual(['Type=forking', ...CALLS, 'RemainAfterExit=yes', ...SCRIPT]);
  });

  test('follows the pid file of a script that it calls', async () => {
    const script =
      'mkdir /x\nstart_daemon -p /run/foo.pid /bin/foo\ncase $1 in reload) ;; esac\ncase $1 in\n  reload|x)\n ;;\nesac\n';
    const { out } = await toUnit(script);
    expect(service(out)).toEqual([
      'Type=forking',
      ...CALLS,
      'RemainAfterExit=no',
      'PIDFile=/run/foo.pid',
      ...SCRIPT,
      'ExecReload=/etc/init.d/foo reload',
    ]);
  });

  test('a script without a daemon is a one-shot; --test and text behind << start none', async () => {
    const script =
      'start-stop-daemon --start --test --exec /bin/foo\ncat <<END\nstart_daemon /bin/foo\nEND\n# start_daemon /bin/foo\n';
    const { out } = await toUnit(script);
    expect(service(out)).toEqual(['Type=oneshot', ...CALLS, 'RemainAfterExit=yes', ...SCRIPT]);
  });

  test('a script that is not there: 2', async () => {
    expect(await callRcinit(['to-unit', 'nobody-has-this', '--root', withTree({})])).toMatchObject({
      code: 2,
      out: '',
      err: 'rcinit to-unit: cannot read "/etc/init.d/nobody-has-this": No such file or directory; name a script of init.d, or a path\n',
    });
  });

  test('--output writes a file, and does not replace one', async () => {
    const cwd = withTree({ foo: `#!/bin/sh\n${HEADER}` });
    const write = () => callRcinit(['to-unit', './foo', '--output', 'foo.service'], cwd);
    expect(await write()).toMatchObject({ code: 0, out: `${cwd}/foo.service\n` });
    expect(readFileSync(join(cwd, 'foo.service'), 'utf8')).toContain('[Service]\nType=oneshot\n');
    expect(await write()).toMatchObject({ code: 1, out: '' });
  });

  test.skipIf(!hasAnalyze)(
    'systemd-analyze has nothing against it (skipped where it is not installed)',
    async () => {
      const cwd = withTree({});
      const unit = join(cwd, 'rcinit-foo.service');
      for (const options of [[], ['--ready', 'notify'], ['--fork', '--reload', 'HUP']]) {
        const words = [
          '--output',
          join(cwd, 'foo'),
          '--force',
          '--',
          '/bin/sleep',
          'a b',
          '$x',
          '%n',
          '"',
          '\\',
          ';',
          '#',
        ];
        expect(await callRcinit(['new', 'foo', ...options, ...words])).toMatchObject({ code: 0 });
        expect(await callRcinit(['to-unit', './foo', '--output', unit, '--force'], cwd)).toMatchObject({
          code: 0,
        });
        expect(readFileSync(unit, 'utf8')).toContain(
          'ExecStart=/bin/sleep "a b" $$x %%n "\\"" "\\\\" ";" "#" $DAEMON_OPTS\n',
        );
        const ran = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
        expect(ran.stderr.split('\n').filter((line) => line.includes('rcinit-foo'))).toEqual([]);
      }
    },
  );

  test('from a unit to a script and back the line of the daemon is the same', async () => {
    const line = `ExecStart=/bin/sleep "a b" $$x %%n "it's" ";"`;
    const cwd = withTree({ 'foo.service': `[Service]\nType=notify\n${line}\nUser=nobody\n` });
    await callRcinit(['new', 'foo', '--output', 'foo', '--from-unit', 'foo.service'], cwd);
    const { out } = await callRcinit(['to-unit', './foo'], cwd);
    expect(out).toContain(`\nType=notify\n${line}\nUser=nobody\n`);
  });
});
