/** Requests for the control fifo byte by byte, right and wrong ones. */

const BYTES = 384;
const MAGIC = 0x03091969;

export interface RawRequest {
  readonly magic?: number;
  /** 1 is a change of level. */
  readonly command?: number;
  readonly level?: string;
  readonly sleepSeconds?: number;
}

/** @see initreq.h of sysvinit: four native integers, then 368 bytes of data */
export function rawRequest({
  magic = MAGIC,
  command = 1,
  level = '\0',
  sleepSeconds = 0,
}: RawRequest): Buffer {
  const bytes = Buffer.alloc(BYTES);
  bytes.writeInt32LE(magic, 0);
  bytes.writeInt32LE(command, 4);
  bytes.writeInt32LE(level.charCodeAt(0), 8);
  bytes.writeInt32LE(sleepSeconds, 12);
  return bytes;
}
