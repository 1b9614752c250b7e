import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findProgram } from '../../../../src/os/process/find-program.ts';
import { withTree } from '../../../support/with-tree.ts';

test('findProgram searches the folders in order and skips what cannot be executed', () => {
  const dir = withTree({ 'a/tool': '', 'b/tool!': '', 'c/tool!': '', 'a/other!/': '' });
  const path = ['a', 'b', 'c'].map((name) => join(dir, name)).join(':');
  expect(findProgram('tool', path)).toEqual({ kind: 'found', path: join(dir, 'b/tool') });
  expect(findProgram('tool', join(dir, 'a'))).toEqual({ kind: 'missing', code: 'EACCES' });
  expect(findProgram('none', path)).toEqual({ kind: 'missing', code: 'ENOENT' });
});

test('findProgram takes a name with a slash for a path', () => {
  const dir = withTree({ 'tool!': '' });
  expect(findProgram(join(dir, 'tool'), '')).toEqual({ kind: 'found', path: join(dir, 'tool') });
  expect(findProgram('./tool', '', dir)).toEqual({ kind: 'found', path: './tool' });
  expect(findProgram('./tool', '')).toEqual({ kind: 'missing', code: 'ENOENT' });
  expect(findProgram(dir, '')).toEqual({ kind: 'missing', code: 'EACCES' });
});

test('findProgram looks where the system does if there is no PATH', () => {
  expect(findProgram('sh', undefined)).toMatchObject({ kind: 'found' });
});
