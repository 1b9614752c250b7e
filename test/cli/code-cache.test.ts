/** What V8 made of the code is taken by the very Node that made it, and by no other: that one might crash on it. */
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { withTree } from '../support/with-tree.ts';

const DIST = join(import.meta.dirname, '../../dist');

/** A copy of `runlevel` whose cache is of another program: V8 itself only compares the length of the two. */
function withForeignCache(preload: string): string {
  const dir = withTree({ 'package.json': '{}', 'preload.cjs': preload, 'applets/': '', 'code/': '' });
  cpSync(join(DIST, 'applets/runlevel'), join(dir, 'applets/runlevel'));
  const file = readdirSync(join(DIST, 'code')).find((name) => /^runlevel-.*\.js$/.test(name)) ?? '';
  cpSync(join(DIST, 'code', file), join(dir, 'code', file));
  const { length } = readFileSync(join(DIST, 'code', file), 'latin1');
  const foreign = new Script(`(function () { process.stdout.write('foreign'); })`.padEnd(length));
  writeFileSync(join(dir, 'code', `${file}.cache`), foreign.createCachedData());
  return dir;
}

function runWith(preload: string): string {
  const dir = withForeignCache(preload);
  const args = ['--require', join(dir, 'preload.cjs'), join(dir, 'applets/runlevel')];
  return spawnSync(process.execPath, args, { env: { RCINIT_ROOT: dir }, encoding: 'utf8' }).stdout;
}

test('the Node that built an applet takes its cache', () => {
  expect(runWith('')).toBe('foreign');
});

test.each([
  ['another version', `Object.defineProperty(process, 'version', { value: 'v20.19.99' });`],
  ['the same version, built by somebody else', `process.execPath = '/bin/sh';`],
  ['one that does not know its own binary', `process.execPath = '';`],
])('%s compiles the code', (_, preload) => {
  expect(runWith(preload)).toBe('unknown\n');
});
