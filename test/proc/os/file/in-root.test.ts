import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inRoot } from '../../../../src/os/file/in-root.ts';
import { errorCode } from '../../../../src/os/os-error.ts';
import { withTree, type Tree } from '../../../support/with-tree.ts';

/** A folder with a secret beside the root in it. */
function makeRoot(tree: Tree): string {
  const dir = withTree({ secret: 'outside', 'root/secret': 'inside', ...below('root', tree) });
  return join(dir, 'root');
}

function below(folder: string, tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).map(([name, content]) => [`${folder}/${name}`, content]));
}

test('inRoot leaves every path alone where the root is /', () => {
  for (const path of ['/etc/inittab', '/a/../b', '/proc/self/../x/']) expect(inRoot('/', path)).toBe(path);
});

describe('inRoot resolves as after chroot', () => {
  test.each<[what: string, tree: Tree, path: string, resolved: string]>([
    ['a plain path', { 'etc/inittab': '' }, '/etc/inittab', '/etc/inittab'],
    ['the root itself', {}, '/', ''],
    ['blank parts and dots', { 'etc/x': '' }, '//etc/./x/', '/etc/x'],
    ['a path without a slash in front', { 'etc/x': '' }, 'etc/x', '/etc/x'],
    ['what is missing', {}, '/run/rcinit/new', '/run/rcinit/new'],
    ['a relative link', { 'etc/init.d=': '../init.d', 'init.d/x': '' }, '/etc/init.d/x', '/init.d/x'],
    ['an absolute link', { 'var/run=': '/run', 'run/x': '' }, '/var/run/x', '/run/x'],
    ['a link to a link', { 'a=': 'b', 'b=': '/c', c: '' }, '/a', '/c'],
    ['a link to what is missing', { 'a=': '/gone/x' }, '/a', '/gone/x'],
    ['a link below a link', { 'd/x=': '../e', 'l=': 'd', e: '' }, '/l/x', '/e'],
    ['a link to the root', { 'here=': '/', x: '' }, '/here/here/x', '/x'],
    ['.. within the root', { 'a/b/': '', x: '' }, '/a/b/../../x', '/x'],
    ['.. at the top', {}, '/../../../secret', '/secret'],
    ['.. of a link, behind the link', { 'l=': '/d/e', 'd/e/': '', 'd/x': '' }, '/l/../x', '/d/x'],
    ['a relative link above the top', { 'd/l=': '../../../../secret' }, '/d/l', '/secret'],
    ['an absolute link with .. in it', { 'l=': '/../../secret' }, '/l', '/secret'],
    ['a name with blanks and letters of all kinds', { 'ä b/=x': '' }, '/ä b/=x', '/ä b/=x'],
  ])('%s', (_, tree, path, resolved) => {
    const root = makeRoot(tree);
    expect(inRoot(root, path)).toBe(root + resolved);
  });
});

test('inRoot keeps the last link when told so, and follows those before it', () => {
  const root = makeRoot({ 'l=': '/etc', 'etc/x=': 'y', 'etc/y': '' });
  expect(inRoot(root, '/l/x', 'keep')).toBe(`${root}/etc/x`);
  expect(inRoot(root, '/l/x')).toBe(`${root}/etc/y`);
  expect(lstatSync(inRoot(root, '/l', 'keep')).isSymbolicLink()).toBe(true);
});

/** l1 -> l2 -> … -> target */
function chain(length: number, target: string): Tree {
  return Object.fromEntries(
    Array.from({ length }, (_, index) => [`l${index + 1}=`, index + 1 === length ? target : `l${index + 2}`]),
  );
}

/** Only root may ask the kernel itself, with chroot(2). */
const isRoot = process.getuid?.() === 0;

describe('inRoot never leaves the root', () => {
  test('through a chain as long as the kernel takes', () => {
    const root = makeRoot(chain(40, '/../secret'));
    expect(readFileSync(inRoot(root, '/l1'), 'utf8')).toBe('inside');
  });

  test.each<[what: string, tree: Tree, path: string]>([
    ['a relative link to itself', { 'l=': 'l' }, '/l'],
    ['an absolute link to itself', { 'l=': '/l' }, '/l'],
    ['two links to each other', { 'a=': '/b', 'b=': 'a' }, '/a/x'],
    ['a loop with .. behind it', { 'l=': 'l' }, '/l/../../secret'],
    ['a loop that grows', { 'l=': 'l/../../secret' }, '/l'],
    ['a chain one link too long, relative', chain(41, '../secret'), '/l1'],
    ['a chain one link too long, with .. behind it', chain(41, '.'), '/l1/../../../../secret'],
    ['a folder in a loop', { 'etc=': '/etc' }, '/etc/passwd'],
  ])('%s is refused by the kernel as a loop', (_, tree, path) => {
    const root = makeRoot(tree);
    const resolved = inRoot(root, path);
    expect(() => statSync(resolved)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
    expect(() => writeFileSync(resolved, '')).toThrow(expect.objectContaining({ code: 'ELOOP' }));
    const normal = posix.normalize(resolved);
    expect(normal.startsWith(`${root}/`)).toBe(true);
    expect(() => mkdirSync(normal, { recursive: true })).toThrow(/^(ELOOP|ENAMETOOLONG): /);
  });

  test('a chain one link too long whose end is absolute is not handed to the kernel', () => {
    const dir = withTree({ secret: 'outside', 'root/': '' });
    for (const [name, target] of Object.entries(chain(41, join(dir, 'secret'))))
      symlinkSync(target, join(dir, 'root', name.slice(0, -1)));
    const resolved = inRoot(join(dir, 'root'), '/l1');
    expect(() => readFileSync(resolved)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
  });

  test('whatever links there are', () => {
    const part = fc.constantFrom('a', 'b', 'c', 'd', '..', '.', 'secret', '/');
    const target = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const links = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd/a', 'd/b', 'd/c'), target);
    fc.assert(
      fc.property(links, target, fc.boolean(), (tree, path, absolute) => {
        const root = makeRoot({
          'd/': '',
          ...Object.fromEntries(Object.entries(tree).map(([name, to]) => [`${name}=`, to])),
        });
        const resolved = inRoot(root, absolute ? `/${path}` : path);
        const text = readIfAny(resolved);
        expect(text).not.toBe('outside');
        expect(text === 'ELOOP' || `${resolved}/`.startsWith(`${root}/`)).toBe(true);
        const kernel = isRoot ? readInChroot(root, path) : text;
        // Only here `..` behind a file or behind what is missing leads on.
        expect([text, 'ENOENT', 'ENOTDIR']).toContain(kernel);
      }),
      { numRuns: 60 },
    );
  });
});

/** The content, or why there is none. */
function readIfAny(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return errorCode(error);
  }
}

/** What the kernel makes of the same path after chroot(2). */
function readInChroot(root: string, path: string): string {
  const program = `
    chroot($ARGV[0]) && chdir('/') or die $!;
    my ($file, $text);
    if (open($file, '<', $ARGV[1]) && defined(sysread($file, $text, 100))) { print $text }
    else { print grep { $!{$_} } qw(ENOENT ENOTDIR EISDIR ELOOP EACCES) }`;
  return execFileSync('perl', ['-MErrno', '-e', program, root, path], { encoding: 'utf8' });
}
