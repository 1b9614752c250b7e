/** What /proc shows of a daemon's ties to those who started it. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Pid } from '../../core/units.ts';
import { readStat } from './procfs.ts';

export interface DaemonTies {
  readonly pid: Pid;
  readonly ppid: Pid;
  readonly comm: string;
  readonly argv: readonly string[];
  readonly sid: Pid;
  /** Device number of its controlling terminal; 0 without one. */
  readonly terminal: number;
  readonly cwd: string;
  /** Undefined from kernels before 4.7. */
  readonly umask: number | undefined;
  readonly descriptors: readonly { readonly fd: number; readonly target: string }[];
  readonly ignored: bigint;
  readonly blocked: bigint;
  readonly caught: bigint;
}

/** Behind the name: state, ppid, pgrp, session, tty_nr. */
const TTY_FIELD = 4;

/** @returns Undefined if there is no such process (any more). What may not be read is left empty. */
export function readDaemonTies(pid: Pid): DaemonTies | undefined {
  const stat = readStat(pid);
  const status = readText(`/proc/${pid}/status`);
  const statText = readText(`/proc/${pid}/stat`);
  if (stat === undefined || status === undefined || statText === undefined) return undefined;
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1];
  const mask = (name: string): bigint => BigInt(`0x${field(name) ?? '0'}`);
  const umask = field('Umask');
  return {
    pid,
    ppid: stat.ppid,
    comm: stat.comm,
    argv: (readText(`/proc/${pid}/cmdline`) ?? '').split('\0'),
    sid: stat.sid,
    terminal: Number(statText.slice(statText.lastIndexOf(')') + 2).split(' ')[TTY_FIELD]),
    cwd: readLink(`/proc/${pid}/cwd`) ?? '',
    umask: umask === undefined ? undefined : Number.parseInt(umask, 8),
    descriptors: readDescriptors(pid),
    ignored: mask('SigIgn'),
    blocked: mask('SigBlk'),
    caught: mask('SigCgt'),
  };
}

function readDescriptors(pid: Pid): DaemonTies['descriptors'] {
  try {
    return readdirSync(`/proc/${pid}/fd`)
      .map((fd) => ({ fd: Number(fd), target: readLink(`/proc/${pid}/fd/${fd}`) ?? '' }))
      .sort((a, b) => a.fd - b.fd);
  } catch {
    return [];
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
