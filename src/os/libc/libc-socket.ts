/** Unix datagram sockets, which Node does not have. */
import { closeSync } from 'node:fs';
import { declareLibc } from './ffi.ts';
import { shortSocketPath } from '../socket-path.ts';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
/** struct sockaddr_un: the family, then the path with a final NUL. */
const SOCKADDR_UN_BYTES = 110;
const SUN_PATH_AT = 2;
const MSG_NOSIGNAL = 0x4000;

const socket = declareLibc('socket', 'int, int, int');
const sendto = declareLibc('sendto', 'int, const void *, size_t, int, const void *, unsigned int', {
  result: 'long',
});

const bind = declareLibc('bind', 'int, const void *, unsigned int');

/**
 * Makes a socket file that receives datagrams: each read of the descriptor is one. Reading never blocks.
 * @throws {OsError} EADDRINUSE, EACCES …, ENOSYS without FFI.
 */
export function bindDatagramSocket(path: string): number {
  const short = shortSocketPath(path);
  try {
    const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    try {
      bind(fd, unixAddress(short.path), SOCKADDR_UN_BYTES);
      return fd;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  } finally {
    short.release();
  }
}

/**
 * Sends one datagram. Never blocks.
 * @throws {OsError} ENOENT or ECONNREFUSED if nobody listens, EAGAIN if the receiver is behind, ENOSYS without FFI.
 */
export function sendDatagram(path: string, bytes: Uint8Array): void {
  const short = shortSocketPath(path);
  try {
    const address = unixAddress(short.path);
    const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    try {
      sendto(fd, bytes, bytes.length, MSG_NOSIGNAL, address, address.length);
    } finally {
      closeSync(fd);
    }
  } finally {
    short.release();
  }
}

function unixAddress(path: string): Buffer {
  const address = Buffer.alloc(SOCKADDR_UN_BYTES);
  address.writeUInt16LE(AF_UNIX, 0);
  address.write(path, SUN_PATH_AT);
  return address;
}
