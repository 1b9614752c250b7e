import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { applet as rcinit } from '../../src/cli/rcinit.ts';
import { applet as telinit } from '../../src/cli/telinit.ts';
import { CONTROL_VERSION, encodeLine } from '../../src/core/engine/control-message.ts';
import { listenForControl } from '../../src/os/pid1/control-socket.ts';
import { startOnTerminal } from '../support/on-terminal.ts';
import { callApplet, runApplet } from '../support/run-applet.ts';
import { waitFor } from '../support/wait-for.ts';
import { withTree } from '../support/with-tree.ts';

const SCRIPT = `#!/bin/sh
case "$1" in
start | stop) exit 1 ;;
restart) ;;
*) echo "Usage: foo {start|stop|restart|force-reload}" >&2; exit 2 ;;
esac
`;

describe('service NAME ACTION, on a terminal', () => {
  test.each<[action: string, script: string, code: number, shown: string]>([
    ['reestart', SCRIPT, 2, 'Usage: foo {start|stop|restart|force-reload}\r\nDid you mean "restart"?\r\n'],
    [
      'force-relaod',
      SCRIPT,
      2,
      'Usage: foo {start|stop|restart|force-reload}\r\nDid you mean "force-reload"?\r\n',
    ],
    ['frobnicate', SCRIPT, 2, 'Usage: foo {start|stop|restart|force-reload}\r\n'],
    ['start', SCRIPT, 1, ''],
    ['restart', SCRIPT, 0, ''],
    ['satrt', '#!/bin/sh\nexit 0\n', 0, ''],
  ])('%s: the script has its say, then a guess', async (action, script, code, shown) => {
    const root = withTree({ 'etc/init.d/foo!': script });
    const run = startOnTerminal('service', ['foo', action], { RCINIT_ROOT: root });
    expect(await run.ended).toBe(code);
    await waitFor('the whole output', () => run.shown() === shown);
  });

  test('and without a terminal, just what the script says', async () => {
    const root = withTree({ 'etc/init.d/foo!': SCRIPT });
    expect(await runApplet('service', ['foo', 'reestart'], { env: { RCINIT_ROOT: root } })).toEqual({
      code: 2,
      signal: null,
      out: '',
      err: 'Usage: foo {start|stop|restart|force-reload}\n',
    });
  });
});

describe('what is waited for longer than a second, on a terminal', () => {
  test('rcinit lint says that shellcheck reads, and takes that back', async () => {
    const dir = withTree({
      'bin/shellcheck!': '#!/bin/sh\nread line < "$GATE"\necho \'{"comments":[]}\'\n',
      'web!': '#!/bin/sh\n',
    });
    const GATE = join(dir, 'gate');
    execFileSync('mkfifo', [GATE]);
    const PATH = `${join(dir, 'bin')}:${process.env['PATH'] ?? ''}`;
    const run = startOnTerminal('rcinit', ['lint', '--quiet', join(dir, 'web')], {
      GATE,
      PATH,
      TERM: 'linux',
    });
    await waitFor('the progress', () => run.shown().includes('shellcheck reads 1 file …'));
    writeFileSync(GATE, 'go\n');
    expect(await run.ended).toBe(1);
    await waitFor('the end', () => run.shown().includes('shellcheck reads 1 file …\r\u001b[K'));
  });

  test('rcinit test says what it tries, and takes that back', async () => {
    const dir = withTree({
      'web!': '#!/bin/sh\nuntil [ -e "${0%web}$1" ]; do sleep 0.1; done\nexit 3\n',
      start: '',
      stop: '',
    });
    const words = ['test', join(dir, 'web'), '--here', '--only', 'unknown-action'];
    const PATH = process.env['PATH'] ?? '';
    const run = startOnTerminal('rcinit', words, { PATH, TERM: 'linux', NO_COLOR: '1' });
    await waitFor('the first progress', () => run.shown().includes('getting ready …'));
    writeFileSync(join(dir, 'status'), '');
    await waitFor('the progress', () => run.shown().includes('1/1 unknown-action'), 30_000);
    writeFileSync(join(dir, 'no-such-action'), '');
    expect(await run.ended).toBe(0);
    const whole = /1\/1 unknown-action\r\u001b\[Kok    unknown-action .*exit 3 /;
    await waitFor('the end', () => whole.test(run.shown()));
  });
});

describe('service --status-all, on a terminal', () => {
  test('says whom it waits for, and takes that back', async () => {
    const root = withTree({
      'etc/init.d/quick!': '#!/bin/sh\necho up\n',
      'etc/init.d/slow!': '#!/bin/sh\nread line < gate\necho up\n',
    });
    execFileSync('mkfifo', [join(root, 'gate')]);
    const run = startOnTerminal('service', ['--status-all'], { RCINIT_ROOT: root, TERM: 'linux' });
    await waitFor('the progress', () => run.shown().includes('1 of 2 have answered, waiting for slow …'));
    writeFileSync(join(root, 'gate'), 'go\n');
    expect(await run.ended).toBe(0);
    await waitFor('the end', () => run.shown().endsWith('slow\r\n'));
    // A busy machine may be late with the quick one, and then says so first.
    expect(run.shown()).toMatch(/1 of 2 have answered, waiting for slow …\r\u001b\[K \[ \+ \] {2}slow\r\n$/);
  });
});

describe('rcinit, on a terminal', () => {
  test.each([['status'], ['plan', '3'], ['explain', 'x']])(
    '%s says that it waits for an init that does not answer',
    async (...args) => {
      const root = withTree({ 'etc/inittab': 'x:2:respawn:getty\n', 'etc/init.d/': '' });
      let err = '';
      const control = await listenForControl(join(root, 'run/rcinit/control.sock'), async () => {
        await waitFor('the progress', () => err.includes('waiting for the answer of init …'));
        return '{}';
      });
      onTestFinished(() => control.close());
      await callApplet(rcinit, [...args, '--root', root], {
        name: 'rcinit',
        stderrIsTty: true,
        err: (text) => (err += text),
      });
      expect(err).toContain('\r\u001b[Kwaiting for the answer of init …\r\u001b[K');
    },
  );

  test('telinit --wait says for what, and takes that back', async () => {
    const root = withTree({});
    let err = '';
    const control = await listenForControl(join(root, 'run/rcinit/control.sock'), async () => {
      await waitFor('the progress', () => err.includes('waiting for run level 3 …'));
      return encodeLine({
        version: CONTROL_VERSION,
        kind: 'level',
        outcome: 'reached',
        level: '3',
        failed: [],
      }).trimEnd();
    });
    onTestFinished(() => control.close());
    const run = await callApplet(telinit, ['--wait', '3'], {
      name: 'telinit',
      env: { RCINIT_ROOT: root },
      stderrIsTty: true,
      err: (text) => (err += text),
    });
    expect({ code: run.code, err }).toEqual({
      code: 0,
      err: '\r\u001b[Kwaiting for run level 3 …\r\u001b[K',
    });
  });

  test('check says that it reads a great many headers, and takes that back', async () => {
    const links = Array.from({ length: 5_000 }, (_, index) => [`etc/rc2.d/README.${index}`, '']);
    const root = withTree({
      'etc/inittab': 'id:2:initdefault:\nx:2:respawn:getty\n',
      ...Object.fromEntries(links),
    });
    const check = (stderrIsTty: boolean) =>
      callApplet(rcinit, ['check', '--root', root], { name: 'rcinit', stderrIsTty });
    expect((await check(true)).err).toBe('reading the headers behind 5000 links …\r\u001b[K');
    expect((await check(false)).err).toBe('');
    // Makes, reads and removes 5,000 files: 5 s alone, 33 s on a busy disk.
  }, 120_000);
});

describe('rcinit help', () => {
  test.each([
    ['service', 'rcinit: cannot explain "service": it is a command of its own; man service does\n'],
    ['statsu', 'rcinit: unknown command "statsu"; did you mean status?\n'],
    ['nonsense', 'rcinit: unknown command "nonsense"; rcinit --help lists them\n'],
  ])('%s: refuses with advice', async (name, err) => {
    expect(await runApplet('rcinit', ['help', name])).toEqual({ code: 2, signal: null, out: '', err });
  });
});
