import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { encodeRequest } from '../../../../src/core/wire/initctl-message.ts';
import { openControlFifo, type ControlFifo } from '../../../../src/os/pid1/fifo.ts';
import { writeRequest } from '../../../../src/os/pid1/fifo-writer.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { withTree } from '../../../support/with-tree.ts';

/** Short, so that a test need not wait five seconds for a look at the path. */
const RECHECK_MS = 20;

interface Heard {
  readonly fifo: ControlFifo;
  readonly sleeps: number[];
  readonly problems: string[];
  bogus: number;
}

function listen(path: string, recheckMs = RECHECK_MS): Heard {
  const sleeps: number[] = [];
  const problems: string[] = [];
  const heard = { sleeps, problems, bogus: 0 };
  const fifo = openControlFifo(
    path,
    {
      onRequest: (bytes) => sleeps.push(Buffer.from(bytes).readInt32LE(12)),
      onBogus: () => heard.bogus++,
      onProblem: (text) => problems.push(text),
    },
    { recheckMs },
  );
  onTestFinished(() => fifo.close());
  return Object.assign(heard, { fifo });
}

/** A request that can be told from others. */
function request(sleepSeconds: number): Uint8Array {
  return encodeRequest({ kind: 'runlevel', level: '3', sleepSeconds });
}

test('openControlFifo makes the fifo with mode 0600, and its folder', () => {
  const path = join(withTree({}), 'run/initctl');
  const { fifo } = listen(path);
  expect(statSync(path).isFIFO()).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(fifo.isSame()).toBe(true);
});

test('openControlFifo takes a fifo that is there, with the mode it has', () => {
  const path = join(withTree({}), 'initctl');
  execFileSync('mkfifo', ['-m', '640', path]);
  const { fifo } = listen(path);
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(fifo.isSame()).toBe(true);
});

test('openControlFifo hands out what comes before it has begun to read, also when it is closed by then', async () => {
  const path = join(withTree({}), 'initctl');
  const closed = listen(path);
  expect(writeRequest(path, request(1), 1000)).toBe('sent');
  closed.fifo.close();
  expect(closed.sleeps).toEqual([1]);
  expect(closed.fifo.fd()).toBe(undefined);
  const read = listen(path);
  expect(writeRequest(path, request(2), 1000)).toBe('sent');
  await waitFor('the request', () => read.sleeps.length === 1);
  expect([closed.sleeps, read.sleeps]).toEqual([[1], [2]]);
});

test('openControlFifo hands out requests in order and outlives each writer', async () => {
  const path = join(withTree({}), 'initctl');
  const heard = listen(path);
  for (const number of [1, 2, 3]) expect(writeRequest(path, request(number), 1000)).toBe('sent');
  await waitFor('three requests', () => heard.sleeps.length === 3);
  expect(writeRequest(path, request(4), 1000)).toBe('sent');
  await waitFor('a fourth request', () => heard.sleeps.length === 4);
  expect(heard.sleeps).toEqual([1, 2, 3, 4]);
  expect(heard.bogus).toBe(0);
});

test('openControlFifo reports what is no request and goes on', async () => {
  const path = join(withTree({}), 'initctl');
  const heard = listen(path);
  writeFileSync(path, 'hello');
  await waitFor('the rubbish', () => heard.bogus === 1);
  writeRequest(path, request(5), 1000);
  await waitFor('the request', () => heard.sleeps.length === 1);
  expect(heard.sleeps).toEqual([5]);
  expect(heard.bogus).toBe(1);
});

test('openControlFifo does not wait for the rest of rubbish that fills a whole read', async () => {
  const path = join(withTree({}), 'initctl');
  const heard = listen(path);
  // The magic in front of nothing, exactly at the end of what libuv reads at once.
  const bytes = Buffer.alloc(65_536);
  bytes.set(request(0).subarray(0, 100), 65_436);
  spawn(process.execPath, [
    '-e',
    `require('fs').writeFileSync(${JSON.stringify(path)}, Buffer.from('${bytes.toString('base64')}', 'base64'))`,
  ]);
  await waitFor('both pieces of rubbish', () => heard.bogus === 2);
  expect(heard.sleeps).toEqual([]);
});

test('openControlFifo loses none of 100,000 requests and lets the loop turn meanwhile', async () => {
  const path = join(withTree({}), 'initctl');
  const heard = listen(path);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  onTestFinished(() => clearInterval(timer));
  const flood = `
    const fs = require('node:fs');
    const fd = fs.openSync(process.argv[1], 'w');
    const bytes = Buffer.from(process.argv[2], 'base64');
    for (let number = 1; number <= 100_000; number++) {
      bytes.writeInt32LE(number, 12);
      fs.writeSync(fd, bytes);
    }`;
  const writer = spawn(process.execPath, ['-e', flood, path, Buffer.from(request(0)).toString('base64')]);
  const [code] = (await once(writer, 'exit')) as [number];
  expect(code).toBe(0);
  await waitFor('all requests', () => heard.sleeps.length >= 100_000);
  expect(heard.sleeps.length).toBe(100_000);
  expect(heard.sleeps.findIndex((number, index) => number !== index + 1)).toBe(-1);
  expect(heard.bogus).toBe(0);
  expect(turns).toBeGreaterThan(0);
});

test('openControlFifo makes a deleted fifo anew and hands out what was still in the old one', async () => {
  const path = join(withTree({}), 'initctl');
  const heard = listen(path);
  writeRequest(path, request(1), 1000);
  rmSync(path);
  expect(heard.fifo.isSame()).toBe(false);
  await waitFor('a new fifo', () => heard.fifo.isSame());
  writeRequest(path, request(2), 1000);
  await waitFor('both requests', () => heard.sleeps.length === 2);
  expect(heard.sleeps).toEqual([1, 2]);
});

test('openControlFifo notices at the next read that the fifo was replaced', async () => {
  const dir = withTree({});
  const path = join(dir, 'initctl');
  const heard = listen(path, 60_000);
  renameSync(path, join(dir, 'old'));
  execFileSync('mkfifo', [path]);
  writeRequest(join(dir, 'old'), request(1), 1000);
  await waitFor('the new fifo', () => heard.fifo.isSame());
  expect(heard.sleeps).toEqual([1]);
});

test('openControlFifo says once that a path is not a fifo, leaves it alone, and comes back when it is gone', async () => {
  const path = join(withTree({ initctl: 'precious' }), 'initctl');
  const heard = listen(path);
  expect(heard.problems).toEqual([`${path} is not a fifo`]);
  expect(heard.fifo.isSame()).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 3 * RECHECK_MS));
  expect(heard.problems).toHaveLength(1);
  expect(readFileSync(path, 'utf8')).toBe('precious');
  rmSync(path);
  await waitFor('the fifo', () => heard.fifo.isSame());
  expect(heard.problems).toHaveLength(1);
});

test('openControlFifo says why the fifo cannot be made', () => {
  const path = join(withTree({ file: '' }), 'file/initctl');
  const { problems } = listen(path);
  expect(problems).toEqual([`${path}: Not a directory`]);
});

test('ControlFifo.close leaves the fifo without a reader', () => {
  const path = join(withTree({}), 'initctl');
  const { fifo } = listen(path);
  fifo.close();
  expect(statSync(path).isFIFO()).toBe(true);
  expect(writeRequest(path, request(1), 0)).toEqual({ kind: 'timeout' });
});
