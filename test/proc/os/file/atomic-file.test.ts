import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeFileAtomicSync } from '../../../../src/os/file/atomic-file.ts';
import { runProgram } from '../../../support/run-program.ts';
import { withTree } from '../../../support/with-tree.ts';

/** A mount namespace of its own, in which `mount` commands run before the program. */
function withMounts(commands: string): readonly string[] {
  return ['unshare', '--mount', 'sh', '-c', `set -e; ${commands}; exec "$@"`, 'sh'];
}

const mountProblem =
  spawnSync('unshare', ['--mount', 'true']).status === 0 ? undefined : 'mount namespaces need root';

test('writeFileAtomicSync makes a file with exactly the mode and text', () => {
  const before = process.umask(0o077);
  onTestFinished(() => void process.umask(before));
  const dir = withTree({});
  writeFileAtomicSync(join(dir, 'file'), 'täxt\n', 0o664, { sync: true });
  expect(readFileSync(join(dir, 'file'), 'utf8')).toBe('täxt\n');
  expect(statSync(join(dir, 'file')).mode & 0o777).toBe(0o664);
  expect(readdirSync(dir)).toEqual(['file']);
});

test('writeFileAtomicSync replaces a file, and a link instead of what it names', () => {
  const dir = withTree({ file: 'old', other: 'untouched' });
  symlinkSync('other', join(dir, 'link'));
  writeFileAtomicSync(join(dir, 'file'), 'new', 0o600);
  writeFileAtomicSync(join(dir, 'link'), Buffer.from('new'), 0o600);
  expect(readFileSync(join(dir, 'file'), 'utf8')).toBe('new');
  expect(lstatSync(join(dir, 'link')).isFile()).toBe(true);
  expect(readFileSync(join(dir, 'other'), 'utf8')).toBe('untouched');
});

test.each([
  ['ENOENT', 'missing/file', 'No such file or directory'],
  ['ENOTDIR', 'plain/file', 'Not a directory'],
  ['EISDIR', 'folder', 'Is a directory'],
])('writeFileAtomicSync throws %s with the path and leaves nothing', (code, name, text) => {
  const dir = withTree({ plain: '', 'folder/': '' });
  const path = join(dir, name);
  expect(() => writeFileAtomicSync(path, 'x', 0o644)).toThrow(
    expect.objectContaining({ name: 'OsError', code, path, message: `cannot write "${path}": ${text}` }),
  );
  expect(readdirSync(dir).toSorted()).toEqual(['folder', 'plain']);
});

test.skipIf(process.getuid?.() === 0)(
  'writeFileAtomicSync throws EACCES in a folder without the right',
  () => {
    const dir = withTree({});
    chmodSync(dir, 0o555);
    expect(() => writeFileAtomicSync(join(dir, 'file'), 'x', 0o644)).toThrow(
      expect.objectContaining({ code: 'EACCES' }),
    );
  },
);

test.skipIf(mountProblem)('writeFileAtomicSync keeps the old file on a full disk', async () => {
  const dir = withTree({});
  const through = withMounts(`mount -t tmpfs -o size=64k none "${dir}"; echo old >"${dir}/file"`);
  const program = runProgram('write-file', [join(dir, 'file'), '1000000'], { through });
  expect(await program.nextLine()).toBe(`ENOSPC: cannot write "${dir}/file": No space left on device`);
  expect(await program.nextLine()).toBe('file');
});

test.skipIf(mountProblem)('writeFileAtomicSync throws EROFS on a read-only disk', async () => {
  const dir = withTree({});
  const through = withMounts(`mount -t tmpfs -o ro none "${dir}"`);
  const program = runProgram('write-file', [join(dir, 'file'), '1'], { through });
  expect(await program.nextLine()).toBe(`EROFS: cannot write "${dir}/file": Read-only file system`);
});

test('writeFileAtomicSync throws EFBIG at the limit for files', async () => {
  const dir = withTree({});
  const through = ['sh', '-c', 'ulimit -f 100; exec "$@"', 'sh'];
  const program = runProgram('write-file', [join(dir, 'file'), '1000000'], { through });
  expect(await program.nextLine()).toMatch(/^EFBIG: /);
  expect(await program.nextLine()).toBe('');
});
