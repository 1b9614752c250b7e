import { existsSync, lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeLevelFiles, writeLevelFiles } from '../../../../src/os/record/level-files.ts';
import { withTree } from '../../../support/with-tree.ts';

test('writeLevelFiles writes the level file of System V without a newline, and both levels beside it', () => {
  const root = withTree({});
  writeLevelFiles(root, '2', 'N');
  expect(readFileSync(join(root, 'var/run/runlevel'), 'utf8')).toBe('2');
  expect(readFileSync(join(root, 'run/rcinit/runlevel'), 'utf8')).toBe('N 2\n');
  writeLevelFiles(root, 'S', '2');
  expect(readFileSync(join(root, 'var/run/runlevel'), 'utf8')).toBe('S');
  expect(readFileSync(join(root, 'run/rcinit/runlevel'), 'utf8')).toBe('2 S\n');
  expect(statSync(join(root, 'run/rcinit/runlevel')).mode & 0o777).toBe(0o644);
});

test('writeLevelFiles stays in the root where /var/run is an absolute link', () => {
  const root = withTree({ 'run/': '', 'var/run=': '/run' });
  writeLevelFiles(root, '3', '2');
  expect(readFileSync(join(root, 'run/runlevel'), 'utf8')).toBe('3');
  expect(readlinkSync(join(root, 'var/run'))).toBe('/run');
});

test.each([
  ['run', 'var/run/runlevel', '5'],
  ['var', 'run/rcinit/runlevel', '2 5\n'],
])('writeLevelFiles writes the other file where /%s is none, and throws', (broken, other, text) => {
  const root = withTree({ [broken]: 'no folder' });
  expect(() => writeLevelFiles(root, '5', '2')).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
  expect(readFileSync(join(root, other), 'utf8')).toBe(text);
});

test('removeLevelFiles removes both, and nothing else', () => {
  const root = withTree({ 'run/rcinit/other': '', 'var/run/utmp': '' });
  writeLevelFiles(root, '2', 'N');
  removeLevelFiles(root);
  removeLevelFiles(root);
  expect(existsSync(join(root, 'var/run/runlevel'))).toBe(false);
  expect(existsSync(join(root, 'run/rcinit/runlevel'))).toBe(false);
  expect(lstatSync(join(root, 'run/rcinit/other')).isFile()).toBe(true);
  expect(lstatSync(join(root, 'var/run/utmp')).isFile()).toBe(true);
});

test('removeLevelFiles does not throw where something else has the name', () => {
  const root = withTree({ 'run/rcinit/runlevel/': '', 'var/run/runlevel': '3' });
  removeLevelFiles(root);
  expect(existsSync(join(root, 'var/run/runlevel'))).toBe(false);
});
