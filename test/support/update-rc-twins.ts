/** Runs Debian's own update-rc.d and insserv, or our update-rc.d, on an /etc of the test's, in a mount namespace. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listLinks } from './insserv-golden.ts';
import { fetchPackages, unpackPackages } from './packages.ts';
import { writeTree, type Tree } from './with-tree.ts';

const DIST = join(import.meta.dirname, '../../dist/applets');
const PATH = `/usr/sbin:/usr/bin:/sbin:/bin:${dirname(process.execPath)}`;
const DEADLINE_MS = 60_000;
/** Stubs lie over the packages, those over the machine; its services are out of reach. */
const ENTER = `
mount -t overlay -o "lowerdir=$1/usr:$2/usr:/usr" none /usr && mount -t tmpfs none /run &&
mount --bind "$3" /etc && cd / && shift 3 && exec "$@"`;

export type Tool = 'ours' | 'original';

export interface TwinRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly links: readonly string[];
  /** How other programs were called; one line each. */
  readonly calls: string;
}

/** A stub notes in /etc/calls how it was called. */
export function stub(name: string): Tree {
  const note = `#!/bin/sh\necho "$\{SYSTEMCTL_SKIP_SYSV:-}$\{0##*/} $*" >> /etc/calls\nexit 3\n`;
  return { [`usr/${name}!`]: note };
}

/** Without a systemctl that can be executed, whatever the machine has. */
const NO_SYSTEMCTL: Tree = { 'usr/bin/systemctl': '' };

export interface Twins {
  /**
   * Calls the tool once for each list of arguments, on the same /etc.
   * @param etc Paths begin below /etc.
   */
  readonly run: (
    tool: Tool,
    etc: Tree,
    calls: readonly (readonly string[])[],
    how?: { readonly env?: Readonly<Record<string, string>>; readonly stubs?: Tree },
  ) => Promise<readonly TwinRun[]>;
  readonly end: () => void;
}

/** @returns Why they cannot be had, as text. */
export async function prepareTwins(): Promise<Twins | string> {
  const layer = mkdtempSync(join(tmpdir(), 'rcinit-twins-'));
  try {
    await unpackPackages(await fetchPackages(['init-system-helpers', 'insserv']), layer);
    const twins = {
      run: (...args: Parameters<Twins['run']>) => runTwin(layer, ...args),
      end: () => remove(layer),
    };
    await twins.run('original', {}, [['-h']]).then(([first]) => {
      if (first?.code !== 1) throw new Error(`update-rc.d does not run here: ${first?.err ?? ''}`);
    });
    return twins;
  } catch (error) {
    remove(layer);
    return `Debian's update-rc.d is not to be had: ${error instanceof Error ? error.message.split('\n')[0] : ''}`;
  }
}

function remove(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}

async function runTwin(
  layer: string,
  tool: Tool,
  etc: Tree,
  calls: readonly (readonly string[])[],
  { env = {}, stubs = NO_SYSTEMCTL }: Parameters<Twins['run']>[3] = {},
): Promise<readonly TwinRun[]> {
  const dir = mkdtempSync(join(tmpdir(), 'rcinit-twin-'));
  try {
    mkdirSync(join(dir, 'etc'));
    writeTree(join(dir, 'etc'), etc);
    writeTree(join(dir, 'stubs'), { 'usr/': '', ...stubs });
    const program = tool === 'ours' ? join(DIST, 'update-rc.d') : '/usr/sbin/update-rc.d';
    const runs: TwinRun[] = [];
    for (const args of calls) {
      const enter = ['sh', '-c', ENTER, 'enter', join(dir, 'stubs'), layer, join(dir, 'etc')];
      const end = await execute(['--user', '--map-root-user', '--mount', ...enter, program, ...args], {
        PATH,
        LC_ALL: 'C',
        ...env,
      });
      runs.push({ ...end, links: listLinks(dir), calls: readCalls(dir) });
    }
    return runs;
  } finally {
    remove(dir);
  }
}

function execute(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Pick<TwinRun, 'code' | 'out' | 'err'>> {
  return new Promise((resolve, reject) => {
    execFile('unshare', args, { env, timeout: DEADLINE_MS }, (error, out, err) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ code: Number(error?.code ?? 0), out, err });
    });
  });
}

function readCalls(dir: string): string {
  const path = join(dir, 'etc/calls');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
