import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runApplet } from '../support/run-applet.ts';
import { waitFor } from '../support/wait-for.ts';
import { withTree } from '../support/with-tree.ts';

/** A program of a name that nobody else has, running `count` times. */
async function withProgram(count = 1): Promise<{ name: string; path: string; pids: readonly number[] }> {
  const dir = withTree({});
  const name = `pidof-${process.pid}-${Math.random().toString(36).slice(2, 7)}`;
  const path = join(dir, name);
  copyFileSync('/bin/sleep', path);
  chmodSync(path, 0o755);
  const pids: number[] = [];
  for (let number = 0; number < count; number++) pids.push(await start([path, '86400']));
  return { name, path, pids: pids.sort((a, b) => b - a) };
}

async function start([file = '', ...args]: readonly string[], argv0?: string): Promise<number> {
  const child = spawn(file, args, { stdio: 'ignore', ...(argv0 === undefined ? {} : { argv0 }) });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return waitFor('the program', () => child.pid);
}

const pidof = (...args: readonly string[]) => runApplet('pidof', args);

test('pidof finds a program by name and by path, newest first', async () => {
  const { name, path, pids } = await withProgram(3);
  const all = { code: 0, out: `${pids.join(' ')}\n`, err: '' };
  expect(await pidof(name)).toMatchObject(all);
  expect(await pidof(path)).toMatchObject(all);
  expect(await pidof(`/elsewhere/${name}`)).toMatchObject({ code: 1, out: '', err: '' });
  expect((await pidof('-s', name)).out).toBe(`${pids[0]}\n`);
  expect((await pidof('-d', ',', name)).out).toBe(`${pids.join(',')}\n`);
  expect(await pidof('-q', name)).toMatchObject({ code: 0, out: '' });
  expect((await pidof('-o', `${pids[0]},${pids[1]}`, name)).out).toBe(`${pids[2]}\n`);
  expect(await pidof(...pids.flatMap((pid) => ['-o', `${pid}`]), name)).toMatchObject({ code: 1, out: '' });
  expect((await pidof('-c', '-n', name)).out).toBe(`${pids.join(' ')}\n`);
});

test('pidof finds a program by the name it gave itself', async () => {
  const { path } = await withProgram(0);
  const pid = await start([path, '86400'], `called-${process.pid}`);
  expect((await pidof(`called-${process.pid}`)).out).toBe(`${pid}\n`);
});

test('pidof finds a daemon that has given itself a title', async () => {
  const { name, path } = await withProgram(0);
  const comm = name.slice(0, 15);
  const pid = await start([path, '86400'], `${name}: worker process`);
  await waitFor('the program', () => spawnSync('grep', ['-qs', comm, `/proc/${pid}/comm`]).status === 0);
  expect(await pidof(comm)).toMatchObject({ code: 0, out: `${pid}\n` });
});

test('pidof -x does not find who only looks at the script', async () => {
  const script = join(withTree({ script: '#!/bin/sh\n' }), 'script');
  const pid = await start(['/usr/bin/tail', script, '-f']);
  await waitFor('tail', () => spawnSync('grep', ['-qs', 'tail', `/proc/${pid}/comm`]).status === 0);
  expect(await pidof('-x', script)).toMatchObject({ code: 1, out: '' });
});

test('pidof -x finds scripts', async () => {
  const name = `script-${process.pid}`;
  const dir = withTree({ [`${name}!`]: '#!/bin/sh\nread line\n' });
  const child = spawn(join(dir, name), { stdio: ['pipe', 'ignore', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const found = await waitFor('the script', async () => {
    const { out } = await pidof('-x', name);
    return out !== '' && out;
  });
  expect(found).toBe(`${child.pid}\n`);
  expect((await pidof(name)).code).toBe(1);
});

test('pidof %PPID leaves the asking shell out', () => {
  const applet = join(import.meta.dirname, '../../dist/applets/pidof');
  const name = `asking-${process.pid}`;
  const ask = (option: string) =>
    spawnSync('/bin/sh', ['-c', `"$1" ${option} ${name}; exit`, name, applet], {
      argv0: name,
      encoding: 'utf8',
    });
  expect(ask('').stdout).toMatch(/^\d+\n$/);
  expect(ask('-o %PPID').stdout).toBe('');
});

test('pidof does not find zombies, and finds them with -z', async () => {
  const { name, path } = await withProgram(0);
  // The shell never looks after its child.
  const child = spawn('/bin/sh', ['-c', '"$0" 0 & echo $!; exec sleep 86400', path], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let out = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  const zombie = await waitFor('the pid', () => /^\d+\n$/.test(out) && Number(out));
  await waitFor(
    'the zombie',
    () => spawnSync('grep', ['-q', 'State:.Z', `/proc/${zombie}/status`]).status === 0,
  );
  const comm = name.slice(0, 15);
  expect((await pidof(comm)).code).toBe(1);
  expect((await pidof('-z', comm)).out).toBe(`${zombie}\n`);
});

test('pidof without a name, or with an unknown option: 1', async () => {
  expect(await pidof()).toMatchObject({ code: 1, out: '', err: '' });
  expect(await pidof('')).toMatchObject({ code: 1, out: '' });
  expect(await pidof('-Z', 'x')).toMatchObject({ code: 1, out: '', err: "pidof: invalid option -- 'Z'\n" });
  expect((await pidof('-h')).out).toMatch(/^pidof usage: \[options\] <program-name>\n/);
});
