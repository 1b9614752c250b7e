/** The daemon of an init script, found by the pid files that its text names. Never throws. */
import { readFileSync } from 'node:fs';
import type { DaemonSidecar, Identity } from '../../core/daemon/daemon-sidecar.ts';
import { findPidfiles } from '../../core/engine/main-pidfile.ts';
import { isWorkOnScript } from '../../core/engine/main-script.ts';
import { INIT_D } from '../../core/system-paths.ts';
import type { Pid } from '../../core/units.ts';
import { inRoot } from '../file/in-root.ts';
import { identifyDaemon, readSidecar } from '../pidfile/pidfile-identity.ts';
import { readPidfile } from '../pidfile/pidfile-read.ts';
import { describeProcess } from '../process/process-view.ts';
import { listPids } from '../process/procfs.ts';
import { readTextIfAny } from '../file/text-file.ts';

export interface ScriptDaemon {
  /** Of the pid file, inside the root. */
  readonly path: string;
  /** Undefined where no pid can be read from it. */
  readonly pid: Pid | undefined;
  /** What the process with that pid is; undefined without one. */
  readonly identity: Identity | 'dead' | undefined;
  /** The live process that the file names, unless it was given the number of another. */
  readonly daemon: DaemonSidecar | undefined;
}

/**
 * The first pid file with a live process in it, else the first that is there.
 * @param script The file name in /etc/init.d.
 */
export function findScriptDaemon(root: string, script: string): ScriptDaemon | undefined {
  const text = readTextIfAny(root, `${INIT_D}/${script}`) ?? '';
  const paths = findPidfiles(script, text, readTextIfAny(root, `/etc/default/${script}`));
  const found = paths.flatMap((path) => readOne(root, path) ?? []);
  return found.find(({ daemon }) => daemon !== undefined) ?? found[0];
}

function readOne(root: string, path: string): ScriptDaemon | undefined {
  const file = inRoot(root, path);
  const reading = readPidfile(file, false);
  const isMissing =
    reading.kind === 'missing' || (reading.kind === 'unreadable' && reading.code === 'ENOTDIR');
  if (isMissing) return undefined;
  if (reading.kind !== 'pid') return { path, pid: undefined, identity: undefined, daemon: undefined };
  const { pid } = reading;
  const identity = identifyDaemon(readSidecar(file, { root, runtimeDir: undefined }), pid);
  const isOurs = pid !== process.pid && identity !== 'recycled';
  return { path, pid, identity, daemon: isOurs ? describeProcess(pid) : undefined };
}

/** Whether the script, or a tool that calls it, is running. */
export function isScriptAtWork(script: string): boolean {
  return listPids().some((pid) => pid !== process.pid && isWorkOnScript(readArguments(pid), script));
}

function readArguments(pid: Pid): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
