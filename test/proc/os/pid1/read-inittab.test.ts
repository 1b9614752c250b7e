import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readInittabFiles } from '../../../../src/os/pid1/read-inittab.ts';
import { withTree } from '../../../support/with-tree.ts';

/** `path error` or `path text` of each file. */
function read(root: string): string[] {
  return readInittabFiles(root).map(({ path, text, error }) => `${path} ${error ?? JSON.stringify(text)}`);
}

describe('readInittabFiles', () => {
  test('reads the inittab, then the .tab files by name', () => {
    const root = withTree({
      'etc/inittab': 'one\n',
      'etc/inittab.d/b.tab': 'b',
      'etc/inittab.d/a.tab': 'a',
      'etc/inittab.d/B.tab': 'B',
      'etc/inittab.d/.h.tab': 'hidden',
      'etc/inittab.d/.tab': 'too short a name',
      'etc/inittab.d/x.tab.bak': 'no',
      'etc/inittab.d/README': 'no',
    });
    expect(read(root)).toEqual([
      '/etc/inittab "one\\n"',
      '/etc/inittab.d/.h.tab "hidden"',
      '/etc/inittab.d/B.tab "B"',
      '/etc/inittab.d/a.tab "a"',
      '/etc/inittab.d/b.tab "b"',
    ]);
  });

  test('a missing inittab is ENOENT, a missing inittab.d is nothing', () => {
    expect(read(withTree({ 'etc/': '' }))).toEqual(['/etc/inittab ENOENT']);
    expect(read(withTree({ 'etc/inittab': '', 'etc/inittab.d/': '' }))).toEqual(['/etc/inittab ""']);
  });

  test('links stay inside the root', () => {
    const root = withTree({
      'real/tab': 'inside',
      'etc/inittab=': '/real/tab',
      'etc/inittab.d/x.tab=': '../../../../real/tab',
    });
    expect(read(root)).toEqual(['/etc/inittab "inside"', '/etc/inittab.d/x.tab "inside"']);
  });

  test('what is no file says what it is', () => {
    const root = withTree({
      'etc/inittab/': '',
      'etc/inittab.d/a.tab=': 'gone',
      'etc/inittab.d/b.tab=': 'b.tab',
      'etc/inittab.d/d.tab/': '',
    });
    execFileSync('mkfifo', [join(root, 'etc/inittab.d/c.tab')]);
    expect(read(root)).toEqual([
      '/etc/inittab EISDIR',
      '/etc/inittab.d/a.tab ENOENT',
      '/etc/inittab.d/b.tab ELOOP',
      '/etc/inittab.d/c.tab EINVAL',
      '/etc/inittab.d/d.tab EISDIR',
    ]);
  });

  test('an inittab.d that is a file is ENOTDIR', () => {
    expect(read(withTree({ 'etc/inittab': '', 'etc/inittab.d': '' }))).toEqual([
      '/etc/inittab ""',
      '/etc/inittab.d ENOTDIR',
    ]);
  });

  test('of more than 16 MiB the whole lines are read, then EFBIG', () => {
    const root = withTree({ 'etc/inittab': '' });
    const line = 'x:2:once:y\n';
    writeFileSync(join(root, 'etc/inittab'), line.repeat(Math.ceil((16 * 1024 * 1024) / line.length) + 1));
    const [file] = readInittabFiles(root);
    expect(file?.error).toBe('EFBIG');
    expect(file?.text).toHaveLength(Math.floor((16 * 1024 * 1024) / line.length) * line.length);
  });

  test('exactly 16 MiB are within the limit, and an endless hole is not read to its end', () => {
    const root = withTree({ 'etc/inittab': '', 'etc/inittab.d/a.tab': '' });
    truncateSync(join(root, 'etc/inittab'), 16 * 1024 * 1024);
    truncateSync(join(root, 'etc/inittab.d/a.tab'), 2 ** 40);
    const [exact, hole] = readInittabFiles(root);
    expect([exact?.error, exact?.text.length]).toEqual([undefined, 16 * 1024 * 1024]);
    expect([hole?.error, hole?.text]).toEqual(['EFBIG', '']);
  });
});
