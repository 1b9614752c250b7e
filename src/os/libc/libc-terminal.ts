/** Terminal modes through libc: "sane" as init leaves a console before something talks to a person on it. */
import { isatty } from 'node:tty';
import { declareLibc, ffiProblem } from './ffi.ts';

/** struct termios of glibc and musl: four flag words, the line discipline, 32 control characters, two speeds. */
const TERMIOS_BYTES = 60;
const IFLAG_AT = 0;
const OFLAG_AT = 4;
const CFLAG_AT = 8;
const LFLAG_AT = 12;
const CHARACTERS_AT = 17;

const TCSANOW = 0;
const TCIOFLUSH = 2;

/** IGNPAR ICRNL IXON IXANY */
const SANE_IFLAG = 0o4 | 0o400 | 0o2000 | 0o4000;
const IUTF8 = 0o40000;
/** OPOST ONLCR */
const SANE_OFLAG = 0o1 | 0o4;
/** CREAD HUPCL CLOCAL */
const SANE_CFLAG = 0o200 | 0o2000 | 0o4000;
/** CBAUD with CBAUDEX, CSIZE CSTOPB PARENB PARODD CRTSCTS: how the line itself is driven. */
const KEPT_CFLAG = 0o10017 | 0o60 | 0o100 | 0o400 | 0o1000 | 0o20000000000;
/** ISIG ICANON ECHO ECHOE ECHOCTL ECHOKE */
const SANE_LFLAG = 0o1 | 0o2 | 0o10 | 0o20 | 0o1000 | 0o4000;

/** By index: VINTR ^C, VQUIT ^\, VERASE DEL, VKILL ^U, VEOF ^D, VTIME, VMIN, VSWTC, VSTART ^Q, VSTOP ^S, VSUSP ^Z,
 * VEOL, VREPRINT ^R, VDISCARD ^O, VWERASE ^W, VLNEXT ^V. */
const SANE_CHARACTERS = [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22];

const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;
/** Of kd.h: which signal the calling process gets for the key that is mapped to KeyboardSignal. */
const KDSIGACCEPT = 0x4b4e;

const tcgetattr = declareLibc('tcgetattr', 'int, void *');
const tcsetattr = declareLibc('tcsetattr', 'int, int, void *');
const tcflush = declareLibc('tcflush', 'int, int');
const ioctl = declareLibc('ioctl', 'int, unsigned long, ...');
const fcntl = declareLibc('fcntl', 'int, int, ...');

/** The same numbers on all architectures but alpha, mips, powerpc and sparc. @see ioctl_tty(2) */
const TIOCSWINSZ = 0x5414;
const TIOCGPTN = 0x8004_5430;
const TIOCSPTLCK = 0x4004_5431;

/**
 * Sets sane modes and throws away what is queued in both directions. Speed, parity and IUTF8 stay.
 * @throws {OsError} ENOTTY if it is no terminal; ENOSYS where there is no FFI.
 * @see spec: what a child gets, from sysvinit's console_stty
 */
export function setSaneModes(fd: number): void {
  const termios = Buffer.alloc(TERMIOS_BYTES);
  tcgetattr(fd, termios);
  const change = (at: number, kept: number, added: number): void => {
    termios.writeUInt32LE(((termios.readUInt32LE(at) & kept) | added) >>> 0, at);
  };
  change(IFLAG_AT, IUTF8, SANE_IFLAG);
  change(OFLAG_AT, 0, SANE_OFLAG);
  change(CFLAG_AT, KEPT_CFLAG, SANE_CFLAG);
  change(LFLAG_AT, 0, SANE_LFLAG);
  SANE_CHARACTERS.forEach((value, index) => termios.writeUInt8(value, CHARACTERS_AT + index));
  tcsetattr(fd, TCSANOW, termios);
  tcflush(fd, TCIOFLUSH);
}

/** Asks the kernel for a signal at each press of the KeyboardSignal key. `ENOTTY` if it is no virtual console. */
export function acceptKeyboardSignal(fd: number, signo: number): void {
  ioctl(fd, KDSIGACCEPT, 'unsigned long', signo);
}

/** Gives an open file the plain blocking mode; also for all who share it. Its other flags become the default. */
export function clearNonBlocking(fd: number): void {
  fcntl(fd, F_SETFL, 'int', 0);
}

/** Takes the non-blocking mode off an open file, and nothing else, as libuv does for what a child is given. */
export function keepBlocking(fd: number): void {
  const flags = fcntl(fd, F_GETFL);
  if ((flags & O_NONBLOCK) !== 0) fcntl(fd, F_SETFL, 'int', flags & ~O_NONBLOCK);
}

/** As isatty(3). Node's own comes with all that it has for terminals and sockets, which takes 2 ms. */
export function isTerminal(fd: number): boolean {
  if (ffiProblem() !== undefined) return isatty(fd);
  try {
    tcgetattr(fd, Buffer.alloc(TERMIOS_BYTES));
    return true;
  } catch {
    return false;
  }
}

/**
 * Unlocks the other end of a pseudo terminal, with its output as it was written: newlines stay newlines.
 * @param master An open /dev/ptmx.
 * @returns The path of the other end.
 * @throws {OsError} ENOTTY, or ENOSYS where there is no FFI.
 */
export function makePtySlave(master: number): string {
  const number = Buffer.alloc(4);
  ioctl(master, TIOCSPTLCK, 'void *', number);
  ioctl(master, TIOCGPTN, 'void *', number);
  const termios = Buffer.alloc(TERMIOS_BYTES);
  tcgetattr(master, termios);
  termios.writeUInt32LE(0, OFLAG_AT);
  tcsetattr(master, TCSANOW, termios);
  return `/dev/pts/${number.readUInt32LE(0)}`;
}

/** Tells a terminal how large it is, for programs that ask. */
export function setWindowSize(fd: number, rows: number, columns: number): void {
  const size = Buffer.alloc(8);
  size.writeUInt16LE(rows, 0);
  size.writeUInt16LE(columns, 2);
  ioctl(fd, TIOCSWINSZ, 'void *', size);
}
