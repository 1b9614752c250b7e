/** Where a system expects our commands, the shell library, completions and the manual. */
import type { CompletedShell } from '../../core/completion-script.ts';
import type { AppletName } from '../applet-names.ts';

/** As in Debian's and sysvinit's own packages; an applet without a place does not compile. */
export const APPLET_PLACES: Readonly<Record<AppletName, string>> = {
  halt: '/sbin/halt',
  init: '/sbin/init',
  insserv: '/sbin/insserv',
  'invoke-rc.d': '/usr/sbin/invoke-rc.d',
  killall5: '/sbin/killall5',
  pidof: '/bin/pidof',
  poweroff: '/sbin/poweroff',
  rc: '/sbin/rc',
  rcinit: '/usr/sbin/rcinit',
  reboot: '/sbin/reboot',
  runlevel: '/sbin/runlevel',
  service: '/usr/sbin/service',
  shutdown: '/sbin/shutdown',
  'start-stop-daemon': '/sbin/start-stop-daemon',
  startpar: '/bin/startpar',
  telinit: '/sbin/telinit',
  'update-rc.d': '/usr/sbin/update-rc.d',
};

/**
 * Placed only where there is nothing: scripts name these by absolute paths, and a distribution's own have its own
 * additions, which its scripts may rely on.
 */
export const LIBRARY_PLACES: Readonly<Record<string, string>> = {
  'init-functions': '/lib/lsb/init-functions',
  'init-d-script': '/lib/init/init-d-script',
  'vars.sh': '/lib/init/vars.sh',
};

/** As the library, and where packages of a distribution place nothing. */
export const COMPLETION_PLACES: Readonly<Record<CompletedShell, string>> = {
  bash: '/etc/bash_completion.d/rcinit',
  zsh: '/usr/local/share/zsh/site-functions/_rcinit',
  fish: '/usr/share/fish/vendor_conf.d/rcinit.fish',
};

/**
 * A page of the manual: where `man` looks first, so that the pages of packages stay as they are.
 * @param page `init.8`
 */
export function manualPlace(page: string): string {
  return `/usr/local/share/man/man${page.slice(-1)}/${page}`;
}
