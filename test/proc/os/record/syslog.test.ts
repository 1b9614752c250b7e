import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { declareLibc } from '../../../../src/os/libc/ffi.ts';
import { sendToSyslog } from '../../../../src/os/record/syslog.ts';
import { withTree } from '../../../support/with-tree.ts';

const AF_UNIX = 1;
const SOCK_DGRAM_NONBLOCK = 2 | 0o4000;

const socket = declareLibc('socket', 'int, int, int');
const bind = declareLibc('bind', 'int, const void *, unsigned int');
const recv = declareLibc('recv', 'int, void *, size_t, int', { result: 'long' });

/** Stands for a syslog daemon; the returned function takes the next message out. */
function listenAt(path: string): () => string {
  const address = Buffer.alloc(110);
  address.writeUInt16LE(AF_UNIX, 0);
  address.write(path, 2);
  const fd = socket(AF_UNIX, SOCK_DGRAM_NONBLOCK, 0);
  onTestFinished(() => closeSync(fd));
  bind(fd, address, address.length);
  return () => {
    const buffer = Buffer.alloc(1000);
    return buffer.toString('utf8', 0, recv(fd, buffer, buffer.length, 0));
  };
}

test('sendToSyslog sends one datagram in the form of syslog(3)', () => {
  const path = join(withTree({}), 'log');
  const next = listenAt(path);
  expect(sendToSyslog(path, 'Switching to runlevel: 3', new Date(2024, 10, 5, 9, 8, 7))).toBe(true);
  expect(sendToSyslog(path, 'zweite ü', new Date(2024, 0, 25, 23, 59, 0))).toBe(true);
  expect(next()).toBe('<30>Nov  5 09:08:07 init: Switching to runlevel: 3');
  expect(next()).toBe('<30>Jan 25 23:59:00 init: zweite ü');
  sendToSyslog(path, 'text', new Date(2024, 0, 25, 23, 59, 0), { tag: 'shutdown[7]', priority: 13 });
  expect(next()).toBe('<13>Jan 25 23:59:00 shutdown[7]: text');
});

test('sendToSyslog is false where nobody listens', () => {
  const dir = withTree({ file: '' });
  expect(sendToSyslog(join(dir, 'missing'), 'x')).toBe(false);
  expect(sendToSyslog(join(dir, 'file'), 'x')).toBe(false);
  expect(sendToSyslog(join(dir, 'y'.repeat(200), 'missing'), 'x')).toBe(false);
});

test('sendToSyslog drops messages that the logger does not take, instead of waiting', () => {
  const path = join(withTree({}), 'log');
  listenAt(path);
  const taken = Array.from({ length: 5000 }, () => sendToSyslog(path, 'x'));
  expect(taken[0]).toBe(true);
  expect(taken.at(-1)).toBe(false);
});
