/** Finds the applet by the name the program was called by, and loads it alone. */
import { basename } from 'node:path';
import { realPath } from '../os/file/real-path.ts';
import type { AppletName } from './applet-names.ts';
import { calledName, runApplet, type LoadApplet } from './run-applet.ts';

/**
 * Every applet, by command name. The imports are lazy: an applet pays for nothing it does not use.
 * The build makes a file of its own for an applet whose module is called like it, with `-` for the dots: `x.d.ts` would
 * be a file of declarations.
 */
export const APPLETS: Readonly<Record<AppletName, LoadApplet>> = {
  halt: () => import('./halt.ts'),
  init: () => import('./init.ts'),
  insserv: () => import('./insserv.ts'),
  'invoke-rc.d': () => import('./invoke-rc-d.ts'),
  killall5: () => import('./killall5.ts'),
  pidof: () => import('./pidof.ts'),
  poweroff: () => import('./poweroff.ts'),
  rc: () => import('./rc.ts'),
  rcinit: () => import('./rcinit.ts'),
  reboot: () => import('./reboot.ts'),
  runlevel: () => import('./runlevel.ts'),
  service: () => import('./service.ts'),
  shutdown: () => import('./shutdown.ts'),
  'start-stop-daemon': () => import('./start-stop-daemon.ts'),
  startpar: () => import('./startpar.ts'),
  telinit: () => import('./telinit.ts'),
  'update-rc.d': () => import('./update-rc-d.ts'),
};

/**
 * The applet's name: the name of the file that was called, or, where a link has another name
 * (`ln -s …/telinit go`), the name of the file behind it. A login shell's leading `-` does not count.
 */
export function appletName(calledAs: string): string {
  const name = calledName(calledAs);
  return isApplet(name) ? name : basename(realPath(calledAs));
}

/**
 * Runs the applet this process was started as, or the one that `rcinit NAME …` names. Never returns before the applet
 * has set its exit status.
 * @public Called by what scripts/build.ts writes.
 */
export function main(): void {
  const calledAs = process.argv[1] ?? 'rcinit';
  const args = process.argv.slice(2);
  const name = appletName(calledAs);
  const [named = ''] = args;
  if (isApplet(name) && name !== 'rcinit') runApplet(name, calledAs, APPLETS[name], args);
  else if (isApplet(named) && named !== 'rcinit') runApplet(named, named, APPLETS[named], args.slice(1));
  else runApplet('rcinit', calledAs, APPLETS.rcinit, args);
}

function isApplet(name: string): name is AppletName {
  return Object.hasOwn(APPLETS, name);
}
