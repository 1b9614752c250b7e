/** The wait until the moment of a shutdown, with its warnings. */
import {
  isFirstWarningDue,
  isLoginClosed,
  isWarningDue,
  minutesLeft,
  sleepMs,
  type Warnings,
} from '../../core/shutdown/shutdown-schedule.ts';
import type { EpochMillis, Millis } from '../../core/units.ts';

export interface CountDownPorts {
  readonly now: () => EpochMillis;
  /** May come back early. */
  readonly sleep: (ms: Millis) => Promise<void>;
  readonly isInterrupted: () => boolean;
  /** Called once. */
  readonly closeLogins: () => void;
  readonly warn: (minutes: number) => Promise<void>;
}

/** Comes back at the moment, or when it was interrupted. Each minute is looked at once, wherever the clock jumps. */
export async function countDown(
  moment: EpochMillis,
  warnings: Warnings,
  ports: CountDownPorts,
): Promise<void> {
  let looked: number | undefined;
  let isClosed = false;
  while (!ports.isInterrupted()) {
    const minutes = minutesLeft(moment, ports.now());
    if (minutes === 0) return;
    if (isLoginClosed(minutes) && !isClosed) {
      isClosed = true;
      ports.closeLogins();
    }
    const isDue =
      looked === undefined ? isFirstWarningDue(minutes, warnings) : isWarningDue(minutes, warnings);
    if (minutes !== looked && isDue) await ports.warn(minutes);
    looked = minutes;
    await ports.sleep(sleepMs(moment, ports.now()));
  }
}
