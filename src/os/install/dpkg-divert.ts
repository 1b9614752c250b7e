/** dpkg's diversions of a system root: what keeps the next upgrade of a package from replacing our files. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { DIVERSIONS, parseDiversions, type Diversion } from '../../core/install/dpkg-diversions.ts';
import { inRoot } from '../file/in-root.ts';
import { errorText, OsError } from '../os-error.ts';
import { readTextIfAny } from '../file/text-file.ts';

const STATUS = '/var/lib/dpkg/status';
const DPKG_MS = 30_000;

export function hasDpkg(root: string): boolean {
  return existsSync(inRoot(root, STATUS));
}

export function readDiversions(root: string): readonly Diversion[] {
  return parseDiversions(readTextIfAny(root, DIVERSIONS) ?? '');
}

/** The package that a file belongs to, undefined if dpkg knows of none. */
export function findOwner(root: string, path: string): string | undefined {
  const { status, stdout } = run('dpkg-query', [
    '--admindir',
    inRoot(root, '/var/lib/dpkg'),
    '--search',
    path,
  ]);
  return status === 0 ? /^([^:,\s]+)[:,]/.exec(stdout)?.[1] : undefined;
}

export function hasDpkgDivert(): boolean {
  return run('dpkg-divert', ['--version']).status === 0;
}

/** Registers or removes a diversion; the files stay where they are. Doing it again changes nothing. */
export function divert(root: string, what: 'add' | 'remove', { path, to }: Omit<Diversion, 'owner'>): void {
  const args = ['--root', root, '--quiet', '--local', '--no-rename', '--divert', to, `--${what}`, path];
  const { status, stderr, error } = run('dpkg-divert', args);
  if (status === 0) return;
  const reason = error === undefined ? stderr.trim().replace(/^dpkg-divert: error: /, '') : errorText(error);
  throw new OsError(`cannot divert "${path}": ${reason}`, { code: 'EIO', syscall: 'dpkg-divert', path });
}

function run(
  program: string,
  args: readonly string[],
): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly error?: Error;
} {
  return spawnSync(program, args, {
    encoding: 'utf8',
    timeout: DPKG_MS,
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
