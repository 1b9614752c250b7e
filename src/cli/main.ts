/** Finds the applet by the name the program was called by, loads it alone, runs it, and exits with its status. */
import { basename } from 'node:path';
import { realPath } from '../os/real-path.ts';
import { isTty, writeAll } from '../os/stdio.ts';
import type { Applet, AppletIo } from './applet.ts';

type Load = () => Promise<{ readonly applet: Applet }>;

/** Every applet, by command name. The imports are lazy: an applet pays for nothing it does not use. */
export const APPLETS: Readonly<Record<string, Load>> = {
  init: () => import('./init.ts'),
  rc: () => import('./rc.ts'),
  rcinit: () => import('./rcinit.ts'),
  runlevel: () => import('./runlevel.ts'),
  service: () => import('./service.ts'),
  telinit: () => import('./telinit.ts'),
};

/** A fault of ours (sysexits: EX_SOFTWARE). */
const EXIT_SOFTWARE = 70;

/**
 * The applet's name: the name of the file that was called, or, where a link has another name
 * (`ln -s …/telinit go`), the name of the file behind it. A login shell's leading `-` does not count.
 */
export function appletName(calledAs: string): string {
  const name = basename(calledAs).replace(/^-/, '');
  return Object.hasOwn(APPLETS, name) ? name : basename(realPath(calledAs));
}

/** Runs the applet this process was started as. Never returns before the applet has set its exit status. */
export function main(): void {
  const calledAs = process.argv[1] ?? 'rcinit';
  const name = appletName(calledAs);
  const load = APPLETS[name] ?? APPLETS['rcinit'];
  void load?.()
    .then(({ applet }) => applet(process.argv.slice(2), processIo(name)))
    .then(exit, (error: unknown) => exit(reportFault(name, error)));
}

/** An applet that leaves something open on purpose (a running init) has no status yet: it exits by itself. */
function exit(status: number): void {
  process.exit(status);
}

function processIo(name: string): AppletIo {
  return {
    name,
    env: process.env,
    cwd: currentFolder(),
    out: (text) => writeAll(1, text),
    err: (text) => writeAll(2, text),
    stdoutIsTty: isTty(1),
    stderrIsTty: isTty(2),
  };
}

/** The folder may have been removed under us; commands still have to work from there. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

function reportFault(name: string, error: unknown): number {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  writeAll(2, `${name}: internal error, please report it: ${text}\n`);
  return EXIT_SOFTWARE;
}
