/** Which init this machine runs now. */
import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';

/** What sd_booted(3) looks for. */
const SYSTEMD_RUNS = '/run/systemd/system';

/** @returns A name such as `systemd`, `init` or `bash`; undefined where /proc does not say. */
export function runningInit(): string | undefined {
  if (existsSync(SYSTEMD_RUNS)) return 'systemd';
  try {
    // BusyBox is called by the name of its applet.
    return basename(readlinkSync('/proc/1/exe')) === 'busybox'
      ? 'busybox'
      : readFileSync('/proc/1/comm', 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Whether PID 1 is this very user's, as in a container that runs without root. */
export function ownsInit(): boolean {
  try {
    return statSync('/proc/1').uid === process.geteuid?.();
  } catch {
    return false;
  }
}
