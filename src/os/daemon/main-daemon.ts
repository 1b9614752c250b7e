/** What the machine shows of the main init script and its daemon. Never throws. */
import type { DaemonSidecar } from '../../core/daemon/daemon-sidecar.ts';
import { lastResults, parseLastRc, type ScriptRecord } from '../../core/scripts/last-rc.ts';
import type { MainLook } from '../../core/engine/main-script.ts';
import { LAST_RC } from '../../core/system-paths.ts';
import { ffiProblem } from '../libc/libc.ts';
import { describeProcess } from '../process/process-view.ts';
import { readStat } from '../process/procfs.ts';
import { findScriptDaemon, isScriptAtWork } from './script-daemon.ts';
import { readTextIfAny } from '../file/text-file.ts';

/**
 * Looks at script, pid files and processes.
 * @param script The file name in /etc/init.d.
 * @param followed The daemon that is known from an earlier look.
 */
export function lookAtMain(root: string, script: string, followed: DaemonSidecar | undefined): MainLook {
  const isAlive = followed !== undefined && describeProcess(followed.pid)?.startTime === followed.startTime;
  // While it lives nothing else is of interest, and a look costs next to nothing.
  const found = isAlive ? undefined : findScriptDaemon(root, script);
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
