/** Waits for something that may never come. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Millis } from '../../core/units.ts';

const ASK_AGAIN_MS: Millis = 10;

/** @returns Whether it came before the time was over. */
export async function awaitAnswer(limitMs: Millis, ask: () => boolean): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!ask()) {
    if (performance.now() > end) return false;
    await delay(ASK_AGAIN_MS);
  }
  return true;
}
