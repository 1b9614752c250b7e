import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isFolder } from '../../../src/os/file/is-folder.ts';
import { isReadable } from '../../../src/os/file/is-readable.ts';
import { realPath } from '../../../src/os/file/real-path.ts';
import { withTree } from '../../support/with-tree.ts';

function makePlaces(): (name: string) => string {
  const dir = withTree({
    'folder/': '',
    file: '',
    'to-folder=': 'folder',
    'to-file=': 'file',
    'dangling=': 'gone',
    'loop=': 'loop',
  });
  return (name) => join(dir, name);
}

test('isFolder is true for folders and links to them only', () => {
  const at = makePlaces();
  expect(['folder', 'to-folder', '.'].map((name) => isFolder(at(name)))).toEqual([true, true, true]);
  const others = ['file', 'to-file', 'dangling', 'loop', 'gone', 'file/x', ''];
  expect(others.map((name) => isFolder(name === '' ? '' : at(name)))).toEqual(others.map(() => false));
});

test('isReadable is true for what exists and may be read', () => {
  const at = makePlaces();
  expect(['folder', 'file', 'to-file'].map((name) => isReadable(at(name)))).toEqual([true, true, true]);
  expect(['gone', 'dangling', 'loop', 'file/x'].map((name) => isReadable(at(name)))).toEqual(
    Array(4).fill(false),
  );
});

test.skipIf(process.getuid?.() === 0)('isReadable is false for what we may not read', () => {
  expect(isReadable('/etc/shadow')).toBe(false);
});

test('realPath resolves links, and leaves alone what it cannot resolve', () => {
  const at = makePlaces();
  expect(realPath(at('to-file'))).toBe(at('file'));
  expect(realPath(at('to-folder/../to-file'))).toBe(at('file'));
  for (const name of ['gone', 'dangling', 'loop']) expect(realPath(at(name))).toBe(at(name));
});
