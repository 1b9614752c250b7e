/** The names of all applets, for those who need to know them without loading any. */

export const APPLET_NAMES = [
  'halt',
  'init',
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
  'telinit',
] as const;

export type AppletName = (typeof APPLET_NAMES)[number];
