/** When init starts itself anew, with its state, because of a fault of its own. Pure but for what it is given. */
import type { Millis } from '../core/units.ts';

/** Single faults are dropped with their event. So many … */
const FAULT_LIMIT = 5;
/** … in this time mean that the program's memory may be damaged. */
const FAULT_WINDOW_MS: Millis = 60_000;
/** A fault that is in the state itself comes back; between two rescues init limps rather than spins. */
const RESCUE_PAUSE_MS: Millis = 300_000;

export interface RescueOptions {
  readonly now: () => Millis;
  /** When it was done last, also by the program before. */
  readonly rescuedAt: Millis | undefined;
  readonly rescue: () => void;
}

export interface Rescue {
  /** An event or an effect failed and was dropped; the state is good. */
  readonly noteFault: () => void;
  /** An exception left the loop: nobody knows what was not done. */
  readonly noteCrash: () => void;
  readonly rescuedAt: () => Millis | undefined;
}

export function createRescue({ now, rescuedAt, rescue }: RescueOptions): Rescue {
  let last = rescuedAt;
  let faults: readonly Millis[] = [];
  const noteCrash = (): void => {
    if (last !== undefined && now() - last < RESCUE_PAUSE_MS) return;
    last = now();
    rescue();
  };
  return {
    rescuedAt: () => last,
    noteCrash,
    noteFault: () => {
      faults = [...faults, now()].slice(-FAULT_LIMIT);
      const [first = 0] = faults;
      if (faults.length === FAULT_LIMIT && now() - first < FAULT_WINDOW_MS) noteCrash();
    },
  };
}
