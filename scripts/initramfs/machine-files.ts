/** Collects files of this machine for an initramfs: programs with their libraries, links with what they lead to. */
import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { CpioEntry } from './cpio.ts';

/** Where Debian and its kin have links into /usr. */
const TOP_LINKS = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
const PROGRAM_FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

export class FileSet {
  readonly #entries = new Map<string, CpioEntry>();

  constructor() {
    for (const path of TOP_LINKS)
      if (isLink(path)) this.#add({ kind: 'link', path, target: readlinkSync(path) });
  }

  /** In the order in which they can be unpacked. */
  get entries(): readonly CpioEntry[] {
    return [...this.#entries.values()];
  }

  /** A program by name or path, with the libraries it is linked with. @returns False if the machine has none. */
  addProgram(program: string): boolean {
    const path = program.includes('/') ? program : findProgram(program);
    if (path === undefined || !exists(path)) return false;
    this.addFile(path);
    for (const library of librariesOf(path)) this.addFile(library);
    return true;
  }

  /** A file at its own place; of a link also what it leads to. */
  addFile(path: string): void {
    const real = join(realpathSync(dirname(path)), path.slice(path.lastIndexOf('/') + 1));
    if (this.#entries.has(real)) return;
    if (!isLink(real)) return this.addFileAs(real, real);
    const target = readlinkSync(real);
    this.addLink(real, target);
    this.addFile(resolve(dirname(real), target));
  }

  /** A file at another place. */
  addFileAs(path: string, from: string): void {
    this.addFolder(dirname(path));
    this.#add({ kind: 'file', path, mode: lstatSync(from).mode & 0o7777, from });
  }

  addLink(path: string, target: string): void {
    this.addFolder(dirname(path));
    this.#add({ kind: 'link', path, target });
  }

  addFolder(path: string, mode = 0o755): void {
    if (path === '/' || this.#entries.has(path)) return;
    this.addFolder(dirname(path));
    this.#add({ kind: 'folder', path, mode });
  }

  /** A folder and all that is in it, at another place; what is there already is replaced. */
  addTree(path: string, from: string): void {
    for (const entry of readdirSync(from, { withFileTypes: true })) {
      const [inside, outside] = [join(path, entry.name), join(from, entry.name)];
      if (entry.isDirectory()) {
        this.addFolder(inside, lstatSync(outside).mode & 0o7777);
        this.addTree(inside, outside);
      } else if (entry.isSymbolicLink()) this.addLink(inside, readlinkSync(outside));
      else if (entry.isFile()) this.addFileAs(inside, outside);
    }
  }

  #add(entry: CpioEntry): void {
    this.#entries.set(entry.path, entry);
  }
}

function findProgram(name: string): string | undefined {
  return PROGRAM_FOLDERS.map((folder) => join(folder, name)).find((path) => exists(path));
}

/** What ldd(1) names by path; nothing for scripts and static programs. */
function librariesOf(path: string): readonly string[] {
  try {
    const listed = execFileSync('ldd', [path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return [...listed.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? '');
  } catch {
    return [];
  }
}

function isLink(path: string): boolean {
  return exists(path) && lstatSync(path).isSymbolicLink();
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
