import { assert, property, stringMatching, uniqueArray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planRunLevel } from '../../../../src/core/scripts/rc-plan.ts';
import type { RcFileKind, RcStep } from '../../../../src/core/scripts/rc-plan.ts';
import type { PreviousLevel, RunLevel } from '../../../../src/core/runlevel.ts';

function plan(
  level: RunLevel,
  previous: PreviousLevel,
  ...files: (string | [string, RcFileKind])[]
): string[] {
  const entries = files.map((file) =>
    typeof file === 'string' ? { entry: file, file: 'script' as const } : { entry: file[0], file: file[1] },
  );
  return planRunLevel({ level, previous, dir: `/etc/rc${level}.d`, entries }).map(show);
}

function show(step: RcStep): string {
  return step.kind === 'run'
    ? `${step.link} ${step.action} (${step.name})`
    : `not ${step.link} ${step.action ?? '-'} (${step.name}): ${step.why}`;
}

describe('planRunLevel', () => {
  test('stops what has K links, then starts what has S links', () => {
    expect(plan('3', '2', 'S02b', 'K01c', 'S01a', 'K02d')).toEqual([
      '/etc/rc3.d/K01c stop (c)',
      '/etc/rc3.d/K02d stop (d)',
      '/etc/rc3.d/S01a start (a)',
      '/etc/rc3.d/S02b start (b)',
    ]);
  });

  test('stops nothing when there was no level before', () => {
    expect(plan('2', 'N', 'K01c', 'S01a')).toEqual(['/etc/rc2.d/S01a start (a)']);
  });

  test.each(['0', '6'] as const)('gives S links of level %s a stop', (level) => {
    expect(plan(level, '2', 'K01a', 'S60umountroot')).toEqual([
      `/etc/rc${level}.d/K01a stop (a)`,
      `/etc/rc${level}.d/S60umountroot stop (umountroot)`,
    ]);
  });

  test('starts what level S has', () => {
    expect(plan('S', 'N', 'S01mountkernfs.sh')).toEqual([
      '/etc/rcS.d/S01mountkernfs.sh start (mountkernfs.sh)',
    ]);
  });

  test('orders names as the C locale does: by character, not by number or language', () => {
    expect(plan('2', 'N', 'S10b', 'S09a', 'S10B', 'S10a-b', 'S10a', 'S10ä', 'S10z')).toEqual(
      ['S09a', 'S10B', 'S10a', 'S10a-b', 'S10b', 'S10z', 'S10ä'].map(
        (name) => `/etc/rc2.d/${name} start (${name.slice(3)})`,
      ),
    );
  });

  test('says in its place what is not run, and why', () => {
    const files: [string, RcFileKind][] = [
      ['S01a', 'not-executable'],
      ['S02b', 'dangling'],
      ['S03c', 'directory'],
      ['S04d', 'special'],
      ['S05e', 'script'],
    ];
    expect(plan('2', 'N', ...files)).toEqual([
      'not /etc/rc2.d/S01a start (a): not executable',
      'not /etc/rc2.d/S02b start (b): dangling link',
      'not /etc/rc2.d/S03c start (c): is a directory',
      'not /etc/rc2.d/S04d start (d): not a regular file',
      '/etc/rc2.d/S05e start (e)',
    ]);
  });

  test('says which names it does not know, last', () => {
    const why = 'unknown name, expected S or K, two digits and a service name';
    expect(plan('2', 'N', 'S5short', 'foo', 'S01a')).toEqual([
      '/etc/rc2.d/S01a start (a)',
      `not /etc/rc2.d/S5short - (S5short): ${why}`,
      `not /etc/rc2.d/foo - (foo): ${why}`,
    ]);
  });

  test('is quiet about hidden files, README and what dpkg leaves', () => {
    expect(plan('2', '3', '.legacy', 'README', 'foo.dpkg-old', 'bar.dpkg-dist')).toEqual([]);
  });

  test('takes blanks and odd characters in a name as they are', () => {
    expect(plan('2', 'N', 'S01two words')).toEqual(['/etc/rc2.d/S01two words start (two words)']);
  });

  test('has exactly one step for each link of a level after another one', () => {
    const name = stringMatching(/^[SK][0-9]{2}[a-z]{1,5}$/);
    assert(
      property(uniqueArray(name, { maxLength: 40 }), (names) => {
        expect(plan('2', '3', ...names)).toHaveLength(names.length);
      }),
    );
  });
});
