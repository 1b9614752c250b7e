import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { askControl } from '../../../../src/os/pid1/control-client.ts';
import {
  listenForControl,
  type ControlSocket,
  type LineHandler,
} from '../../../../src/os/pid1/control-socket.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { withTree } from '../../../support/with-tree.ts';

const DEADLINE_MS = 10_000;

async function listen(path: string, handler: LineHandler, idleMs = DEADLINE_MS): Promise<ControlSocket> {
  const control = await listenForControl(path, handler, { idleMs });
  onTestFinished(() => control.close());
  return control;
}

async function connect(path: string): Promise<Socket> {
  const socket = createConnection({ path });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function socketPath(): string {
  return join(withTree({}), 'run/rcinit/control.sock');
}

test('askControl gets the answer of the handler, sync or not', async () => {
  const path = socketPath();
  await listen(path, (line) => (line === 'now' ? 'NOW' : Promise.resolve(`later: ${line}`)));
  expect(await askControl(path, 'now', DEADLINE_MS)).toEqual({ kind: 'answer', line: 'NOW' });
  expect(await askControl(path, 'ü', DEADLINE_MS)).toEqual({ kind: 'answer', line: 'later: ü' });
});

test('listenForControl makes a socket of mode 0600, leaves nothing else, and restores the umask', async () => {
  const before = process.umask(0o022);
  onTestFinished(() => void process.umask(before));
  const path = socketPath();
  await listen(path, () => '');
  expect(statSync(path).isSocket()).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(existsSync(`${path}.new`)).toBe(false);
  expect(process.umask()).toBe(0o022);
});

test('listenForControl replaces a socket that a dead init left', async () => {
  const path = socketPath();
  const first = await listenForControl(path, () => 'first');
  const second = await listen(path, () => 'second');
  // The second took the name over, so the first leaves it alone.
  first.close();
  expect(await askControl(path, '', DEADLINE_MS)).toEqual({ kind: 'answer', line: 'second' });
  second.close();
  expect(existsSync(path)).toBe(false);
});

test('listenForControl does not touch what is no socket', async () => {
  const path = join(withTree({ file: 'precious' }), 'file');
  await expect(listenForControl(path, () => '')).rejects.toThrow(
    expect.objectContaining({
      code: 'EEXIST',
      message: `cannot listen on "${path}": File exists`,
    }),
  );
  expect(readFileSync(path, 'utf8')).toBe('precious');
});

test('listenForControl and askControl reach a path longer than the kernel takes', async () => {
  const dir = withTree({ [`${'long-'.repeat(40)}/`]: '' });
  const path = join(dir, 'long-'.repeat(40), 'control.sock');
  const control = await listen(path, () => 'far away');
  expect(statSync(path).isSocket()).toBe(true);
  expect(await askControl(path, '', DEADLINE_MS)).toEqual({ kind: 'answer', line: 'far away' });
  control.close();
  control.close();
  expect(existsSync(path)).toBe(false);
});

test('listenForControl answers several lines of one connection in order', async () => {
  const path = socketPath();
  await listen(path, async (line) => {
    if (line === 'slow') await new Promise((resolve) => setTimeout(resolve, 20));
    return line;
  });
  const socket = await connect(path);
  let got = '';
  socket.on('data', (chunk) => (got += String(chunk)));
  socket.write('slow\nfa');
  socket.write('st\n');
  await waitFor('both answers', () => got === 'slow\nfast\n');
});

test('listenForControl takes a line of 64 KiB and cuts off a longer one', async () => {
  const path = socketPath();
  await listen(path, (line) => String(line.length));
  expect(await askControl(path, 'x'.repeat(65_536), DEADLINE_MS)).toEqual({ kind: 'answer', line: '65536' });
  expect(await askControl(path, 'x'.repeat(65_537), DEADLINE_MS)).toEqual({
    kind: 'failed',
    code: 'ECONNRESET',
  });
});

test('listenForControl drops a silent client, but not one that waits for its answer', async () => {
  const path = socketPath();
  await listen(path, () => new Promise((resolve) => setTimeout(() => resolve('made'), 100)), 20);
  const silent = await connect(path);
  await once(silent.resume(), 'close');
  expect(await askControl(path, '', DEADLINE_MS)).toEqual({ kind: 'answer', line: 'made' });
});

test('listenForControl drops a client that asks and never reads', async () => {
  const path = socketPath();
  const answer = 'x'.repeat(1_000_000);
  await listen(path, () => answer, 50);
  const socket = await connect(path);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  // Only writing shows this client that it was dropped. The server soon takes no more of it, so it counts as silent.
  const timer = setInterval(() => socket.write('more\n'.repeat(10_000)), 10);
  onTestFinished(() => clearInterval(timer));
  await closed;
});

test('listenForControl serves 64 connections at once and no more', async () => {
  const path = socketPath();
  await listen(path, (line) => line);
  const sockets: Socket[] = [];
  for (let count = 0; count < 64; count++) sockets.push(await connect(path));
  expect(await askControl(path, 'one more', DEADLINE_MS)).toEqual({ kind: 'failed', code: 'ECONNRESET' });
  sockets[0]?.destroy();
  await waitFor('a free place', async () => (await askControl(path, 'again', DEADLINE_MS)).kind === 'answer');
});

test('listenForControl drops the connection when the handler throws, and goes on', async () => {
  const path = socketPath();
  await listen(path, (line) => {
    if (line === 'bad') throw new Error('no');
    return line;
  });
  expect(await askControl(path, 'bad', DEADLINE_MS)).toEqual({ kind: 'failed', code: 'ECONNRESET' });
  expect(await askControl(path, 'good', DEADLINE_MS)).toEqual({ kind: 'answer', line: 'good' });
});

test('listenForControl tells the handler that its client has gone', async () => {
  const path = socketPath();
  let isGone = false;
  let isAsked = false;
  await listen(path, (_line, gone) => {
    isAsked = true;
    gone.addEventListener('abort', () => (isGone = true));
    return new Promise<string>(() => undefined);
  });
  const socket = await connect(path);
  socket.write('wait\n');
  await waitFor('the question', () => isAsked);
  socket.destroy();
  expect(await waitFor('the news', () => isGone)).toBe(true);
});

test('askControl tells that no init runs here, or that what is there is no socket', async () => {
  const path = socketPath();
  expect(await askControl(path, '', DEADLINE_MS)).toEqual({ kind: 'absent' });
  const file = join(withTree({}), 'file');
  writeFileSync(file, '');
  expect(await askControl(file, '', DEADLINE_MS)).toEqual({ kind: 'absent' });
});

test('askControl gives up at the deadline', async () => {
  const path = socketPath();
  await listen(path, () => new Promise<string>(() => undefined));
  expect(await askControl(path, '', 30)).toEqual({ kind: 'timeout' });
});
