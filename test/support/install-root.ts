/** Made-up system roots for `rcinit install`, with a Node that runs in them, and a listing that shows every change. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { whyNoPid1 } from './pid1.ts';
import { writeTree, type Tree } from './with-tree.ts';

export type Layout = 'usrmerge' | 'split';

/** What stands where System V programs are before an installation. */
const SYSTEM: Tree = {
  'etc/inittab': 'id:2:initdefault:\n',
  'usr/lib/x/': '',
  'var/lib/x/': '',
  'sbin/init!': 'the init that was here\n',
  'sbin/telinit=': 'init',
  'sbin/killall5!': 'killall5\n',
  'bin/pidof=': '/sbin/killall5',
  'usr/sbin/service!': 'service\n',
  'lib/lsb/init-functions': 'the distribution’s\n',
};

/** Files that each root gets, by links: they are made once per test file. */
let shared: string | undefined;
/** In memory where that is possible: waiting for a busy disk takes longer than all the rest. */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
/** Answers as a Node does that is fit to run init. */
export const NODE_STUB = '/usr/bin/node-stub';

/** This Node at its place, with its libraries. Call it in beforeAll. @returns What removes them. */
export function makeNodeFiles(): () => void {
  return makeSharedFiles(tmpdir(), process.execPath);
}

/** A stand-in that starts faster, for who installs often and runs nothing of it. */
export function makeStubFiles(): () => void {
  const remove = makeSharedFiles(BASE, '/bin/sh');
  writeTree(shared ?? '', {
    [`${NODE_STUB}!`]: `#!/bin/sh\necho '{"version":"20.19.0","ffi":""}'\n`,
  });
  return remove;
}

function makeSharedFiles(base: string, program: string): () => void {
  const folder = mkdtempSync(join(base, 'rcinit-node-'));
  const ldd = spawnSync('ldd', [realpathSync(program)], { encoding: 'utf8' });
  const libraries = [...ldd.stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
  for (const path of [program, ...libraries]) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    cpSync(realpathSync(path), join(folder, path));
    chmodSync(join(folder, path), 0o755);
  }
  shared = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** What keeps a Node from being tried in another root, or undefined: without root that takes a user namespace. */
export function whyNoInstall(): string | undefined {
  return process.getuid?.() === 0 ? undefined : whyNoPid1('tree');
}

/** A root that is gone after the test. */
export function makeInstallRoot(
  layout: Layout,
  { withNode = true, more = {} }: { readonly withNode?: boolean; readonly more?: Tree } = {},
): string {
  const root = mkdtempSync(join(shared === undefined ? tmpdir() : dirname(shared), 'rcinit-root-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  chmodSync(root, 0o755);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    if (layout === 'usrmerge') symlinkSync(`usr/${name}`, join(root, name));
    else mkdirSync(join(root, name));
  }
  writeTree(root, SYSTEM);
  writeTree(root, more);
  // What an exact restoration has to bring back.
  linkSync(join(root, 'sbin/init'), join(root, 'usr/lib/x/second-name-of-init'));
  chmodSync(join(root, 'usr/sbin/service'), 0o510);
  utimesSync(join(root, 'sbin/killall5'), 1_000_000_000, 1_000_000_000);
  if (withNode && shared !== undefined) linkTree(shared, root);
  return root;
}

function linkTree(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      mkdirSync(target, { recursive: true });
      linkTree(source, target);
    } else linkSync(source, target);
  }
}

/** One line per file: what it is, who owns it, which file it is, what it says. */
export function listRoot(root: string, folder = ''): readonly string[] {
  return readdirSync(join(root, folder))
    .toSorted()
    .flatMap((name) => {
      const path = join(folder, name);
      const stat = lstatSync(join(root, path));
      const about = `${path} ${stat.mode.toString(8)} ${stat.uid}:${stat.gid}`;
      if (stat.isDirectory()) return [about, ...listRoot(root, path)];
      const says = stat.isSymbolicLink() ? readlinkSync(join(root, path)) : `${stat.size} ${stat.mtimeMs}`;
      return [`${about} ${stat.ino} ${stat.nlink} ${says}`];
    });
}
