/** Runs one applet as this process: gives it its view of the process, and exits with its status. */
import { basename } from 'node:path';
import { isTty, writeAll } from '../os/stdio.ts';
import type { Applet, AppletIo } from './applet.ts';

export type LoadApplet = () => Promise<{ readonly applet: Applet }>;

/** A fault of ours (sysexits: EX_SOFTWARE). */
const EXIT_SOFTWARE = 70;

/** The name in a path or an `argv[0]`; a login shell's leading `-` does not count. */
export function calledName(calledAs: string): string {
  return basename(calledAs).replace(/^-/, '');
}

/**
 * Runs the applet with this process's arguments, or those given. Never returns before the applet has set its exit status.
 * @param name For the report of a fault.
 */
export function runApplet(
  name: string,
  calledAs: string,
  load: LoadApplet,
  args: readonly string[] = process.argv.slice(2),
): void {
  void load()
    .then(({ applet }) => applet(args, processIo(calledName(calledAs))))
    .then(exit, (error: unknown) => exit(reportFault(name, error)));
}

/**
 * The whole program where the build made a file of its own for the applet.
 * @public Called by what scripts/build.ts writes.
 * @param others Names that mean another applet when the file is called by them, through a link.
 * @param runOther Loads the program that knows them all.
 */
export function runSingleApplet(
  name: string,
  applet: Applet,
  others: readonly string[],
  runOther: () => void,
): void {
  const calledAs = process.argv[1] ?? name;
  const called = calledName(calledAs);
  if (called !== name && others.includes(called)) runOther();
  else runApplet(name, calledAs, () => Promise.resolve({ applet }));
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
    get stdoutIsTty() {
      return isTty(1);
    },
    get stderrIsTty() {
      return isTty(2);
    },
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
