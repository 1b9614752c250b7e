/** A system root without an init: the test itself reads what is asked of one. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { decodeRequest, REQUEST_BYTES, type InitRequest } from '../../src/core/wire/initctl-message.ts';
import { withTree, type Tree } from './with-tree.ts';

export interface ListeningRoot {
  readonly root: string;
  /** What has come since the last call. */
  readonly requests: () => readonly InitRequest[];
}

export function listeningRoot(tree: Tree = {}): ListeningRoot {
  const root = withTree({ 'run/': '', 'var/run=': '../run', 'var/log/': '', 'dev/': '', ...tree });
  execFileSync('mkfifo', [join(root, 'run/initctl')]);
  const fd = openSync(join(root, 'run/initctl'), constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(() => closeSync(fd));
  return { root, requests: () => splitRequests(readAll(fd)) };
}

function readAll(fd: number): Buffer {
  const bytes = Buffer.alloc(65_536);
  try {
    return bytes.subarray(0, readSync(fd, bytes));
  } catch {
    return Buffer.alloc(0);
  }
}

function splitRequests(bytes: Buffer): readonly InitRequest[] {
  return Array.from({ length: Math.ceil(bytes.length / REQUEST_BYTES) }, (_, index) =>
    decodeRequest(bytes.subarray(REQUEST_BYTES * index, REQUEST_BYTES * (index + 1))),
  );
}
