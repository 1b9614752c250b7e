import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  bootId,
  descendantsOf,
  isFirstPidNamespace,
  listPids,
  readStat,
} from '../../../../src/os/process/procfs.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { withTree } from '../../../support/with-tree.ts';

function start(file: string, args: readonly string[]): { child: ChildProcess; pid: number } {
  const child = spawn(file, args, { detached: true, stdio: 'ignore' });
  const pid = child.pid ?? 0;
  onTestFinished(() => void process.kill(-pid, 'SIGKILL'));
  return { child, pid };
}

test('readStat reads a process whose name holds blanks and brackets', async () => {
  const program = join(withTree({}), 'a) R 1 (b');
  copyFileSync('/bin/sleep', program);
  const { pid } = start(program, ['60']);
  const stat = await waitFor('exec', () => {
    const now = readStat(pid);
    return now?.comm === 'a) R 1 (b' && now.state === 'S' ? now : undefined;
  });
  expect(stat).toEqual({
    pid,
    comm: 'a) R 1 (b',
    state: 'S',
    ppid: process.pid,
    pgrp: pid,
    sid: pid,
    startTime: expect.any(Number),
  });
  expect(stat.startTime).toBeGreaterThanOrEqual(readStat('self')?.startTime ?? Infinity);
});

test('readStat is undefined for a process that does not exist', () => {
  expect(readStat(2 ** 30)).toBeUndefined();
});

test('bootId is that of the kernel', () => {
  expect(bootId()).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  expect(bootId()).toMatch(/^[0-9a-f-]{36}$/);
});

test('listPids holds this process, in ascending order', () => {
  const pids = listPids();
  expect(pids).toContain(process.pid);
  expect(pids).toEqual(pids.toSorted((a, b) => a - b));
});

test('descendantsOf finds children and grandchildren, not the process itself', async () => {
  const { pid } = start('/bin/sh', ['-c', 'sleep 60 & sh -c "sleep 60; :" & wait']);
  await waitFor('four processes', () => descendantsOf(pid).length === 3);
  const found = descendantsOf(pid);
  expect(found).not.toContain(pid);
  expect(found.filter((one) => readStat(one)?.ppid === pid)).toHaveLength(2);
  expect(descendantsOf(process.pid)).toEqual(expect.arrayContaining([pid, ...found]));
});

test('isFirstPidNamespace is true exactly where the kernel has its own threads', () => {
  expect(isFirstPidNamespace()).toBe(readStat(2)?.comm === 'kthreadd');
});
