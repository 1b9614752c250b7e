/** The machine's own byte order, in which libc and the kernel leave their structs. */
export const LITTLE_ENDIAN: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
