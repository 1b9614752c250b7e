import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBytesIfAny, readTextIfAny } from '../../../../src/os/file/text-file.ts';
import { withTree } from '../../../support/with-tree.ts';

test('readTextIfAny reads a file of the root, through links that stay in it', () => {
  const root = withTree({ 'run/level': 'N 2ü\n', 'var/run=': '/run', empty: '' });
  expect(readTextIfAny(root, '/run/level')).toBe('N 2ü\n');
  expect(readTextIfAny(root, '/var/run/level')).toBe('N 2ü\n');
  expect(readTextIfAny(root, '/empty')).toBe('');
});

test('readTextIfAny has nothing to say of what is missing, a folder or a loop', () => {
  const root = withTree({ 'run/': '', 'loop=': 'loop', plain: '' });
  for (const path of ['/gone', '/run', '/loop', '/plain/x'])
    expect(readTextIfAny(root, path)).toBeUndefined();
});

test('readBytesIfAny reads a file of the machine as it is', () => {
  const dir = withTree({ file: 'a\u0000ü' });
  expect(readBytesIfAny(join(dir, 'file'))).toEqual(Buffer.from('a\u0000ü'));
  expect(readBytesIfAny(join(dir, 'gone'))).toBeUndefined();
  expect(readBytesIfAny(dir)).toBeUndefined();
});
