/** What this process was started with, before Node changed it: open descriptors, and the limit of open files. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Node's own: its event loops and what wakes them; and it holds /dev/null open for reading. */
const NODE_OWN = /^anon_inode:\[(eventpoll|eventfd|io_uring|signalfd|timerfd)\]$/;

/**
 * Descriptors above 2 that our caller left open for us. Ask early: what we open ourselves cannot be told from them.
 * Node's own are left out: anonymous inodes, pipes that we hold both ends of, and /dev/null for reading.
 */
export function inheritedDescriptors(): readonly number[] {
  const targets = new Map<number, string>();
  for (const name of listDescriptors()) {
    const fd = Number(name);
    const target = fd > 2 ? linkTarget(`/proc/self/fd/${name}`) : undefined;
    if (target !== undefined && !NODE_OWN.test(target) && !isNullForReading(fd, target))
      targets.set(fd, target);
  }
  const pipes = new Map<string, number>();
  for (const target of targets.values())
    if (target.startsWith('pipe:')) pipes.set(target, (pipes.get(target) ?? 0) + 1);
  return [...targets].filter(([, target]) => (pipes.get(target) ?? 0) < 2).map(([fd]) => fd);
}

export interface OpenFilesLimit {
  readonly soft: bigint;
  readonly hard: bigint;
}

/** RLIM_INFINITY. */
const UNLIMITED = 0xffff_ffff_ffff_ffffn;

/**
 * The limit of open files as our caller meant it. Node raises the soft limit to the hard one before anything of ours
 * runs; a daemon that closes all it might have open, or uses select(2), must not get that. The parent's limit is what
 * we had, unless somebody lowered the hard limit for us alone (`ulimit -n N; exec ...`): then it was N for both.
 */
export function inheritedOpenFilesLimit(): OpenFilesLimit | undefined {
  const own = readLimit('self');
  const parents = readLimit(String(process.ppid));
  if (own === undefined) return undefined;
  return parents !== undefined && parents.hard === own.hard ? parents : own;
}

function readLimit(pid: string): OpenFilesLimit | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/limits`, 'latin1');
    const [, soft, hard] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(text) ?? [];
    return soft === undefined || hard === undefined
      ? undefined
      : { soft: parseLimit(soft), hard: parseLimit(hard) };
  } catch {
    return undefined;
  }
}

function parseLimit(word: string): bigint {
  return word === 'unlimited' ? UNLIMITED : BigInt(word);
}

function isNullForReading(fd: number, target: string): boolean {
  if (target !== '/dev/null') return false;
  // Octal, and the access mode is in the last two bits.
  return /^flags:\s+\d*[04]$/m.test(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'));
}

function listDescriptors(): readonly string[] {
  try {
    return readdirSync('/proc/self/fd');
  } catch {
    return [];
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    // The descriptor that listed the folder is in the list, and closed by now.
    return undefined;
  }
}
