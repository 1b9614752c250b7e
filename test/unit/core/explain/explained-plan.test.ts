import { expect, test } from 'vitest';
import { formatExplainedPlan, type ExplainedScripts } from '../../../../src/core/explain/explained-plan.ts';

function format(scripts: ExplainedScripts): string[] {
  const entry = { kind: 'start', id: 'l2', action: 'wait', command: 'rc 2', why: 'w', scripts } as const;
  const text = formatExplainedPlan({ from: '1', to: '2', known: true, entries: [entry] }, (line) => line);
  return text.split('\n').slice(3, -1);
}

test('a level without links says so', () => {
  expect(format({ jobs: 1, list: [] })).toEqual([
    '      no scripts: the link directory is empty or not there',
  ]);
});

test('a script that waits for many names the first ones', () => {
  const waitsFor = Array.from({ length: 10 }, (_, index) => ({ name: `s${index}`, reasons: ['$all'] }));
  const lines = format({ jobs: 2, list: [{ kind: 'run', link: 'L', name: 'x', action: 'start', waitsFor }] });
  expect(lines).toHaveLength(11);
  expect(lines.slice(-2)).toEqual([
    '          after s7: $all',
    '          and after 2 more; --json lists them',
  ]);
});

test('nothing to stop or start, though something is kept', () => {
  const entry = {
    kind: 'keep',
    id: 'x',
    action: 'respawn',
    command: 'getty',
    pid: 7,
    why: 'it stays',
  } as const;
  expect(formatExplainedPlan({ from: '1', to: '2', known: true, entries: [entry] }, (line) => line)).toBe(
    'run level 1 -> 2\nnothing is stopped or started\nkeep  entry "x" (pid 7): getty\n      why: it stays\n',
  );
});

test('level S may be entered again', () => {
  expect(formatExplainedPlan({ from: 'S', to: 'S', known: true, entries: [] }, (line) => line)).toBe(
    'run level S -> S\nnothing is stopped or started\n',
  );
});
