/** Takes the network interfaces down, as `halt -i` does, by ioctl(2): the last script of a machine may have no `ip` any more. */
import { closeSync, readFileSync } from 'node:fs';
import { LITTLE_ENDIAN } from '../../core/wire/byte-order.ts';
import { declareLibc } from '../libc/ffi.ts';

const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;
/** struct ifreq: the name, then the flags. */
const IFREQ_BYTES = 40;
const NAME_BYTES = 16;
const IFF_UP = 1;

const socket = declareLibc('socket', 'int, int, int');
const ioctl = declareLibc('ioctl', 'int, unsigned long, ...');

/**
 * Takes all down but the loopback and aliases; one that cannot be is left as it is.
 * @returns Those that were taken down, in that order: shapers come first, for they stand on others.
 * @throws {OsError} `ENOSYS` without FFI.
 */
export function takeNetworkDown(): readonly string[] {
  const fd = socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0);
  try {
    return listInterfaces().filter((name) => takeDown(fd, name));
  } finally {
    closeSync(fd);
  }
}

/** Also those without an address, which the original does not see. */
function listInterfaces(): readonly string[] {
  try {
    const names = [...readFileSync('/proc/net/dev', 'latin1').matchAll(/^\s*([^\s|]+):(?=\s)/gm)].map(
      ([, name = '']) => name,
    );
    const wanted = names.filter((name) => !name.startsWith('lo') && !name.includes(':'));
    const isShaper = (name: string) => name.startsWith('shaper');
    return [...wanted.filter(isShaper), ...wanted.filter((name) => !isShaper(name))];
  } catch {
    return [];
  }
}

function takeDown(fd: number, name: string): boolean {
  const request = Buffer.alloc(IFREQ_BYTES);
  request.write(name, 0, NAME_BYTES - 1, 'latin1');
  try {
    ioctl(fd, SIOCGIFFLAGS, 'void *', request);
    const flags = LITTLE_ENDIAN ? request.readInt16LE(NAME_BYTES) : request.readInt16BE(NAME_BYTES);
    if ((flags & IFF_UP) === 0) return false;
    if (LITTLE_ENDIAN) request.writeInt16LE(flags & ~IFF_UP, NAME_BYTES);
    else request.writeInt16BE(flags & ~IFF_UP, NAME_BYTES);
    ioctl(fd, SIOCSIFFLAGS, 'void *', request);
    return true;
  } catch {
    return false;
  }
}
