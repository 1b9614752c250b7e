/** A whole Debian with the original sysvinit, made by debootstrap and kept between runs. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fetchPackages } from './packages.ts';

const run = promisify(execFile);

interface Suite {
  readonly packages: string;
  /** What debootstrap cannot unpack, because it takes the first of alternatives: apt does that afterwards. */
  readonly afterwards: readonly string[];
}

const SUITES: Readonly<Record<string, Suite>> = {
  bookworm: {
    packages:
      'sysvinit-core,sysv-rc,initscripts,insserv,startpar,cron,redis-server,nginx-light,procps,ifupdown',
    afterwards: [],
  },
  // Its cron needs "systemd | systemd-standalone-sysusers".
  trixie: {
    packages:
      'sysvinit-core,sysv-rc,initscripts,insserv,startpar,procps,ifupdown,systemd-standalone-sysusers,orphan-sysvinit-scripts',
    afterwards: ['cron', 'redis-server', 'nginx-light'],
  },
};
/** Debian 12, or what RCINIT_TEST_DEBIAN names. */
const SUITE = process.env['RCINIT_TEST_DEBIAN'] || 'bookworm';
const { packages: PACKAGES, afterwards: AFTERWARDS } = suiteOf(SUITE);
const CACHE = join(tmpdir(), `rcinit-debian-${SUITE}`);
const BUILD_MS = 800_000;

/** A name that is none is a mistake, and no reason to skip the test. */
function suiteOf(name: string): Suite {
  const suite = SUITES[name];
  if (suite === undefined)
    throw new Error(`RCINIT_TEST_DEBIAN=${name} is none of ${Object.keys(SUITES).join(', ')}`);
  return suite;
}

/** What is booted: a release, or the folder that is given. */
export const DEBIAN = process.env['RCINIT_DEBIAN_ROOT'] || SUITE;

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
    await installInside(join(next, 'root'), AFTERWARDS);
    if (!existsSync(root)) renameSync(join(next, 'root'), root);
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

async function bootstrap(root: string, mirror: string): Promise<void> {
  const { program, folder } = await findDebootstrap();
  const options = ['--variant=minbase', `--include=${PACKAGES}`];
  const env = folder === undefined ? {} : { DEBOOTSTRAP_DIR: folder };
  await runInNamespaces(['sh', program, ...options, SUITE, root, mirror], env);
}

/** By the new system's own apt, from where debootstrap took the rest. */
async function installInside(root: string, packages: readonly string[]): Promise<void> {
  if (packages.length === 0) return;
  const policy = join(root, 'usr/sbin/policy-rc.d');
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const apt = ['chroot', root, 'apt-get', '-q'];
  await runInNamespaces([...apt, 'update'], {});
  await runInNamespaces([...apt, 'install', '-y', '--no-install-recommends', ...packages], {
    DEBIAN_FRONTEND: 'noninteractive',
  });
  await runInNamespaces([...apt, 'clean'], {});
  rmSync(policy);
}

/** What it mounts, and what its packages start, ends with the namespaces. */
async function runInNamespaces(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
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
  await run('setpriv', [...flags, ...argv], {
    env: { ...process.env, ...env, LC_ALL: 'C' },
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

/** That of the suite, or else that of another one: mirrors carry them all, and debootstrap says so where one does not. */
async function findMirror(): Promise<string> {
  const mirrors = await Promise.all([listMirrors([`Codename: ${SUITE}`]), listMirrors([])]);
  const mirror = mirrors.flat()[0];
  if (mirror === undefined)
    throw new Error(`no apt source of this machine has Debian's ${SUITE}; name a root in RCINIT_DEBIAN_ROOT`);
  return mirror;
}

async function listMirrors(filters: readonly string[]): Promise<readonly string[]> {
  const all = ['Created-By: Packages', 'Component: main', 'Origin: Debian', 'Label: Debian', ...filters];
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(REPO_URI)', ...all]);
  return stdout.split('\n').filter((line) => line !== '');
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
