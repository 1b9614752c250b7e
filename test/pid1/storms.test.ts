import { expect, test } from 'vitest';
import { describePid1 } from '../support/booted-init.ts';
import { runStorms } from '../support/storms/run-storms.ts';

/** Five minutes of it are `npm run storms`. */
describePid1('storms', () => {
  test('orphans, restarts and requests all at once leave no zombie, no gap and no growth', async () => {
    const result = await runStorms({
      seconds: 20,
      orphans: 1_000,
      respawnsPerMinute: 1_000,
      requests: 10_000,
    });
    expect(result.problems).toEqual([]);
    expect(result.requests).toBe(10_000);
  });
});
