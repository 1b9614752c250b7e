/** Reading a pid file that somebody else may have put there to make us signal a process of their choice. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  statSync,
  type Stats,
} from 'node:fs';
import { dirname } from 'node:path';
import { parsePidText, type PidText } from '../../core/daemon/pidfile-text.ts';
import { errorCode } from '../os-error.ts';

const { O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** More than any pid with white space around it; the rest is not looked at. */
const MAX_BYTES = 4_096;
const WORLD_WRITABLE = 0o002;
const STICKY = 0o1000;

export type PidfileReading =
  | PidText
  | { readonly kind: 'missing' }
  /** A folder, a fifo, a device: there cannot be a pid in it. */
  | { readonly kind: 'not-a-file' }
  | { readonly kind: 'insecure'; readonly why: 'world-writable' | 'foreign' | 'foreign-link' }
  /** `code` is an errno name. */
  | { readonly kind: 'unreadable'; readonly code: string };

/**
 * Reads the pid, and only if nobody else can decide what it is.
 * @param onlyCriterion Nothing but this file says which process is meant: then its owner must be root or ourselves.
 * @see start-stop-daemon(8), `--pidfile`; CVE-2017-11746 and CVE-2017-11747 are what the checks are for.
 */
export function readPidfile(path: string, onlyCriterion: boolean): PidfileReading {
  try {
    const opened = openTrusted(path);
    if (opened === 'foreign-link') return { kind: 'insecure', why: opened };
    try {
      return readOpened(opened, path === '/dev/null', onlyCriterion);
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' ? { kind: 'missing' } : { kind: 'unreadable', code };
  }
}

/** A link is followed only where nobody but root or we can have made it, or can change it before we are through. */
function openTrusted(path: string): number | 'foreign-link' {
  const flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
  try {
    return openSync(path, flags | O_NOFOLLOW);
  } catch (error) {
    if (errorCode(error) !== 'ELOOP') throw error;
  }
  const link = lstatSync(path);
  const folder = statSync(dirname(path));
  const isFolderOurs = isTrusted(folder.uid) && (!isOpenToOthers(folder) || (folder.mode & STICKY) !== 0);
  return isTrusted(link.uid) && isFolderOurs ? openSync(path, flags) : 'foreign-link';
}

function readOpened(fd: number, isNull: boolean, onlyCriterion: boolean): PidfileReading {
  const stats = fstatSync(fd);
  if (isNull) return { kind: 'none' };
  if (onlyCriterion && !(isTrusted(stats.uid) && (stats.gid === 0 || stats.gid === process.getgid?.())))
    return { kind: 'insecure', why: 'foreign' };
  if ((stats.mode & WORLD_WRITABLE) !== 0) return { kind: 'insecure', why: 'world-writable' };
  if (!stats.isFile()) return { kind: 'not-a-file' };
  const bytes = Buffer.alloc(MAX_BYTES);
  return parsePidText(bytes.toString('latin1', 0, readSync(fd, bytes, 0, MAX_BYTES, 0)));
}

function isTrusted(uid: number): boolean {
  return uid === 0 || uid === process.getuid?.();
}

function isOpenToOthers({ mode }: Stats): boolean {
  return (mode & 0o022) !== 0;
}
