/** What the machine shows of the main init script and its daemon. Never throws. */
import { readFileSync } from 'node:fs';
import type { DaemonSidecar } from '../core/daemon-sidecar.ts';
import { lastResults, parseLastRc, type ScriptRecord } from '../core/last-rc.ts';
import { findPidfiles } from '../core/main-pidfile.ts';
import { isWorkOnScript, type MainLook } from '../core/main-script.ts';
import { INIT_D, LAST_RC } from '../core/system-paths.ts';
import type { Pid } from '../core/units.ts';
import { inRoot } from './in-root.ts';
import { ffiProblem } from './libc.ts';
import { identifyDaemon, readSidecar } from './pidfile-identity.ts';
import { readPidfile } from './pidfile-read.ts';
import { describeProcess } from './process-view.ts';
import { listPids, readStat } from './procfs.ts';
import { readTextIfAny } from './text-file.ts';

/**
 * Looks at script, pid files and processes.
 * @param script The file name in /etc/init.d.
 * @param followed The daemon that is known from an earlier look.
 */
export function lookAtMain(root: string, script: string, followed: DaemonSidecar | undefined): MainLook {
  const isAlive = followed !== undefined && describeProcess(followed.pid)?.startTime === followed.startTime;
  // While it lives nothing else is of interest, and a look costs next to nothing.
  const found = isAlive ? undefined : readPidfiles(root, script);
  const last = isAlive ? undefined : lastRun(root, script);
  const watched = isAlive ? followed : found?.daemon;
  return {
    daemon: found?.daemon,
    pidfile: found?.path,
    deadPid: found?.daemon === undefined ? found?.pid : undefined,
    isAlive,
    isChild:
      watched !== undefined && ffiProblem() === undefined && readStat(watched.pid)?.ppid === process.pid,
    isBusy: !isAlive && isScriptAtWork(script),
    wasRun: last !== undefined,
    failure: describeFailure(last),
  };
}

interface Found {
  /** Inside the root. */
  readonly path: string;
  readonly pid: Pid | undefined;
  readonly daemon: DaemonSidecar | undefined;
}

/** The first pid file with a live process in it, else the first that is there. */
function readPidfiles(root: string, script: string): Found | undefined {
  const text = readTextIfAny(root, `${INIT_D}/${script}`) ?? '';
  const paths = findPidfiles(script, text, readTextIfAny(root, `/etc/default/${script}`));
  const found = paths.flatMap((path) => readOne(root, path) ?? []);
  return found.find(({ daemon }) => daemon !== undefined) ?? found[0];
}

function readOne(root: string, path: string): Found | undefined {
  const file = inRoot(root, path);
  const reading = readPidfile(file, false);
  if (reading.kind === 'missing') return undefined;
  if (reading.kind !== 'pid') return { path, pid: undefined, daemon: undefined };
  const { pid } = reading;
  const recorded = readSidecar(file, { root, runtimeDir: undefined });
  const isOurs = pid !== process.pid && identifyDaemon(recorded, pid) !== 'recycled';
  return { path, pid, daemon: isOurs ? describeProcess(pid) : undefined };
}

function isScriptAtWork(script: string): boolean {
  return listPids().some((pid) => pid !== process.pid && isWorkOnScript(readArguments(pid), script));
}

function readArguments(pid: Pid): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** What rc noted of it last, in this boot. */
function lastRun(root: string, script: string): ScriptRecord | undefined {
  const text = readTextIfAny(root, LAST_RC);
  const parsed = text === undefined ? undefined : parseLastRc(text);
  return parsed?.kind === 'parsed' ? lastResults(parsed.record).get(script) : undefined;
}

function describeFailure(last: ScriptRecord | undefined): string | undefined {
  if (last === undefined || last.outcome === 'ok') return undefined;
  const why = last.why ?? 'unknown';
  return last.outcome === 'skipped'
    ? `it was not started: ${why}`
    : `its ${last.action ?? 'start'} failed: ${why}`;
}
