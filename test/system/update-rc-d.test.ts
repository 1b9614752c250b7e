import { afterAll, describe, expect, test } from 'vitest';
import { CASES } from '../support/update-rc-cases.ts';
import { prepareTwins } from '../support/update-rc-twins.ts';

const twins = await prepareTwins();
const reason = typeof twins === 'string' ? twins : '';

describe.skipIf(reason !== '')(`update-rc.d beside Debian's own ${reason}`, () => {
  afterAll(() => {
    if (typeof twins !== 'string') twins.end();
  });

  test.each(CASES)('$name', async ({ etc, calls, ...how }) => {
    if (typeof twins === 'string') return;
    const original = await twins.run('original', etc, calls, how);
    expect(await twins.run('ours', etc, calls, how)).toEqual(original);
  });
});
