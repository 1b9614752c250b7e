/** What a process needs to hand something on to the program it becomes, through libc. Throws OsError as all of `libc*`. */
import { constants } from 'node:os';
import { declareLibc } from './ffi.ts';

const MFD_CLOEXEC = 1;
const F_DUPFD_CLOEXEC = 1030;
/** More than struct sigaction has in any libc. */
const SIGACTION_BYTES = 256;
const SIG_DFL = 0n;
const SIG_IGN = 1n;
/** SIGRTMIN+3 and +4, which container managers use; Node has no names for them. */
const REALTIME = [37, 38] as const;

const memfdCreateCall = declareLibc('memfd_create', 'const char *, unsigned int');
const fcntl = declareLibc('fcntl', 'int, int, ...');
const dup3 = declareLibc('dup3', 'int, int, int');
const sigaction = declareLibc('sigaction', 'int, void *, void *');
const signal = declareLibc('signal', 'int, void *', { result: 'intptr_t' });

const O_CLOEXEC = 0o2000000;

/** An empty file in memory, close-on-exec, that is gone with its last descriptor. */
export function createMemoryFile(name: string): number {
  return memfdCreateCall(name, MFD_CLOEXEC);
}

/** A second descriptor, close-on-exec, not below `least`. `EBADF` if `fd` is not open. */
export function duplicateAbove(fd: number, least: number): number {
  return fcntl(fd, F_DUPFD_CLOEXEC, 'int', least);
}

/** Makes `onto` mean what `fd` means, close-on-exec. */
export function putBack(fd: number, onto: number): void {
  dup3(fd, onto, O_CLOEXEC);
}

/**
 * Ignores all signals but SIGCHLD, whose dead must stay until somebody looks. No handler of libuv's runs until the
 * returned function gives them back: handlers write to descriptors that may be somebody else's meanwhile.
 */
export function ignoreAllSignals(): () => void {
  const numbers = [...new Set(Object.values(constants.signals)), ...REALTIME];
  const saved: (readonly [signo: number, action: Buffer])[] = [];
  for (const signo of numbers) {
    if (signo === constants.signals.SIGKILL || signo === constants.signals.SIGSTOP) continue;
    const action = Buffer.alloc(SIGACTION_BYTES);
    sigaction(signo, null, action);
    signal(signo, signo === constants.signals.SIGCHLD ? SIG_DFL : SIG_IGN);
    saved.push([signo, action]);
  }
  return () => {
    for (const [signo, action] of saved) sigaction(signo, action, null);
  };
}
