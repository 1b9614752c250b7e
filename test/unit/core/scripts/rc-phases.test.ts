import { describe, expect, test } from 'vitest';
import { planPhases, type Needs } from '../../../../src/core/scripts/rc-phases.ts';
import { planRunLevel } from '../../../../src/core/scripts/rc-plan.ts';
import { createSchedule } from '../../../../src/core/scripts/rc-schedule.ts';

const NOTHING: Needs = { of: () => undefined, isInteractive: () => false };

function needsOf(rules: Readonly<Record<string, readonly string[]>>, ...alone: string[]): Needs {
  return { of: (name) => rules[name], isInteractive: (name) => alone.includes(name) };
}

function plan(links: readonly string[], needs: Needs, previous: readonly string[] = []) {
  const toEntry = (entry: string) => ({ entry, file: 'script' }) as const;
  const steps = planRunLevel({ level: '3', previous: '2', dir: '/etc/rc3.d', entries: links.map(toEntry) });
  return planPhases({ steps, previousEntries: previous.map(toEntry), stopNeeds: needs, startNeeds: needs });
}

/** The order in which all scripts of the level run, those at the same time in brackets. */
function rounds(phases: ReturnType<typeof plan>): string[] {
  return phases.map(({ tasks, steps }) => {
    const schedule = createSchedule(tasks);
    const all: string[] = [];
    for (let taken = schedule.take(99); taken.length > 0; taken = schedule.take(99)) {
      const scripts = taken.map(({ name }) => name).filter((name) => steps.has(name));
      if (scripts.length > 0) all.push(scripts.join(' '));
      for (const { name } of taken) schedule.finish(name);
    }
    return all.join(', ');
  });
}

describe('planPhases', () => {
  test('stops first, then starts, each as its needs allow', () => {
    const needs = needsOf({ a: [], b: ['a'], c: [], d: ['c'], e: [] });
    expect(rounds(plan(['K01c', 'K02d', 'S01a', 'S01e', 'S02b'], needs))).toEqual(['c, d', 'a e, b']);
  });

  test('leaves out what had the same kind of link in the level before', () => {
    const needs = needsOf({ a: [], b: [], c: [] });
    expect(rounds(plan(['K01c', 'S01a', 'S01b'], needs, ['S05a', 'K09c', 'K01b']))).toEqual(['', 'b']);
  });

  test('goes by numbers where nothing is known', () => {
    expect(rounds(plan(['S01a', 'S01b', 'S02c', 'S03d'], NOTHING))).toEqual(['', 'a b, c, d']);
  });

  test('keeps an unknown script between lower and higher numbers', () => {
    const needs = needsOf({ a: [], b: [], d: [], e: ['d'] });
    expect(rounds(plan(['S01a', 'S02new', 'S02b', 'S03d', 'S04e'], needs))).toEqual(['', 'a, b new, d, e']);
  });

  test('runs a second link of the same script after the first', () => {
    const phases = plan(['S01a', 'S02a'], needsOf({ a: [] }));
    expect(rounds(phases)).toEqual(['', 'a, a#2']);
    expect(phases[1]?.steps.get('a#2')?.link).toBe('/etc/rc3.d/S02a');
  });

  test('5,000 scripts that nothing is known of need few barriers', () => {
    const links = Array.from({ length: 5_000 }, (_, n) => `S${String(n % 100).padStart(2, '0')}s${n}`);
    const [, start] = plan(links, NOTHING);
    expect(start?.steps.size).toBe(5_000);
    expect(start?.tasks.flatMap(({ needs }) => needs).length).toBeLessThan(11_000);
  });
});
