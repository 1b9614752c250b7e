import { chmodSync, existsSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatSidecar } from '../../../src/core/daemon/daemon-sidecar.ts';
import { flock } from '../../../src/os/libc/libc.ts';
import { claimPidfile } from '../../../src/os/pidfile/pidfile-claim.ts';
import { identifyDaemon, readSidecar } from '../../../src/os/pidfile/pidfile-identity.ts';
import { removePidfile } from '../../../src/os/pidfile/pidfile-remove.ts';
import { commitPidfile, preparePidfile } from '../../../src/os/pidfile/pidfile-write.ts';
import { describeProcess } from '../../../src/os/process/process-view.ts';
import { sidecarPaths } from '../../../src/os/pidfile/sidecar-folder.ts';
import { withTree } from '../../support/with-tree.ts';

function place() {
  const dir = withTree({ 'run/': '' });
  return { dir, pidfile: join(dir, 'run/d.pid'), place: { root: dir, runtimeDir: undefined } };
}

test('claimPidfile keeps others waiting until the release', async () => {
  const { pidfile, place: where } = place();
  const order: string[] = [];
  const first = await claimPidfile(pidfile, where);
  const second = claimPidfile(pidfile, where).then((claim) => {
    order.push('second');
    return claim;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  order.push('released');
  await first.release();
  await (await second).release();
  expect(order).toStrictEqual(['released', 'second']);
});

test('claimPidfile notices that the lock it waited for was removed', async () => {
  const { pidfile, place: where } = place();
  const first = await claimPidfile(pidfile, where);
  const second = claimPidfile(pidfile, where);
  rmSync(first.paths.lock);
  await first.release();
  const claim = await second;
  expect(existsSync(claim.paths.lock)).toBe(true);
  expect(flock(claim.fd, 'exclusive', { wait: false })).toBe(true);
  await claim.release();
});

test('a lock that is released twice is released once', async () => {
  const { pidfile, place: where } = place();
  const claim = await claimPidfile(pidfile, where);
  await claim.release();
  await expect(claim.release()).resolves.toBeUndefined();
});

test('the lock is for its owner only, the sidecar for everybody to read', async () => {
  const { pidfile, place: where } = place();
  const claim = await claimPidfile(pidfile, where);
  preparePidfile(pidfile, 0o644, claim).drop();
  expect(statSync(claim.paths.lock).mode & 0o777).toBe(0o600);
  expect(statSync(claim.paths.sidecar).mode & 0o777).toBe(0o644);
  await claim.release();
});

test('claimPidfile refuses a folder that others can write to', async () => {
  const { dir, pidfile, place: where } = place();
  await (await claimPidfile(pidfile, where)).release();
  chmodSync(join(dir, 'run/rcinit/pidfiles'), 0o777);
  await expect(claimPidfile(pidfile, where)).rejects.toMatchObject({ code: 'EPERM' });
});

test('claimPidfile does not follow a link in the place of the lock', async () => {
  const { dir, pidfile, place: where } = place();
  const { paths, release } = await claimPidfile(pidfile, where);
  await release();
  rmSync(paths.lock);
  symlinkSync(join(dir, 'elsewhere'), paths.lock);
  await expect(claimPidfile(pidfile, where)).rejects.toMatchObject({ code: 'ELOOP' });
  expect(existsSync(join(dir, 'elsewhere'))).toBe(false);
});

test('sidecarPaths is the same for every name of one pid file', () => {
  const dir = withTree({ 'run/': '', 'var/run=': '../run' });
  const where = { root: dir, runtimeDir: undefined };
  expect(sidecarPaths(join(dir, 'var/run/d.pid'), where)).toStrictEqual(
    sidecarPaths(join(dir, 'run/d.pid'), where),
  );
  expect(sidecarPaths(join(dir, 'run/e.pid'), where)).not.toStrictEqual(
    sidecarPaths(join(dir, 'run/d.pid'), where),
  );
});

test('sidecarPaths has a name for the longest path', () => {
  const where = { root: '/', runtimeDir: undefined };
  const { lock } = sidecarPaths(`/${'d/'.repeat(1_000)}x.pid`, where);
  expect(Buffer.byteLength(lock.slice(lock.lastIndexOf('/') + 1))).toBeLessThan(255);
});

test('commitPidfile writes pid and sidecar, and leaves nothing else', async () => {
  const { dir, pidfile, place: where } = place();
  const claim = await claimPidfile(pidfile, where);
  const prepared = preparePidfile(pidfile, 0o640, claim);
  commitPidfile(pidfile, process.pid, prepared);
  prepared.drop();
  await claim.release();
  expect(readdirSync(join(dir, 'run')).sort()).toStrictEqual(['d.pid', 'rcinit']);
  expect(statSync(pidfile).mode & 0o777).toBe(0o640);
  expect(readSidecar(pidfile, where)).toStrictEqual(describeProcess(process.pid));
  expect(identifyDaemon(readSidecar(pidfile, where), process.pid)).toBe('same');
});

test('preparePidfile removes what a start left that was killed', async () => {
  const { dir, pidfile, place: where } = place();
  writeFileSync(join(dir, 'run/.d.pid.rcinit-new'), '12');
  const claim = await claimPidfile(pidfile, where);
  preparePidfile(pidfile, 0o644, claim).drop();
  await claim.release();
  expect(readdirSync(join(dir, 'run'))).toStrictEqual(['rcinit']);
});

test('identifyDaemon tells a recycled pid from the daemon', () => {
  const now = describeProcess(process.pid);
  expect(now).toBeDefined();
  if (now === undefined) return;
  expect(identifyDaemon({ ...now, startTime: now.startTime - 1 }, process.pid)).toBe('recycled');
  expect(identifyDaemon({ ...now, pid: 1 }, process.pid)).toBe('unrecorded');
  expect(identifyDaemon(now, 999_999_999)).toBe('dead');
});

test('readSidecar does not believe a file that others can write to', async () => {
  const { pidfile, place: where } = place();
  const claim = await claimPidfile(pidfile, where);
  const now = describeProcess(process.pid);
  writeFileSync(claim.paths.sidecar, now === undefined ? '' : formatSidecar(now));
  await claim.release();
  expect(readSidecar(pidfile, where)).toStrictEqual(now);
  chmodSync(claim.paths.sidecar, 0o666);
  expect(readSidecar(pidfile, where)).toBeUndefined();
});

test('removePidfile keeps the file of a daemon that lives', async () => {
  const { pidfile, place: where } = place();
  const claim = await claimPidfile(pidfile, where);
  const prepared = preparePidfile(pidfile, 0o644, claim);
  commitPidfile(pidfile, process.pid, prepared);
  prepared.drop();
  expect(removePidfile(pidfile, (pid) => pid === 999_999_999, claim, where)).toBe('kept');
  expect(removePidfile(pidfile, () => false, claim, where)).toBe('kept');
  expect(removePidfile(pidfile, (pid) => pid === process.pid, claim, where)).toBe('removed');
  expect(removePidfile(pidfile, (pid) => pid === process.pid, claim, where)).toBe('missing');
  expect(readdirSync(claim.paths.folder)).toStrictEqual([]);
  await claim.release();
});

test('removePidfile removes the file of a pid that was given to somebody else', async () => {
  const { pidfile, place: where } = place();
  const claim = await claimPidfile(pidfile, where);
  const now = describeProcess(process.pid);
  writeFileSync(pidfile, `${process.pid}\n`);
  writeFileSync(
    claim.paths.sidecar,
    formatSidecar({ pid: process.pid, startTime: 1, bootId: now?.bootId ?? '' }),
  );
  expect(removePidfile(pidfile, () => false, claim, where)).toBe('removed');
  await claim.release();
});
