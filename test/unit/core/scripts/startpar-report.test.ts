import { expect, test } from 'vitest';
import { reportServices } from '../../../../src/core/scripts/startpar-report.ts';

const ends = [0, 1, 2, 3, 4, 5, 6, 7, 8, 127, 254].map((code) => ({
  name: `s${code}`,
  status: { kind: 'exited', code } as const,
}));
const odd = [
  { name: 'killed', status: { kind: 'signaled', signal: 'SIGTERM' } as const },
  { name: 'missing', status: undefined },
];

test('reportServices names what failed, what is not installed and what is not configured', () => {
  expect(reportServices([...ends, ...odd], false)).toBe(
    [
      'failed_service="s1 s2 s3 s4 s7 s127 killed missing"',
      'skipped_service_not_installed="s5"',
      'skipped_service_not_configured="s6"',
      '',
    ].join('\n'),
  );
});

test('reportServices does not mind a service that is not running when it is stopped', () => {
  expect(reportServices([ends[7]!], true)).toBe(
    'failed_service=""\nskipped_service_not_installed=""\nskipped_service_not_configured=""\n',
  );
});
