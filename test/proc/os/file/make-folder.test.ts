import { lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../../../src/os/file/make-folder.ts';
import { withTree } from '../../../support/with-tree.ts';

test('makeFolder makes those above, too, all with the mode', () => {
  const dir = withTree({});
  makeFolder(join(dir, 'a/b/c'), 0o700);
  for (const path of ['a', 'a/b', 'a/b/c']) expect(statSync(join(dir, path)).mode & 0o777).toBe(0o700);
});

test('makeFolder leaves alone what is there, also behind a link', () => {
  const dir = withTree({ 'real/': '', 'link=': 'real' });
  makeFolder(join(dir, 'real'));
  makeFolder(join(dir, 'link'));
  expect(lstatSync(join(dir, 'link')).isSymbolicLink()).toBe(true);
  makeFolder('/');
});

test.each<[path: string, code: string]>([
  ['file', 'EEXIST'],
  ['file/below', 'ENOTDIR'],
  ['dangling', 'EEXIST'],
  ['dangling/below', 'EEXIST'],
])('makeFolder says of %s: %s', (path, code) => {
  const dir = withTree({ file: '', 'dangling=': 'nothing' });
  expect(() => makeFolder(join(dir, path))).toThrow(expect.objectContaining({ code }));
});

test('makeFolder gives up where the kernel knows no such folder, which Node never does', () => {
  expect(() => makeFolder('/proc/self/nothing/below')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
