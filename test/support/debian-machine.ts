/** A Debian machine with cron, nginx and redis-server from their unmodified packages, under one init or another. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RC_LEVELS } from '../../src/core/runlevel.ts';
import { INIT_D, INITTAB_DIR, rcDir } from '../../src/core/system-paths.ts';
import { IS_CI } from './is-ci.ts';
import { fetchAlternatives, fillDebianLayer, type LayerPlan } from './debian-layer.ts';
import { APPLETS, startPid1, whyNoPid1, type Pid1, type Pid1Options } from './pid1.ts';
import type { Tree } from './with-tree.ts';

const run = promisify(execFile);

export interface Flavour {
  readonly init: string;
  /** The program that inittab runs with the level as its argument. */
  readonly rc: string;
  readonly packages: readonly string[];
  readonly files: Tree;
}

const COMMANDS = ['telinit', 'runlevel', 'service'] as const;

/** Our programs, linked to where an administrator would put them. */
export const RCINIT: Flavour = {
  init: '/sbin/init',
  rc: join(APPLETS, 'rc'),
  packages: [],
  files: Object.fromEntries(['init', ...COMMANDS].map((name) => [`usr/sbin/${name}=`, join(APPLETS, name)])),
};

/** The original, for comparison. `service` is the machine's. */
export const SYSVINIT: Flavour = {
  init: '/sbin/init',
  rc: '/etc/init.d/rc',
  packages: ['sysvinit-core', 'sysv-rc', 'initscripts'],
  files: {},
};

export const SERVICES = ['cron', 'nginx', 'redis-server'] as const;
/** What the services need is there before they start. */
const FACILITIES = ['$local_fs', '$remote_fs', '$network', '$syslog', '$time', '$named', '']
  .map((name) => name && `${name} +mountall`)
  .join('\n');
/** What an insserv of this machine left: the original's rc would follow it instead of the links. */
const DEPEND_FILES = ['boot', 'start', 'stop'].map((name) => join(INIT_D, `.depend.${name}`));
/** In the order in which they stop. */
export const STOP_LINKS = ['K01nginx', 'K02redis-server', 'K03cron'] as const;
const START_LINKS = ['S01cron', 'S02redis-server', 'S03nginx'] as const;

/**
 * Fetches the packages too, so that a machine without them is told apart from one that fails.
 * @returns Why this machine cannot run it, or undefined.
 * @throws Error with the reason in CI, where nothing may be skipped.
 */
export async function whyNoDebianMachine(flavour: Flavour): Promise<string | undefined> {
  const reason =
    whyNoPid1('overlay') ??
    (await fetchAlternatives(packagesOf(flavour)).then(
      () => undefined,
      (error: unknown) => `the packages are not to be had: ${String(error)}`,
    ));
  if (reason !== undefined && IS_CI) throw new Error(`The system test cannot run: ${reason}`);
  return reason;
}

function packagesOf(flavour: Flavour): LayerPlan['packages'] {
  return [['cron'], ['nginx-light', 'nginx'], ['redis-server'], ...flavour.packages.map((name) => [name])];
}

/** How the services get their links: by hand, or from their headers through our update-rc.d, which asks for parallel. */
type Enabling = 'links' | 'update-rc.d';

/**
 * Builds the overlay and boots it; `end` removes everything.
 * @param args For the init.
 */
export async function bootDebian(
  flavour: Flavour,
  args: readonly string[] = [],
  enabling: Enabling = 'links',
  options: Pick<Pid1Options, 'console' | 'readOnly' | 'tmpfs'> = {},
): Promise<Pid1> {
  const layer = mkdtempSync(join(tmpdir(), 'rcinit-layer-'));
  const remove = () => rmSync(layer, { recursive: true, force: true });
  try {
    await fillDebianLayer(layer, {
      packages: [
        ['cron'],
        ['nginx-light', 'nginx'],
        ['redis-server'],
        ...flavour.packages.map((name) => [name]),
      ],
      files: {
        ...flavour.files,
        ...(enabling === 'links' ? levelLinks() : { 'etc/insserv.conf': FACILITIES }),
        'etc/inittab': inittab(flavour.rc),
      },
    });
    if (enabling === 'update-rc.d') for (const name of SERVICES) await enable(layer, name);
    const hidden = [...RC_LEVELS.map(rcDir), INITTAB_DIR, ...DEPEND_FILES];
    const pid1 = await startPid1({
      ...options,
      kind: 'overlay',
      layer,
      hidden,
      argv: [flavour.init, ...args],
    });
    return { ...pid1, end: () => pid1.end().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Debian's default inittab, without what needs a real machine; sysinit does a small part of what rcS does. */
function inittab(rc: string): string {
  const levels = RC_LEVELS.filter((level) => level !== 'S').map(
    (level) => `l${level}:${level}:wait:${rc} ${level}`,
  );
  return [
    'id:2:initdefault:',
    'si::sysinit:/bin/mkdir -p -m 1777 /run/lock',
    '~~:S:wait:/sbin/sulogin --force',
    ...levels,
    'ca:12345:ctrlaltdel:/bin/echo ctrl-alt-del',
    '',
  ].join('\n');
}

/** As a package's postinst does. */
async function enable(layer: string, name: string): Promise<void> {
  const { stderr } = await run(join(APPLETS, 'update-rc.d'), ['--root', layer, name, 'defaults']);
  if (stderr !== '') throw new Error(`update-rc.d ${name} defaults: ${stderr}`);
}

function levelLinks(): Tree {
  const tree: Record<string, string> = {};
  const add = (level: string, links: readonly string[]) => {
    for (const link of links) tree[`etc/rc${level}.d/${link}=`] = `../init.d/${link.slice('S00'.length)}`;
  };
  for (const level of ['2', '3', '4', '5']) add(level, START_LINKS);
  for (const level of ['0', '1', '6']) add(level, STOP_LINKS);
  return tree;
}
