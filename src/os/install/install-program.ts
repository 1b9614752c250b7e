/** Copies this program, with the packages it needs, into a folder of its own. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { replaceInterpreter } from '../../core/interpreter-line.ts';
import { listPackages } from './install-packages.ts';
import { programFolder, programVersion } from '../program.ts';

export interface NodeChoice {
  /** Its path inside the root. */
  readonly path: string;
  /** The machine's Node to be copied there; undefined where it is there already. */
  readonly copyFrom?: string;
}

/** Its folder's name where Node is copied along. */
export const COPIED_NODE = 'node';

const DIST_FOLDERS = ['applets', 'code', 'sh', 'completions'];
const MANUAL = 'docs/man';

function manualFolder(): string {
  return join(programFolder(), MANUAL);
}

/** The manual pages that come with the program, e.g. `init.8`, and where they lie in it. An image may do without. */
export function listManualPages(): readonly { readonly page: string; readonly path: string }[] {
  const names = existsSync(manualFolder()) ? readdirSync(manualFolder()) : [];
  const pages = names.filter((name) => /\.\d$/.test(name));
  return pages.toSorted().map((page) => ({ page, path: `${MANUAL}/${page}` }));
}

/** A name for this build with that Node: the same things have the same name, others have another. */
export function programName(node: string): string {
  const dist = join(programFolder(), 'dist');
  const hash = createHash('sha256').update(`${process.arch} ${node}\n`);
  for (const folder of [...DIST_FOLDERS.map((name) => join(dist, name)), manualFolder()].filter((path) =>
    existsSync(path),
  )) {
    for (const name of readdirSync(folder).toSorted())
      hash.update(name).update(readFileSync(join(folder, name)));
  }
  return `${programVersion()}-${hash.digest('hex').slice(0, 12)}`;
}

/** @throws The first error of the file system. */
export function copyProgram(to: string, node: NodeChoice): void {
  const from = programFolder();
  mkdirSync(to, { recursive: true, mode: 0o755 });
  copyTree(join(from, 'package.json'), join(to, 'package.json'));
  if (existsSync(join(from, 'LICENSE'))) copyTree(join(from, 'LICENSE'), join(to, 'LICENSE'));
  mkdirSync(join(to, 'dist'));
  for (const name of ['package.json', ...DIST_FOLDERS])
    copyTree(join(from, 'dist', name), join(to, 'dist', name));
  if (existsSync(manualFolder())) {
    mkdirSync(join(to, 'docs'));
    copyTree(manualFolder(), join(to, MANUAL));
  }
  for (const one of listPackages(from)) copyTree(one.from, join(to, one.to), ['node_modules']);
  if (node.copyFrom !== undefined) copyTree(node.copyFrom, join(to, COPIED_NODE));
  const applets = join(to, 'dist/applets');
  for (const name of readdirSync(applets)) changeInterpreter(join(applets, name), node.path);
}

function changeInterpreter(path: string, node: string): void {
  writeFileSync(path, replaceInterpreter(readFileSync(path, 'utf8'), node));
}

/** Everybody may read the copy, and run what could be run; links become what they lead to. */
function copyTree(from: string, to: string, except: readonly string[] = []): void {
  const stat = statSync(from);
  if (!stat.isDirectory()) {
    copyFileSync(from, to);
    chmodSync(to, (stat.mode & 0o111) === 0 ? 0o644 : 0o755);
    return;
  }
  mkdirSync(to, { recursive: true, mode: 0o755 });
  chmodSync(to, 0o755);
  for (const name of readdirSync(from).filter((entry) => !except.includes(entry)))
    copyTree(join(from, name), join(to, name));
}
