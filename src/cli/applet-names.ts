/** The names of all applets, for those who need to know them without loading any. */

export const APPLET_NAMES = [
  'init',
  'invoke-rc.d',
  'killall5',
  'pidof',
  'rc',
  'rcinit',
  'runlevel',
  'service',
  'start-stop-daemon',
  'startpar',
  'telinit',
] as const;

export type AppletName = (typeof APPLET_NAMES)[number];
