/** Runs `rcinit boot` in a folder, as an ordinary process, and ends it for certain. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ConsoleLog } from './console-log.ts';
import { APPLETS, type Ended } from './pid1.ts';
import { waitFor } from './wait-for.ts';
import { writeTree, type Tree } from './with-tree.ts';

/** init starts every program with the folder as its working directory. */
const PROGRAMS: Tree = {
  't/note!': '#!/bin/sh\necho "$* $RUNLEVEL $PREVLEVEL" >>log\n',
  't/stay!': '#!/bin/sh\necho "$* $RUNLEVEL $PREVLEVEL" >>log\nexec sleep 1000\n',
};

export interface FolderOptions {
  readonly tree?: Tree;
  /** Run as this user; the folder belongs to it. */
  readonly uid?: number;
}

export interface AppletResult extends Ended {
  readonly stdout: string;
  readonly stderr: string;
}

export interface BootedFolder {
  readonly dir: string;
  readonly process: ChildProcess;
  /** Standard output and error together. */
  readonly console: ConsoleLog;
  readonly exited: Promise<Ended>;
  readonly log: () => readonly string[];
  readonly noted: (line: string, times?: number) => Promise<void>;
  /** Runs an applet on this folder through RCINIT_ROOT. */
  readonly run: (applet: string, ...args: readonly string[]) => Promise<AppletResult>;
}

/** Makes a folder that is a system root. @returns Its path; it is removed after the test. */
export function makeFolder(inittab: string, options: FolderOptions = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'rcinit-folder-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeTree(dir, {
    ...PROGRAMS,
    'run/': '',
    'var/log/': '',
    log: '',
    'etc/inittab': inittab,
    ...options.tree,
  });
  const { uid } = options;
  if (uid !== undefined)
    ['.', 'run', 'var', 'var/log', 'log', 'etc'].forEach((path) => chownSync(join(dir, path), uid, uid));
  return dir;
}

/** Boots the folder in the foreground; killed after the test if it still runs. */
export function bootFolder(dir: string, args: readonly string[] = [], uid?: number): BootedFolder {
  const child = spawn(join(APPLETS, 'rcinit'), ['boot', '--root', dir, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    env: { PATH: process.env['PATH'], HOME: '/' },
    ...(uid !== undefined && { uid, gid: uid }),
  });
  const log = new ConsoleLog();
  child.stdout.on('data', (chunk: Buffer) => log.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => log.push(chunk));
  const exited = endOf(child);
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(timer);
  });
  const notes = () => readFileSync(join(dir, 'log'), 'utf8').split('\n').slice(0, -1);
  return {
    dir,
    process: child,
    console: log,
    exited,
    log: notes,
    noted: (line, times = 1) => waitForNote(log, notes, line, times),
    run: (applet, ...appletArgs) => runApplet(dir, uid, [applet, ...appletArgs]),
  };
}

async function runApplet(
  dir: string,
  uid: number | undefined,
  [applet = '', ...args]: readonly string[],
): Promise<AppletResult> {
  const child = spawn(join(APPLETS, applet), args, {
    env: { PATH: process.env['PATH'], RCINIT_ROOT: dir },
    ...(uid !== undefined && { uid, gid: uid }),
  });
  const out = new ConsoleLog();
  const err = new ConsoleLog();
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const ended = await endOf(child);
  return { ...ended, stdout: out.raw, stderr: err.raw };
}

function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

async function waitForNote(
  log: ConsoleLog,
  notes: () => readonly string[],
  line: string,
  times: number,
): Promise<void> {
  const isThere = () => notes().filter((noted) => noted === line).length >= times;
  try {
    await waitFor(`"${line}" × ${times}`, isThere, 20_000);
  } catch (error) {
    const seen = `noted: ${JSON.stringify(notes())}\nconsole:\n${log.lines.join('\n')}`;
    throw new Error(`${(error as Error).message}\n${seen}`, { cause: error });
  }
}

/** Processes of the machine whose environment names this folder as their root. */
export function processesOf(dir: string): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => environmentOf(pid).includes(`RCINIT_ROOT=${dir}`)).map(Number);
}

/** A process may be gone between the listing and the look, or another user's. */
function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
