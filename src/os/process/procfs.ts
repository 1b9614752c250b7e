/** What /proc tells about processes and the machine. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Pid } from '../../core/units.ts';

/** PROC_PID_INIT_INO: the inode number of the first PID namespace, the same on every Linux. */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

export interface ProcessStat {
  readonly pid: Pid;
  /** At most 15 bytes, may hold any character. */
  readonly comm: string;
  /** One letter, e.g. `S` sleeping, `Z` zombie. */
  readonly state: string;
  readonly ppid: Pid;
  /** Process group. */
  readonly pgrp: Pid;
  /** Session. */
  readonly sid: Pid;
  /** Clock ticks after boot. With the pid and the boot id it names one process for ever. */
  readonly startTime: number;
}

/** One line of /proc/PID/stat, or undefined if there is no such process. */
export function readStat(pid: Pid | 'self'): ProcessStat | undefined {
  const text = readProc(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(text);
}

function parseStat(text: string): ProcessStat | undefined {
  // The name stands in brackets and may itself hold brackets and blanks; no later field does.
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const fields = text.slice(close + 2).split(' ');
  return {
    pid: Number(text.slice(0, open)),
    comm: text.slice(open + 1, close),
    state: fields[0] ?? '',
    ppid: Number(fields[1]),
    pgrp: Number(fields[2]),
    sid: Number(fields[3]),
    startTime: Number(fields[19]),
  };
}

/** Changes with every boot of the kernel; undefined where /proc is not mounted. */
export function bootId(): string | undefined {
  return readProc('/proc/sys/kernel/random/boot_id')?.trim();
}

/** All processes that this PID namespace shows, in ascending order. */
export function listPids(): readonly Pid[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^[1-9]\d*$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}

/** Children, their children and so on, zombies too, in ascending order; without `pid` itself. */
export function descendantsOf(pid: Pid): readonly Pid[] {
  const children = new Map<Pid, Pid[]>();
  for (const one of listPids()) {
    const stat = readStat(one);
    if (stat === undefined) continue;
    const siblings = children.get(stat.ppid);
    if (siblings === undefined) children.set(stat.ppid, [one]);
    else siblings.push(one);
  }
  const found = new Set<Pid>();
  const todo = [pid];
  for (let parent = todo.pop(); parent !== undefined; parent = todo.pop()) {
    for (const child of children.get(parent) ?? []) {
      // Pids may be used again between two reads, so a circle is possible.
      if (found.has(child) || child === pid) continue;
      found.add(child);
      todo.push(child);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** False in a container or another nested PID namespace; undefined where /proc does not say. */
export function isFirstPidNamespace(): boolean | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid') === FIRST_PID_NAMESPACE;
  } catch {
    return undefined;
  }
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
