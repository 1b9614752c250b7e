/**
 * `npx tsx scripts/make-initramfs.ts ARCHIVE FOLDER [PROGRAM]...`
 *
 * Makes an initramfs with rcinit as /sbin/init: Node, our build with the packages it needs, a shell, the PROGRAMs of this
 * machine with their libraries, and over it what is in FOLDER (its `etc/inittab`, its `etc/init.d`). Devices and mounts
 * are the business of the inittab. Run `npm run build` before.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { APPLET_NAMES } from '../src/cli/applet-names.ts';
import { writeCpio } from './initramfs/cpio.ts';
import { FileSet } from './initramfs/machine-files.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** Where the package is inside. */
const HOME = '/usr/lib/rcinit';
/** What an administrator types stands where sysvinit has it. */
const SBIN = '/usr/sbin';
/** Empty folders that a system mounts on or writes to. */
const FOLDERS = ['/dev', '/proc', '/sys', '/run', '/root', '/tmp', '/var/log', '/etc'];

interface Package {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function main([archive, folder, ...programs]: readonly string[]): number {
  if (archive === undefined || folder === undefined) {
    process.stderr.write('Usage: npx tsx scripts/make-initramfs.ts ARCHIVE FOLDER [PROGRAM]...\n');
    return 2;
  }
  const files = new FileSet();
  for (const path of FOLDERS) files.addFolder(path);
  files.addLink('/var/run', '/run');
  const missing = ['sh', process.execPath, ...programs].filter((program) => !files.addProgram(program));
  if (missing.length > 0) {
    process.stderr.write(`make-initramfs: cannot find ${missing.join(' ')}: install what has them\n`);
    return 1;
  }
  addOurselves(files);
  files.addTree('/', folder);
  writeCpio(archive, files.entries);
  return 0;
}

function addOurselves(files: FileSet): void {
  files.addFileAs(join(HOME, 'package.json'), join(ROOT, 'package.json'));
  files.addFolder(join(HOME, 'dist'));
  files.addTree(join(HOME, 'dist'), join(ROOT, 'dist'));
  for (const name of packagesOf(join(ROOT, 'package.json'))) {
    files.addFolder(join(HOME, 'node_modules', name));
    files.addTree(join(HOME, 'node_modules', name), join(ROOT, 'node_modules', name));
  }
  for (const name of APPLET_NAMES) files.addLink(join(SBIN, name), join(HOME, 'dist/applets', name));
  files.addLink('/init', join(SBIN, 'init'));
}

/** All packages that one needs, as far as they are installed; npm keeps ours flat. */
function packagesOf(description: string, known = new Set<string>()): ReadonlySet<string> {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(description, 'utf8')) as Package;
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const next = join(ROOT, 'node_modules', name, 'package.json');
    if (known.has(name) || !existsSync(next)) continue;
    known.add(name);
    packagesOf(join(dirname(next), 'package.json'), known);
  }
  return known;
}

process.exitCode = main(process.argv.slice(2));
