import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { OUR_LIBRARY, ourLibrary } from '../support/debian-shell-library.ts';
import { describeShells, runText, type Shell } from '../support/shells.ts';
import { withTree } from '../support/with-tree.ts';

const OK = '[  OK  ]\r';
const FAILED = '[FAILED]\r';

function run(shell: Shell, root: string, text: string, env: Readonly<Record<string, string>> = {}) {
  const source = `. '${join(OUR_LIBRARY, 'functions-redhat')}'\n`;
  return runText(shell, source + text, {
    flags: '-u',
    env: { ...ourLibrary(root).env, F: join(root, 'my.pid'), ...env },
  });
}

async function startSleep(): Promise<number> {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => child.once('spawn', resolve));
  return child.pid ?? 0;
}

describeShells('functions-redhat', (shell) => {
  test('action marks the line and returns the code of the command', async () => {
    const text = 'action "Doing it:" true; echo $?; action "Doing it:" sh -c "exit 6"; echo $?';
    const stdout = `Doing it: ${OK}\n0\nDoing it: ${FAILED}\n6\n`;
    expect(await run(shell, withTree({}), text)).toEqual({ code: 0, stdout, stderr: '' });
  });

  test('success, failure, passed and warning mark, and keep the code they find', async () => {
    const text =
      '(exit 4); failure x; echo $?; (exit 3); passed x; echo $?; (exit 2); warning x; echo $?; success x; echo $?';
    const stdout = `${FAILED}4\n[PASSED]\r3\n[WARNING]\r2\n${OK}0\n`;
    expect(await run(shell, withTree({}), text)).toEqual({ code: 0, stdout, stderr: '' });
  });

  test('status says what it finds, with LSB’s codes', async () => {
    const root = withTree({ 'var/run/': '', 'var/lock/subsys/locked': '' });
    const pid = await startSleep();
    const each = ['-p "$F" /bin/sleep', '/sbin/locked', '-l locked /sbin/other', '/sbin/other'];
    const text = each.map((args) => `status ${args}; echo $?`).join('\n');
    writeFileSync(join(root, 'my.pid'), `${pid}\n`);
    expect(await run(shell, root, text)).toEqual({
      code: 0,
      stdout: `sleep (pid ${pid}) is running...\n0\nlocked dead but subsys locked\n2\nother dead but subsys locked\n2\nother is stopped\n3\n`,
      stderr: '',
    });
    writeFileSync(join(root, 'my.pid'), 'garbage\n');
    expect(await run(shell, root, 'status -p "$F" x; echo $?')).toMatchObject({
      stdout: 'x dead but pid file exists\n1\n',
    });
  });

  test('killproc ends the daemon, removes the pid file and marks the line', async () => {
    const root = withTree({ 'var/run/': '' });
    writeFileSync(join(root, 'my.pid'), `${await startSleep()}\n`);
    const text =
      'killproc -p "$F" -d 2 sleep -CONT; echo $?; killproc -p "$F" sleep; echo $?; killproc -p "$F" sleep; echo $?';
    expect(await run(shell, root, text)).toEqual({
      code: 0,
      stdout: `${OK}0\n${OK}0\n${FAILED}0\n`,
      stderr: '',
    });
    expect(existsSync(join(root, 'my.pid'))).toBe(false);
    expect(await run(shell, root, 'killproc -p "$F" sleep -HUP', { LSB: 'yes' })).toMatchObject({ code: 7 });
  });

  test('daemon runs a command line unless the pid file says that it runs', async () => {
    const root = withTree({ 'var/run/': '' });
    const text = `daemon --check sleep --pidfile="$F" +1 'echo "a  b" c'; echo $?; daemon "exit 3"; echo $?`;
    expect(await run(shell, root, text)).toEqual({
      code: 0,
      stdout: `a  b c\n${OK}0\n${FAILED}3\n`,
      stderr: '',
    });
    writeFileSync(join(root, 'my.pid'), `${await startSleep()}\n`);
    expect(await run(shell, root, 'daemon --pidfile "$F" echo no; echo $?')).toMatchObject({ stdout: '0\n' });
    expect(await run(shell, root, 'daemon --force --pidfile "$F" echo yes')).toMatchObject({
      stdout: `yes\n${OK}`,
    });
  });

  test('checkpid and pidfileofproc', async () => {
    const pid = await startSleep();
    const root = withTree({ 'var/run/sleep.pid': `${pid}\n` });
    const text =
      'checkpid 999999999; echo $?; checkpid 999999999 $$; echo $?; pidfileofproc sleep; pidfileofproc x';
    expect(await run(shell, root, text)).toMatchObject({ stdout: `1\n0\n${pid}\n` });
  });
});
