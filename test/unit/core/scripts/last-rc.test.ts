import { describe, expect, test } from 'vitest';
import { formatLastRc, lastResults, parseLastRc } from '../../../../src/core/scripts/last-rc.ts';
import type { LastRc } from '../../../../src/core/scripts/last-rc.ts';

const RECORD: LastRc = {
  version: 1,
  level: '2',
  previous: 'N',
  started: 1_700_000_000_000,
  durationMs: 1234,
  state: 'done',
  running: null,
  scripts: [
    {
      name: 'foo',
      link: '/etc/rc2.d/S01foo',
      action: 'start',
      outcome: 'failed',
      exit: 1,
      signal: null,
      durationMs: 20,
      why: 'exit 1 (generic or unspecified error)',
      startedAt: 1_700_000_000_100,
      after: ['bar'],
    },
  ],
  earlier: [],
};

describe('parseLastRc', () => {
  test('reads back what formatLastRc wrote', () => {
    expect(parseLastRc(formatLastRc(RECORD))).toEqual({ kind: 'parsed', record: RECORD });
  });

  test('leaves out members it does not know', () => {
    const text = JSON.stringify({ ...RECORD, later: 1, scripts: [{ ...RECORD.scripts[0], later: 1 }] });
    expect(parseLastRc(text)).toEqual({ kind: 'parsed', record: RECORD });
  });

  test('takes scripts of a version that did not keep when they were started', () => {
    const { startedAt: _, after: __, ...script } = RECORD.scripts[0]!;
    const parsed = parseLastRc(JSON.stringify({ ...RECORD, scripts: [script] }));
    expect(parsed).toMatchObject({ record: { scripts: [{ ...script, startedAt: null, after: [] }] } });
  });

  test.each([
    ['an empty file', '', 'not a JSON object'],
    ['a cut file', formatLastRc(RECORD).slice(0, 40), 'not a JSON object'],
    ['a list', '[]', 'not a JSON object'],
    ['another version', JSON.stringify({ ...RECORD, version: 2 }), 'version'],
    ['a bad member', JSON.stringify({ ...RECORD, durationMs: '1' }), 'durationMs'],
    ['an unknown state', JSON.stringify({ ...RECORD, state: 'odd' }), 'state'],
    ['no list of scripts', JSON.stringify({ ...RECORD, scripts: {} }), 'scripts'],
    ['a script that is none', JSON.stringify({ ...RECORD, scripts: [1] }), 'scripts[0]'],
    [
      'a script with a bad member',
      JSON.stringify({ ...RECORD, scripts: [{ ...RECORD.scripts[0], exit: -1 }] }),
      'scripts[0].exit',
    ],
    [
      'a script that waited for nobody knows what',
      JSON.stringify({ ...RECORD, scripts: [{ ...RECORD.scripts[0], after: [1] }] }),
      'scripts[0].after',
    ],
  ])('names what is wrong with %s', (_, text, why) => {
    expect(parseLastRc(text)).toEqual({ kind: 'invalid', why });
  });
});

test('lastResults takes the newest run of each script', () => {
  const [foo] = RECORD.scripts;
  const older = { ...foo!, outcome: 'ok' as const };
  const bar = { ...foo!, name: 'bar' };
  expect([...lastResults({ ...RECORD, earlier: [older, bar] }).values()]).toEqual([foo, bar]);
});
