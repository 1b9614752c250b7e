/** A whole Debian 12 with the original sysvinit, made by debootstrap and kept between runs. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fetchPackages } from './packages.ts';

const run = promisify(execFile);

const SUITE = 'bookworm';
const PACKAGES =
  'sysvinit-core,sysv-rc,initscripts,insserv,startpar,cron,redis-server,nginx-light,procps,ifupdown';
const CACHE = join(tmpdir(), `rcinit-debian-${SUITE}`);
const BUILD_MS = 800_000;

/**
 * The folder in RCINIT_DEBIAN_ROOT, or one that is made from the mirror that this machine's apt uses.
 * @throws Error with the reason why there is none.
 */
export async function findDebianRoot(): Promise<string> {
  const given = process.env['RCINIT_DEBIAN_ROOT'];
  if (given !== undefined && given !== '') {
    if (!existsSync(join(given, 'sbin/init')))
      throw new Error(`RCINIT_DEBIAN_ROOT=${given} has no sbin/init`);
    return given;
  }
  const root = join(CACHE, 'root');
  if (!existsSync(root)) await makeDebianRoot(root);
  return root;
}

/** Under another name until it is whole; who comes second throws his away. */
async function makeDebianRoot(root: string): Promise<void> {
  const mirror = await findMirror();
  mkdirSync(CACHE, { recursive: true });
  const next = mkdtempSync(join(CACHE, 'next-'));
  try {
    await bootstrap(join(next, 'root'), mirror);
    if (!existsSync(root)) renameSync(join(next, 'root'), root);
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

/** What it mounts, and what its packages start, ends with the namespaces. */
async function bootstrap(root: string, mirror: string): Promise<void> {
  const { program, folder } = await findDebootstrap();
  const flags = [
    '--pdeathsig',
    'KILL',
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ];
  const options = ['--variant=minbase', `--include=${PACKAGES}`];
  await run('setpriv', [...flags, 'sh', program, ...options, SUITE, root, mirror], {
    env: { ...process.env, ...(folder !== undefined && { DEBOOTSTRAP_DIR: folder }), LC_ALL: 'C' },
    timeout: BUILD_MS,
    killSignal: 'SIGKILL',
    maxBuffer: 2 ** 26,
  });
}

/** The installed one, or the package's, unpacked. */
async function findDebootstrap(): Promise<{ readonly program: string; readonly folder?: string }> {
  if (existsSync('/usr/sbin/debootstrap')) return { program: '/usr/sbin/debootstrap' };
  const files = await fetchPackages(['debootstrap']);
  const deb = files.find((file) => file.includes('/debootstrap_'));
  if (deb === undefined) throw new Error('apt-get does not know debootstrap');
  const unpacked = join(CACHE, 'debootstrap');
  mkdirSync(unpacked, { recursive: true });
  await run('dpkg', ['-x', deb, unpacked]);
  return {
    program: join(unpacked, 'usr/sbin/debootstrap'),
    folder: join(unpacked, 'usr/share/debootstrap'),
  };
}

async function findMirror(): Promise<string> {
  const filters = ['Created-By: Packages', `Codename: ${SUITE}`, 'Component: main', 'Origin: Debian'];
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(REPO_URI)', ...filters]);
  const mirror = stdout.split('\n').find((line) => line !== '');
  if (mirror === undefined)
    throw new Error(`no apt source of this machine has Debian's ${SUITE}; name a root in RCINIT_DEBIAN_ROOT`);
  return mirror;
}

/** A root of its own to install into: names are its own, the contents are shared where that is possible. */
export async function copyDebianRoot(root: string, to: string): Promise<void> {
  try {
    await run('cp', ['-al', root, to]);
  } catch {
    rmSync(to, { recursive: true, force: true });
    cpSync(root, to, { recursive: true, verbatimSymlinks: true });
  }
}
