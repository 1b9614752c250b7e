/** The names of all applets, for those who need to know them without loading any. */

export const APPLET_NAMES = [
  'halt',
  'init',
  'insserv',
  'invoke-rc.d',
  'killall5',
  'pidof',
  'poweroff',
  'rc',
  'rcinit',
  'reboot',
  'runlevel',
  'service',
  'shutdown',
  'start-stop-daemon',
  'startpar',
  'telinit',
  'update-rc.d',
] as const;

export type AppletName = (typeof APPLET_NAMES)[number];
