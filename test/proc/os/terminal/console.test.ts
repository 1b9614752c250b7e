import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openConsole, type Console } from '../../../../src/os/terminal/console.ts';
import { openPty, type Pty } from '../../../support/pty.ts';
import { runProgram } from '../../../support/run-program.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { withTree } from '../../../support/with-tree.ts';

const SANE =
  'icrnl ixon ixany ignpar -inlcr -brkint iutf8 opost onlcr isig icanon echo echoe echoctl echoke -echonl hupcl clocal cread 9600 ^? ^C ^U ^D';

interface Screen {
  readonly pty: Pty;
  readonly console: Console;
  readonly shown: () => string;
}

function openScreen(): Screen {
  let shown = '';
  const pty = openPty((chunk) => (shown += String(chunk)));
  onTestFinished(() => pty.close());
  const console = openConsole({ mode: 'machine', env: { CONSOLE: pty.path } });
  onTestFinished(() => console.close());
  return { pty, console, shown: () => shown };
}

test('openConsole says lines in the form of sysvinit', async () => {
  const { console, shown } = openScreen();
  // Without the terminal's own translation of line ends.
  execFileSync('stty', ['-F', console.path ?? '', '-opost']);
  console.say('version 1 booting');
  await waitFor('the line', () => shown().endsWith('\n'));
  expect(shown()).toBe('\rINIT: version 1 booting\r\n');
  expect(console.droppedLines()).toBe(0);
});

test('openConsole drops and counts lines that a stopped terminal does not take', () => {
  const { console, pty } = openScreen();
  const fd = openSync(pty.path, 'r+');
  onTestFinished(() => closeSync(fd));
  for (let line = 0; line < 10_000; line++) console.say('x'.repeat(100));
  expect(console.droppedLines()).toBeGreaterThan(0);
});

test('openConsole lends the device to a child, blocking, and closes it again', () => {
  const { console, pty } = openScreen();
  const lent = console.lendStdio(([input, output, errors]) => {
    expect([output, errors]).toEqual([input, input]);
    expect(fstatSync(input).rdev).toBe(statSync(pty.path).rdev);
    const flags = execFileSync('sh', ['-c', 'grep flags: /proc/self/fdinfo/0'], {
      stdio: [input, 'pipe', 'inherit'],
    });
    // O_RDWR (2) and O_LARGEFILE, without O_NONBLOCK (04000).
    expect(Number.parseInt(/\d+/.exec(String(flags))?.[0] ?? '', 8) & 0o4003).toBe(2);
    return input;
  });
  expect(() => fstatSync(lent)).toThrow('EBADF');
});

test('openConsole finds out whether the device can be a controlling terminal', () => {
  const { pty } = openScreen();
  expect(openConsole({ mode: 'device', env: { CONSOLE: pty.path } }).isTakeable).toBe(true);
  expect(openConsole({ mode: 'device', env: { CONSOLE: '/dev/null' } }).isTakeable).toBe(false);
});

test('openConsole falls back to the console, and to /dev/null, where a device cannot be opened', () => {
  const console = openConsole({ mode: 'machine', env: { CONSOLE: '/dev/no-such-device' } });
  onTestFinished(() => console.close());
  const unnamed = openConsole({ mode: 'machine', env: {} });
  onTestFinished(() => unnamed.close());
  expect(console.path).toBe(unnamed.path);
  expect(['/dev/console', '/dev/tty0', '/dev/null']).toContain(console.path);
  // What is the machine's own is left alone.
  if (console.path !== '/dev/null') return;
  console.lendStdio(([fd]) => writeSync(fd, ''));
  console.ask('', () => undefined);
});

test('Console.lendStdio gives nothing to read or write after a hang-up, and says so once', () => {
  const pty = openPty(() => undefined);
  const problems: string[] = [];
  const onProblem = (text: string) => problems.push(text);
  const console = openConsole({ mode: 'device', env: { CONSOLE: pty.path }, onProblem });
  onTestFinished(() => console.close());
  console.say('before');
  pty.close();
  for (let times = 0; times < 2; times++)
    console.lendStdio(([fd]) => expect(fstatSync(fd).rdev).toBe(statSync('/dev/null').rdev));
  expect(problems).toEqual([`open(${pty.path}): No such file or directory`]);
  console.say('after');
  console.reset();
  expect(console.droppedLines()).toBe(1);
});

test('Console.reset gives the terminal sane modes', () => {
  const { console, pty } = openScreen();
  const stty = (...args: string[]): string => String(execFileSync('stty', ['-F', pty.path, ...args]));
  stty('raw', '-echo', 'iutf8', 'erase', '^H', '9600');
  console.reset();
  const modes = stty('-a').split(/[\s;]+/);
  expect(modes).toEqual(expect.arrayContaining(SANE.split(' ')));
});

test('Console.ask prompts and takes one line', async () => {
  const { console, pty, shown } = openScreen();
  let answer: string | undefined;
  console.ask('\nEnter runlevel: ', (line) => (answer = line));
  await waitFor('the prompt', () => shown().endsWith('Enter runlevel: '));
  pty.type('3\r');
  await waitFor('the answer', () => answer);
  expect(answer).toBe('3');
});

test('openConsole with inherited streams says plain lines', async () => {
  const program = runProgram('inherited-console', ['2']);
  expect(await program.ended).toBe(0);
  expect(program.lines).toEqual(['INIT: line 1', 'INIT: line 2']);
  expect(program.stderr()).toBe('undefined 0\n');
});

test('openConsole with inherited streams drops lines when nobody reads its pipe', async () => {
  // The shell's descriptor is a reader that never reads.
  const script = 'mkfifo "$0"; exec 3<>"$0"; exec "$@" >"$0"';
  const through = ['sh', '-c', script, join(withTree({}), 'fifo')];
  const program = runProgram('inherited-console', ['20000'], { through });
  expect(await program.ended).toBe(0);
  expect(Number(/^undefined (\d+)\n$/.exec(program.stderr())?.[1])).toBeGreaterThan(0);
});
