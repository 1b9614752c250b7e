import { array, assert, boolean, constantFrom, property, record, subarray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInsservConf } from '../../../../src/core/lsb/facility.ts';
import { planFarm } from '../../../../src/core/links/farm.ts';
import type { FarmRequest } from '../../../../src/core/links/farm-request.ts';
import { parseLsbHeader } from '../../../../src/core/lsb/lsb-header.ts';
import { parseRcLink } from '../../../../src/core/links/rc-link.ts';
import type { LinkChange, PresentLink } from '../../../../src/core/links/rc-links.ts';
import { lsbText } from '../../../support/lsb.ts';

type Scripts = Readonly<Record<string, Readonly<Record<string, string>>>>;

function request(scripts: Scripts, links: readonly string[], extra: Partial<FarmRequest> = {}): FarmRequest {
  return {
    scripts: Object.entries(scripts).map(([name, lines]) => {
      const path = `/etc/init.d/${name}`;
      return { name, path, header: parseLsbHeader(name, path, lsbText(name, lines)).header };
    }),
    links: links.map((text): PresentLink => {
      const name = text.slice(2);
      return { level: text[0] as PresentLink['level'], name, link: parseRcLink(name)!, isDangling: false };
    }),
    missingDirs: [],
    facilities: parseInsservConf([]).table,
    named: [],
    action: 'enable',
    isForced: false,
    useDefaults: false,
    isRecursive: false,
    ...extra,
  };
}

const named = (...names: readonly string[]): FarmRequest['named'] =>
  names.map((name) => ({ name, start: undefined, stop: undefined }));

/** The links after the changes. */
function applyTo(links: readonly string[], changes: readonly LinkChange[]): readonly string[] {
  const left = new Set(links);
  for (const change of changes) {
    if (change.kind !== 'add')
      left.delete(`${change.level}/${change.kind === 'remove' ? change.name : change.from}`);
    if (change.kind !== 'remove')
      left.add(`${change.level}/${change.kind === 'add' ? change.name : change.to}`);
  }
  return [...left].sort();
}

function run(scripts: Scripts, links: readonly string[], extra: Partial<FarmRequest> = {}) {
  const { messages, refusal, plan } = planFarm(request(scripts, links, extra));
  return {
    said: messages.map(({ text }) => text),
    refusal,
    links: refusal === undefined ? applyTo(links, plan.changes) : undefined,
  };
}

const A = { 'Default-Start': '2 3', 'Default-Stop': '6' };

describe('planFarm', () => {
  test('enables what is named, by its header', () => {
    expect(run({ a: A, b: A }, [], { named: named('a') })).toEqual({
      said: [],
      refusal: undefined,
      links: ['2/S01a', '3/S01a', '6/K01a'],
    });
  });

  test('links that are there win over the header, with a warning', () => {
    expect(run({ a: A }, ['2/K01a', '3/S01a'], { named: named('a') })).toEqual({
      said: [
        "warning: current start runlevel(s) (3) of script `a' overrides LSB defaults (2 3).",
        "warning: current stop runlevel(s) (2) of script `a' overrides LSB defaults (6).",
      ],
      refusal: undefined,
      links: ['2/K01a', '3/S01a'],
    });
  });

  test('with -d the header wins', () => {
    const extra = { named: named('a'), useDefaults: true };
    expect(run({ a: A }, ['2/K01a', '5/S01a'], extra).links).toEqual(['2/S01a', '3/S01a', '6/K01a']);
  });

  test.each([
    [false, ['0/K01a', '2/S01a', '3/S01a', '4/S01a', '6/K01a']],
    [true, ['0/K01a', '4/S01a']],
  ])('levels given with the name, forced: %s', (isForced, links) => {
    const asked = [{ name: 'a', start: 1 << 4, stop: 1 << 0 }];
    expect(run({ a: A }, [], { named: asked, isForced }).links).toEqual(links);
  });

  test('what is not named is renumbered and keeps its levels', () => {
    const scripts = { a: A, b: { ...A, 'Required-Start': 'a' } };
    expect(run(scripts, ['2/S50a', '2/S20b', '3/K10b']).links).toEqual(['2/S01a', '2/S02b', '3/K01b']);
  });

  test('-e enables what is required, and what that requires', () => {
    const scripts = {
      a: { ...A, 'Required-Start': 'b', 'Should-Start': 'd' },
      b: { ...A, 'Required-Start': 'c' },
      c: A,
      d: A,
    };
    const { links, said } = run(scripts, [], { named: named('a'), isRecursive: true });
    expect(links?.filter((link) => link.startsWith('2'))).toEqual(['2/S01c', '2/S02b', '2/S03a']);
    expect(said).toEqual([]);
  });

  test('removes, but not what something enabled requires', () => {
    const scripts = { a: A, b: { ...A, 'Required-Start': 'a' } };
    const links = ['2/S01a', '2/S02b'];
    const extra = { named: named('a'), action: 'remove' } as const;
    const fault = 'FATAL: service a has to be enabled to use service b';
    expect(run(scripts, links, extra)).toEqual({ said: [fault], refusal: 'exiting now!', links: undefined });
    expect(run(scripts, links, { ...extra, isForced: true })).toEqual({
      said: [fault],
      refusal: undefined,
      links: ['2/S02b'],
    });
    expect(run(scripts, links, { ...extra, named: named('a', 'b') }).links).toEqual([]);
  });

  test('what is required and was never there does not keep another script from being removed', () => {
    const scripts = { a: A, b: { ...A, 'Required-Start': 'nobody' } };
    const extra = { named: named('a'), action: 'remove' } as const;
    expect(run(scripts, ['2/S01a', '2/S01b'], extra)).toEqual({
      said: [],
      refusal: undefined,
      links: ['2/S01b'],
    });
  });

  test.each([
    [
      'a named script requires nobody',
      'nobody',
      named('b'),
      [],
      'FATAL: service nobody has to be enabled to use service b',
    ],
    ['an enabled one does', 'nobody', [], ['2/S01b'], 'FATAL: service nobody has to exist for service b'],
    [
      'it is not in all levels',
      'a',
      [],
      ['2/S01a', '2/S01b', '3/S01b', '4/S01b'],
      'FATAL: service a is missed in the runlevels 3 4 to use service b',
    ],
  ])('%s', (_, service, names, links, fault) => {
    const scripts = { a: A, b: { ...A, 'Required-Start': service } };
    expect(run(scripts, links, { named: names })).toEqual({
      said: [fault],
      refusal: 'exiting now!',
      links: undefined,
    });
    expect(run(scripts, links, { named: names, isForced: true }).refusal).toBeUndefined();
  });

  test('what is to be enabled lacks a level of what it requires', () => {
    const scripts = { a: A, b: { ...A, 'Required-Start': 'a', 'Default-Start': '2 3 4' } };
    const fault = 'FATAL: service a is missed in the runlevels 4 to use service b';
    const refused = { said: [fault], refusal: 'exiting now!', links: undefined };
    expect(run(scripts, ['2/S01a', '3/S01a', '6/K01a'], { named: named('b') })).toEqual(refused);
    expect(run(scripts, ['2/S01a', '3/S01a', '6/K01a'], { named: named('a', 'b') })).toEqual(refused);
    expect(run(scripts, [], { named: named('a', 'b') })).toMatchObject({ said: [], refusal: undefined });
  });

  test('what is required is named, and its header gives it no levels', () => {
    const scripts = { a: {}, b: { ...A, 'Required-Start': 'a' } };
    const fault = 'FATAL: service a has to be enabled to use service b';
    expect(run(scripts, [], { named: named('b') }).said).toEqual([fault]);
    expect(run(scripts, [], { named: named('b', 'a') })).toMatchObject({ said: [], refusal: undefined });
  });

  test('an enabled script may lack what exists and is not enabled; its place is kept free', () => {
    const scripts = { a: A, b: { ...A, 'Required-Start': 'a' } };
    expect(run(scripts, ['2/S01b'])).toEqual({ said: [], refusal: undefined, links: ['2/S02b'] });
  });

  test('enabling one script changes no number of the others', () => {
    const scripts = { a: A, b: { ...A, 'X-Start-Before': 'a' }, c: { ...A, 'Should-Start': 'a' } };
    const without = run(scripts, [], { named: named('a', 'c') }).links ?? [];
    expect(without.filter((link) => link.startsWith('2'))).toEqual(['2/S02a', '2/S03c']);
    expect(run(scripts, without, { named: named('b') }).links).toEqual(expect.arrayContaining([...without]));
  });

  test('what is up since boot is up in every level', () => {
    const scripts = { a: A, b: { ...A, 'Required-Start': 'a' } };
    expect(run(scripts, ['2/S01b', '2/S02b', 'S/S01a']).said).toEqual([]);
  });

  test('two scripts that provide the same: the second one named gets no links', () => {
    const scripts = { a: { ...A, Provides: 'x' }, b: { ...A, Provides: 'x' } };
    const fault = 'script a: service x already provided!';
    expect(run(scripts, [], { named: named('b', 'a') })).toMatchObject({
      said: [fault],
      refusal: 'exiting now!',
    });
    const forced = run(scripts, [], { named: named('b', 'a'), isForced: true });
    expect(forced).toMatchObject({ said: [fault], links: ['2/S01b', '3/S01b', '6/K01b'] });
    expect(run(scripts, ['2/S20a', '2/S20b']).links).toEqual(['2/S01a', '2/S01b']);
  });

  test('a loop ends the run, and with force it is broken', () => {
    const scripts = { a: { ...A, 'Should-Start': 'b' }, b: { ...A, 'Required-Start': 'a' } };
    const said = [
      'There is a loop between service a and b if started',
      ' a needs b (Should-Start, /etc/init.d/a:8) → b needs a (Required-Start, /etc/init.d/b:4)',
      ' to break it, take b out of Should-Start in /etc/init.d/a:8',
    ];
    const extra = { named: named('a', 'b') };
    expect(run(scripts, [], extra)).toEqual({
      said,
      refusal: 'exiting now without changing boot order!',
      links: undefined,
    });
    const forced = run(scripts, [], { ...extra, isForced: true });
    expect(forced.said).toEqual(said);
    expect(forced.links).toEqual(['2/S01a', '2/S02b', '3/S01a', '3/S02b', '6/K01a', '6/K01b']);
  });

  test('a loop among scripts without links is nobody’s business', () => {
    const loop = { a: { ...A, 'Should-Start': 'b' }, b: { ...A, 'Should-Start': 'a' }, c: A };
    expect(run(loop, [], { named: named('c') })).toMatchObject({ said: [], refusal: undefined });
  });

  test('an unknown facility is said once, and only where it is required', () => {
    const needs = { 'Required-Start': '$foo', 'Required-Stop': '$foo', 'Should-Start': '$bar' };
    expect(
      run({ a: { ...A, ...needs }, b: { ...A, ...needs } }, [], { named: named('a', 'b') }).said,
    ).toEqual(['warning: could not find all dependencies for $foo']);
  });

  test('after 99 numbers the rest shares the last one, and that is said', () => {
    const scripts: Record<string, Record<string, string>> = {};
    for (let index = 0; index < 102; index++)
      scripts[`s${index}`] = { 'Default-Start': '2', 'Required-Start': index === 0 ? '' : `s${index - 1}` };
    const { said, links } = run(scripts, [], { named: named(...Object.keys(scripts)) });
    expect(said).toEqual([
      'warning: 3 scripts (s100 …) come after a chain of more than 99 and get the number 99 like others; only .depend.start has the right order',
    ]);
    expect(links).toContain('2/S99s101');
  });

  test('planned again after it was applied, nothing is left to do', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const level = subarray(['2', '3', 'S']);
    const row = record({
      after: subarray(names),
      before: subarray(names),
      start: level,
      stop: level,
      interactive: boolean(),
    });
    const links = array(
      constantFrom('2/S20a', '2/K20a', '3/S01b', 'S/S05c', 'S/K01c', '2/S01zz', '3/S03b', '2/S20d'),
    );
    assert(
      property(array(row, { minLength: 5, maxLength: 5 }), links, boolean(), (rows, present, useDefaults) => {
        const scripts = Object.fromEntries(
          rows.map(({ after, before, start, stop, interactive }, index) => [
            names[index]!,
            {
              'Should-Start': after.join(' '),
              'Should-Stop': before.join(' '),
              'Default-Start': start.join(' '),
              'Default-Stop': stop.join(' '),
              'X-Interactive': String(interactive),
            },
          ]),
        );
        const extra = { named: named('a', 'b', 'e'), isForced: true };
        const first = run(scripts, [...new Set(present)], { ...extra, useDefaults }).links ?? [];
        const again = planFarm(request(scripts, first, extra));
        expect(again.plan.changes).toEqual([]);
      }),
    );
  });
});
