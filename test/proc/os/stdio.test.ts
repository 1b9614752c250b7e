import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isTty, writeAll } from '../../../src/os/stdio.ts';
import { openPty } from '../../support/pty.ts';
import { withTree } from '../../support/with-tree.ts';

function open(path: string, flags: number): number {
  const fd = openSync(path, flags, 0o600);
  onTestFinished(() => closeSync(fd));
  return fd;
}

function makeFifo(): string {
  const path = join(withTree({}), 'fifo');
  execFileSync('mkfifo', [path]);
  return path;
}

test('writeAll writes the text as it is', () => {
  const file = join(withTree({}), 'file');
  const fd = open(file, constants.O_WRONLY | constants.O_CREAT);
  writeAll(fd, 'tür');
  writeAll(fd, '');
  writeAll(fd, '\n');
  expect(readFileSync(file, 'utf8')).toBe('tür\n');
});

test('writeAll waits for the reader of a full pipe that does not block', async () => {
  const fifo = makeFifo();
  const copy = join(withTree({}), 'copy');
  // Opened both ways first, so that the writer below finds a reader and cat an end.
  const keeper = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  const writer = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
  const reader = spawn('/bin/sh', ['-c', 'exec cat "$1" >"$2"', 'sh', fifo, copy]);
  onTestFinished(() => void reader.kill('SIGKILL'));
  const ended = once(reader, 'exit');
  const text = Array.from({ length: 100_000 }, (_, line) => `${line}\n`).join('');
  writeAll(writer, text);
  closeSync(writer);
  closeSync(keeper);
  expect(await ended).toEqual([0, null]);
  expect(readFileSync(copy, 'utf8')).toBe(text);
});

test('writeAll ends silently where the reader went away, and on a closed descriptor', () => {
  const fifo = makeFifo();
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = open(fifo, constants.O_WRONLY);
  closeSync(reader);
  expect(writeAll(writer, 'x')).toBeUndefined();
  expect(writeAll(1_000_000, 'x')).toBeUndefined();
});

test('isTty tells a terminal from a file', () => {
  const pty = openPty(() => undefined);
  onTestFinished(() => pty.close());
  expect(isTty(open(pty.path, constants.O_RDWR | constants.O_NOCTTY))).toBe(true);
  expect(isTty(open('/dev/null', constants.O_RDWR))).toBe(false);
  expect(isTty(1_000_000)).toBe(false);
});
