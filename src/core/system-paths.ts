/**
 * Where things are in a system root. Paths are those inside the root (`/etc/inittab`);
 * `os/file/in-root` turns them into paths of the machine.
 */
import type { RC_LEVELS } from './runlevel.ts';

export const INITTAB = '/etc/inittab';
export const INITTAB_DIR = '/etc/inittab.d';
export const INITSCRIPT = '/etc/initscript';
export const INIT_D = '/etc/init.d';
export const DEFAULTS = '/etc/default/rcinit';
/** Whom `shutdown -a` obeys. */
export const SHUTDOWN_ALLOW = '/etc/shutdown.allow';
export const SHUTDOWN_PID = '/var/run/shutdown.pid';
/** Keeps users out while it is there; where Debian has it. */
export const NOLOGIN = '/run/nologin';
/** Both are read by the scripts of the next boot. */
export const FASTBOOT = '/fastboot';
export const FORCEFSCK = '/forcefsck';
export const CONTROL_FIFO = '/run/initctl';
export const LEVEL_FILE = '/var/run/runlevel';
export const UTMP = '/var/run/utmp';
export const WTMP = '/var/log/wtmp';
export const POWER_STATUS = '/var/run/powerstatus';
export const OLD_POWER_STATUS = '/etc/powerstatus';

/** Our own things, beside what System V knows. */
export const RUN_DIR = '/run/rcinit';
export const CONTROL_SOCKET = '/run/rcinit/control.sock';
/** `P L\n`, world-readable: what `runlevel` answers where utmp does not tell. */
export const LEVELS_FILE = '/run/rcinit/runlevel';
export const LAST_RC = '/run/rcinit/last-rc.json';
/** What `rc` did at boot, for the picture of it. */
export const LAST_BOOT = '/run/rcinit/last-boot.json';
/** Held with flock by a running init, so that one root never has two. */
export const INIT_LOCK = '/run/rcinit/init.lock';
/** Held with flock by a shutdown, so that one root never has two. */
export const SHUTDOWN_LOCK = '/run/rcinit/shutdown.lock';
/** Locks and sidecars of the pid files that start-stop-daemon writes. */
export const PIDFILES_DIR = '/run/rcinit/pidfiles';

/** The PATH of everything init starts on a machine (init(8); this order, measured). */
export const SYSTEM_PATH = '/sbin:/usr/sbin:/bin:/usr/bin';

/** The link directory of a level, e.g. `/etc/rc2.d`. */
export function rcDir(level: (typeof RC_LEVELS)[number]): string {
  return `/etc/rc${level}.d`;
}
