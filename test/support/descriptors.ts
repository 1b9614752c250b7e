/** Descriptors of the test process. */
import koffi from 'koffi';

/** linux/close_range.h */
const CLOSE_RANGE_CLOEXEC = 4;
const LAST_DESCRIPTOR = 0xffff_ffff;

/**
 * Marks everything above standard error close-on-exec: what a shell or a runner left open for the test process
 * must not show up in the programs under test.
 */
export function keepDescriptorsToOurselves(): void {
  const closeRange = koffi
    .load('libc.so.6')
    .func('int close_range(unsigned int first, unsigned int last, int flags)');
  if (closeRange(3, LAST_DESCRIPTOR, CLOSE_RANGE_CLOEXEC) !== 0) throw new Error('close_range(2) failed');
}
