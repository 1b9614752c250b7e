import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeRequest } from '../../../../src/os/pid1/fifo-writer.ts';
import { errorCode } from '../../../../src/os/os-error.ts';
import { withTree } from '../../../support/with-tree.ts';

const BYTES = Buffer.alloc(384, 'x');

function makeFifo(): string {
  const path = join(withTree({}), 'fifo');
  execFileSync('mkfifo', [path]);
  return path;
}

function openReader(path: string): number {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  onTestFinished(() => closeSync(fd));
  return fd;
}

test('writeRequest sends all bytes at once', () => {
  const path = makeFifo();
  const reader = openReader(path);
  expect(writeRequest(path, BYTES, 0)).toBe('sent');
  const read = Buffer.alloc(1000);
  expect(readSync(reader, read)).toBe(384);
  expect(read.subarray(0, 384)).toEqual(BYTES);
});

test('writeRequest gives up at the deadline where nobody reads', () => {
  expect(writeRequest(makeFifo(), BYTES, 30)).toEqual({ kind: 'timeout' });
});

test('writeRequest gives up at the deadline where the fifo is full', () => {
  const path = makeFifo();
  openReader(path);
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  onTestFinished(() => closeSync(writer));
  expect(() => {
    for (;;) writeSync(writer, BYTES);
  }).toThrow(expect.toSatisfy((error) => errorCode(error) === 'EAGAIN'));
  expect(writeRequest(path, BYTES, 30)).toEqual({ kind: 'timeout' });
});

test('writeRequest waits for a reader that comes late', () => {
  const path = makeFifo();
  const reader = spawn('/bin/sh', ['-c', 'sleep 0.1; exec 3<"$1"; exec sleep 60', 'sh', path]);
  onTestFinished(() => void reader.kill('SIGKILL'));
  expect(writeRequest(path, BYTES, 10_000)).toBe('sent');
});

test('writeRequest fails at once where there is no fifo', () => {
  const dir = withTree({ file: 'precious', 'folder/': '' });
  expect(writeRequest(join(dir, 'missing'), BYTES, 10_000)).toEqual({ kind: 'failed', code: 'ENOENT' });
  expect(writeRequest(join(dir, 'folder'), BYTES, 10_000)).toEqual({ kind: 'failed', code: 'EISDIR' });
  expect(writeRequest(join(dir, 'file'), BYTES, 10_000)).toEqual({ kind: 'failed', code: 'EINVAL' });
  expect(readFileSync(join(dir, 'file'), 'utf8')).toBe('precious');
});
