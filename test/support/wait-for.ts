import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again until the answer is neither undefined, false nor null, or the deadline is over.
 * @param what Names the thing in the error, e.g. `pid file`.
 * @param deadlineMs Generous: it only decides how long a failing test takes.
 */
export async function waitFor<T>(
  what: string,
  ask: () => T | Promise<T>,
  deadlineMs = 10_000,
): Promise<NonNullable<T>> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false && answer !== null) return answer;
    if (performance.now() > end) throw new Error(`Gave up after ${deadlineMs} ms waiting for ${what}`);
    await delay(5);
  }
}
