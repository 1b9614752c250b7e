import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAuthorFile } from '../../src/authoring/author-keys.ts';
import { parseLsbHeader } from '../../src/core/lsb/lsb-header.ts';
import { lookAtProgram } from '../../src/os/process/look-at-program.ts';
import { callRcinit, emptyRoot } from '../support/served-root.ts';
import { withTree } from '../support/with-tree.ts';

describe('rcinit new', () => {
  test('finds the program in PATH, writes an executable script, and says what is next', async () => {
    const dir = emptyRoot();
    const path = join(dir, 'etc/init.d/sleep');
    expect(await callRcinit(['new', 'sleep', '--root', dir])).toMatchObject({
      code: 0,
      out: `${path}\n`,
      err: 'rcinit new: try it with: service sleep start; then: update-rc.d sleep defaults\n',
    });
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(readFileSync(path, 'utf8')).toMatch(/^program=\/(?:usr\/)?bin\/sleep$/m);
  });

  test('does not replace what is there, unless told to', async () => {
    const dir = emptyRoot();
    const path = join(dir, 'etc/init.d/sleep');
    writeFileSync(path, 'mine\n');
    expect(await callRcinit(['new', 'sleep', '--root', dir])).toMatchObject({
      code: 1,
      out: '',
      err: `rcinit new: cannot write "${path}": it is there already; use --force to replace it\n`,
    });
    expect(readFileSync(path, 'utf8')).toBe('mine\n');
    expect(await callRcinit(['new', 'sleep', '--root', dir, '--force'])).toMatchObject({ code: 0 });
    expect(readFileSync(path, 'utf8')).toMatch(/^#!\/bin\/sh\n/);
  });

  test('writes to standard output, and nothing else there', async () => {
    const { code, out, err } = await callRcinit(['new', 'sleep', '--output', '-']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^#!\/bin\/sh\n### BEGIN INIT INFO\n# Provides: {10}sleep\n/);
  });

  test('says why it cannot write', async () => {
    const { code, err } = await callRcinit(['new', 'sleep', '--output', '/proc/none/x']);
    expect(code).toBe(1);
    expect(err).toMatch(/^rcinit new: .*; choose another place with --output, or become its owner\n$/);
  });

  test('the header says what was said, and insserv has nothing against it', async () => {
    const args = [
      '--description',
      'Does\nthis',
      '--requires',
      '$network db',
      '--wants',
      'cache,$syslog',
      '--before',
      'web',
    ];
    const { out } = await callRcinit(['new', 'sleep', '--output', '-', '--levels', '35', ...args]);
    const { header, diagnostics } = parseLsbHeader('sleep', 'sleep', out);
    expect(diagnostics).toEqual([]);
    const names = (list: keyof typeof header.needs) => header.needs[list].map(({ text }) => text);
    expect(names('Required-Start')).toEqual(['$remote_fs', '$syslog', '$network', 'db']);
    expect(names('Should-Start')).toEqual(['cache']);
    expect(names('X-Start-Before')).toEqual(['web']);
    expect(out).toContain(
      '# Default-Start:     3 5\n# Default-Stop:      0 1 2 4 6\n# Short-Description: Does this\n',
    );
  });

  test('a file says the same as options, which count more', async () => {
    const cwd = withTree({
      'a.conf': `# a comment
DAEMON=/bin/sleep
DAEMON_ARGS = -x 'a b'
USER=nobody
umask=022
ENVIRONMENT=A=1
ENVIRONMENT=B=2
`,
    });
    const options = [
      '--daemon',
      '/bin/sleep',
      '--args',
      "-x 'a b'",
      '--env',
      'A=1',
      '--env',
      'B=2',
      '--umask',
      '077',
    ];
    const both = await callRcinit(['new', 'a', '--output', '-', '--from', 'a.conf', '--umask', '077'], cwd);
    const said = await callRcinit(['new', 'a', '--output', '-', '--user', 'nobody', ...options]);
    expect(both).toEqual(said);
    expect(both.code).toBe(0);
  });

  test('a mistake in the file is shown in its place', async () => {
    const cwd = withTree({ 'a.conf': 'DEAMON=/bin/sleep\nwhat\n' });
    expect(await callRcinit(['new', 'a', '--output', '-', '--from', 'a.conf'], cwd)).toMatchObject({
      code: 2,
      out: '',
      err: `a.conf:1:1: error: there is no key DEAMON
  DEAMON=/bin/sleep
  ^^^^^^
  hint: did you mean DAEMON?
a.conf:2:1: error: no KEY=value
  what
  ^
  hint: rcinit new --help lists the keys
rcinit new: cannot write "a": a.conf has errors in it; see above
`,
    });
  });

  test.each([
    [
      ['no-such-program'],
      'cannot find "no-such-program": it is not in PATH; name the program by --daemon /PATH/PROGRAM',
    ],
    [['a/b'], 'cannot take "a/b": insserv takes no script of that name; use letters, digits and -'],
    [['rc'], 'cannot take "rc": insserv takes no script of that name; use letters, digits and -'],
    [['sleep', '--nice', 'x'], 'cannot take NICE "x": it is no number; write one'],
    [['sleep', '--nice', '30'], 'cannot write "sleep": the nice level is no number from -20 to 19'],
    [['sleep', '--umask', '9'], 'cannot write "sleep": umask "9" is no octal number'],
    [
      ['sleep', '--reload', 'FOO'],
      'cannot write "sleep": "FOO" is no signal of start-stop-daemon; write e.g. HUP, or a number',
    ],
    [['sleep', '--env', 'A'], 'cannot take ENVIRONMENT "A": it is no NAME=VALUE; write one'],
    [
      ['sleep', '--env', 'PATH=x'],
      'cannot write "sleep": the variable "PATH" is the script’s own; start the program through env PATH=VALUE',
    ],
    [
      ['sleep', '--args', '"a'],
      'cannot read DAEMON_ARGS ""a": it holds a quote that is not closed; correct it',
    ],
    [
      ['sleep', '--limits', 'nofile=lots'],
      'cannot write "sleep": "nofile=lots" is no limit; write e.g. nofile=4096 or core=unlimited',
    ],
    [
      ['sleep', '--levels', '29'],
      'cannot write "sleep": "9" is no run level of links; those are 0 to 6 and S',
    ],
    [['sleep', '--wants', 'a;b'], 'cannot write "sleep": "a;b" is no name of a service or facility'],
    [['sleep', '--log', 'here'], 'cannot write "sleep": "here" is no absolute path'],
    [
      ['sleep', '--ready', 'soon'],
      'cannot take READY "soon": it is neither exec nor notify; leave it out if in doubt',
    ],
    [
      ['sleep', '--fork', '--ready', 'notify'],
      'cannot take both FORK and READY notify: a daemon that forks is ready when it has forked',
    ],
    [['sleep', '--pre', '-'], 'cannot take PRE "-": there is no command in it; write one or leave PRE out'],
    [
      ['sleep', '--from-unit', 'no-such-file'],
      'cannot read "no-such-file": ENOENT: no such file or directory, open \'/no-such-file\'; name a file',
    ],
  ])('%j is refused', async (args, message) => {
    expect(await callRcinit(['new', ...args, '--output', '-'])).toMatchObject({
      code: 2,
      out: '',
      err: `rcinit new: ${message}\n`,
    });
  });

  test.each([
    ['FORK', ['--fork']],
    ['PIDFILE', ['--pidfile', '/run/sleep.pid']],
    ['PROCESS', ['--process', 'sleeper']],
    ['RELOAD', ['--reload', 'HUP']],
    ['READY', ['--ready', 'exec']],
    ['LOG', ['--log', '/var/log/sleep.log']],
  ])('of a one-shot %s is refused: nothing would come of it', async (key, words) => {
    expect(await callRcinit(['new', 'sleep', '--output', '-', '--oneshot', ...words])).toMatchObject({
      code: 2,
      out: '',
      err: `rcinit new: cannot take both ONESHOT and ${key}: nothing runs on; leave one of them out\n`,
    });
  });

  test('--help has every key and examples', async () => {
    const { code, out } = await callRcinit(['new', '--help']);
    expect(code).toBe(0);
    for (const word of ['[DAEMON]', '[STOP]', 'Examples:', 'Exit status:']) expect(out).toContain(word);
  });

  test('a user of the same name is told of', async () => {
    const { err } = await callRcinit(['new', 'daemon', '--output', '-', '--daemon', '/bin/sleep']);
    expect(err).toBe(
      'rcinit new: there is a user daemon; if the daemon does not become that user itself, add --user daemon\n',
    );
  });

  test('of a program that forks, the pid file stands in the program', async () => {
    const cwd = withTree({ 'd!': '#!/bin/sh\necho $$ >/var/run/some/d.pid\n' });
    const { out } = await callRcinit(['new', 'd', '--output', '-', '--fork', '--daemon', join(cwd, 'd')]);
    expect(out).toContain('pidfile="$root/run/some/d.pid"\n');
  });
});

test.each([
  ['#!/bin/sh -e\n:\n', { interpreter: '/bin/sh', interpreterArgs: ['-e'], mayBecomeAnother: false }],
  [
    '#! /usr/bin/env -S sh -e\n exec x\n',
    { interpreter: '/bin/sh', interpreterArgs: ['-e'], mayBecomeAnother: true },
  ],
])('lookAtProgram %j', (text, look) => {
  const dir = withTree({ 'x!': text });
  expect(lookAtProgram(join(dir, 'x'), '/bin')).toMatchObject({ kind: 'script', ...look });
});

test('parseAuthorFile: of what is no list the last one counts', () => {
  const { values } = parseAuthorFile('x', 'USER=a\nUSER=b\nPRE=a\nPRE=b\n');
  expect(Object.fromEntries(values)).toEqual({ USER: ['b'], PRE: ['a', 'b'] });
});
