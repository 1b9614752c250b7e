/** What the boot loader told the kernel. */
import { readFileSync } from 'node:fs';

/** The words of the kernel's command line; none where it cannot be read. */
export function kernelWords(): readonly string[] {
  try {
    return readFileSync('/proc/cmdline', 'utf8').split(/\s+/);
  } catch {
    return [];
  }
}
