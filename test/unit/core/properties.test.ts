import { describe, test } from 'vitest';
import { PROPERTIES } from '../../support/properties.ts';

describe('for any input', () => {
  test.each(PROPERTIES)('$name', ({ check }) => check({ numRuns: 300 }));
});
