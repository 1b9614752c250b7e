/** What order and targets of a unit are in an LSB header, and the other way round. */

/** Facilities of targets and sockets that stand for what the facility stands for. */
const FACILITIES: Readonly<Record<string, string>> = {
  'network.target': '$network',
  'network-online.target': '$network',
  'remote-fs.target': '$remote_fs',
  'local-fs.target': '$local_fs',
  'nss-lookup.target': '$named',
  'time-sync.target': '$time',
  'time-set.target': '$time',
  'syslog.target': '$syslog',
  'syslog.socket': '$syslog',
  'rsyslog.service': '$syslog',
  'systemd-journald.service': '$syslog',
  'rpcbind.target': '$portmap',
  'display-manager.service': '$x-display-manager',
  'mail-transport-agent.target': '$mail-transport-agent',
};

/** Every script of a level 2 to 5 comes after these anyway. */
const ALWAYS_THERE = new Set([
  'basic.target',
  'sysinit.target',
  'sockets.target',
  'paths.target',
  'timers.target',
  'slices.target',
  'local-fs-pre.target',
  'network-pre.target',
  'remote-fs-pre.target',
  'nss-user-lookup.target',
  'dbus.socket',
  'systemd-tmpfiles-setup.service',
  'systemd-tmpfiles-setup-dev.service',
  'systemd-sysctl.service',
  'systemd-modules-load.service',
  'systemd-udevd.service',
  'systemd-random-seed.service',
  'multi-user.target',
  'graphical.target',
  'shutdown.target',
]);

export type HeaderName =
  | { readonly kind: 'name'; readonly name: string }
  /** It says nothing in a header. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown' };

/** @param unit E.g. `network.target` or `redis-server.service`. */
export function headerName(unit: string): HeaderName {
  const facility = Object.hasOwn(FACILITIES, unit) ? FACILITIES[unit] : undefined;
  if (facility !== undefined) return { kind: 'name', name: facility };
  if (ALWAYS_THERE.has(unit)) return { kind: 'nothing' };
  const [, stem, suffix] = /^(.*)\.([a-z]+)$/.exec(unit) ?? [];
  if (stem === undefined || suffix === undefined) return { kind: 'name', name: unit };
  return suffix === 'service' ? { kind: 'name', name: stem } : { kind: 'unknown' };
}

/** Levels that a target in WantedBy= stands for. Debian's levels 2 to 5 are one. */
const LEVELS: Readonly<Record<string, readonly string[]>> = {
  'multi-user.target': ['2', '3', '4', '5'],
  'graphical.target': ['2', '3', '4', '5'],
  'default.target': ['2', '3', '4', '5'],
  'network-online.target': ['2', '3', '4', '5'],
  'sysinit.target': ['S'],
  'basic.target': ['S'],
  'local-fs.target': ['S'],
  'rescue.target': ['1'],
  'runlevel1.target': ['1'],
  'runlevel2.target': ['2'],
  'runlevel3.target': ['3'],
  'runlevel4.target': ['4'],
  'runlevel5.target': ['5'],
  'poweroff.target': ['0'],
  'halt.target': ['0'],
  'reboot.target': ['6'],
};

export function levelsOfTarget(target: string): readonly string[] | undefined {
  return Object.hasOwn(LEVELS, target) ? LEVELS[target] : undefined;
}

/** As systemd-sysv-generator had them; a facility without an entry is a service of that name. */
const TARGETS: Readonly<Record<string, string | undefined>> = {
  $local_fs: undefined,
  $network: 'network-online.target',
  $named: 'nss-lookup.target',
  $portmap: 'rpcbind.target',
  $remote_fs: 'remote-fs.target',
  $syslog: undefined,
  $time: 'time-sync.target',
  '$mail-transport-agent': 'mail-transport-agent.target',
  '$x-display-manager': 'display-manager.service',
};

/**
 * @param name A word of an LSB header.
 * @returns The unit; `nothing` for what every service has anyway; `unknown` for a facility that no unit stands for.
 * @see systemd-sysv-generator(8), sysv_translate_facility
 */
export function unitOfFacility(name: string): HeaderName {
  if (!name.startsWith('$')) return { kind: 'name', name: `${name.replace(/\.sh$/, '')}.service` };
  if (!Object.hasOwn(TARGETS, name)) return { kind: 'unknown' };
  const target = TARGETS[name];
  return target === undefined ? { kind: 'nothing' } : { kind: 'name', name: target };
}

/** @returns The targets that want a service of these levels. */
export function targetsOfLevels(levels: readonly string[]): readonly string[] {
  const targets = levels.map((level) => {
    if (level === 'S') return 'sysinit.target';
    if (level === '1') return 'rescue.target';
    return /^[2-5]$/.test(level)
      ? level === '5' && !levels.some((other) => /^[2-4]$/.test(other))
        ? 'graphical.target'
        : 'multi-user.target'
      : undefined;
  });
  return [...new Set(targets.filter((target) => target !== undefined))];
}
