import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEBIAN, findDebianRoot } from '../support/debian-root.ts';
import { IS_CI } from '../support/is-ci.ts';
import { whyNoPid1 } from '../support/pid1.ts';
import { runDebian, type DebianRun, type ScriptRun } from '../support/whole-debian.ts';

const found = await findRoot();
if (found.reason !== undefined && IS_CI) throw new Error(`The Debian test cannot run: ${found.reason}`);

async function findRoot(): Promise<{ readonly root: string; readonly reason?: string }> {
  const reason = whyNoPid1('overlay');
  if (reason !== undefined) return { root: '', reason };
  return findDebianRoot().then(
    (root) => ({ root }),
    (error: unknown) => ({ root: '', reason: `there is no Debian to boot: ${String(error)}` }),
  );
}

describe.skipIf(found.reason !== undefined)(`a whole Debian (${DEBIAN}) ${found.reason ?? ''}`, () => {
  let theirs: DebianRun;
  let ours: DebianRun;

  beforeAll(async () => {
    theirs = await runDebian(found.root, 'sysvinit');
    ours = await runDebian(found.root, 'rcinit');
  });
  afterAll(() => {
    if (ours !== undefined) process.stdout.write(`${sideBySide(theirs, ours)}\n`);
  });

  test('boots to level 2 through its own rcS and rc2.d', () => {
    expect(theirs.runlevel).toBe('N 2\n');
    expect(ours.runlevel).toBe('N 2\n');
    expect(names(ours.up)).toEqual(names(theirs.up));
    expect(names(ours.up).length).toBeGreaterThan(20);
  });

  test('PID 1 is the original, and ours', () => {
    expect(theirs.program).toBe('/usr/sbin/init');
    expect(ours.program).toMatch(/^\/usr\/lib\/rcinit\/[^/]+\/node$/);
  });

  test('every script succeeds that succeeds under sysvinit', () => {
    expect(failures([...ours.up, ...ours.down])).toEqual(failures([...theirs.up, ...theirs.down]));
  });

  test('the services answer', () => {
    expect(ours.answers).toEqual(theirs.answers);
    expect(Object.values(ours.answers)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('shutdown -h now takes it down in order', () => {
    expect(names(ours.down)).toEqual(names(theirs.down));
    for (const { down } of [theirs, ours]) {
      const order = down.map(({ script }) => script);
      const at = (script: string) => order.indexOf(script);
      for (const service of ['nginx', 'redis-server']) expect(at(service)).toBeLessThan(at('sendsigs'));
      expect(order.slice(at('sendsigs')).filter((name) => LAST.includes(name))).toEqual(LAST);
      expect(order.at(-1)).toBe('halt');
    }
  });

  test('the end is the same', () => {
    expect(ours.ended).toEqual(theirs.ended);
  });
});

/** Each needs the one before it to be done. */
const LAST = ['sendsigs', 'umountnfs.sh', 'networking', 'umountfs', 'umountroot', 'halt'];

/** startpar runs some at the same time: their order among each other is nobody's. */
function names(runs: readonly ScriptRun[]): readonly string[] {
  return runs.map(({ script, action }) => `${script} ${action}`).toSorted();
}

function failures(runs: readonly ScriptRun[]): readonly string[] {
  return runs
    .filter(({ exit }) => exit !== 0)
    .map(({ script, action, exit }) => `${script} ${action} ${exit}`)
    .toSorted();
}

function sideBySide(theirs: DebianRun, ours: DebianRun): string {
  const rows = (['up', 'down'] as const).flatMap((way) => {
    const length = Math.max(theirs[way].length, ours[way].length);
    const cell = (one: ScriptRun | undefined) =>
      one === undefined ? '' : `${one.script} ${one.action}: ${one.exit}`;
    return Array.from({ length }, (_, at) => `${cell(theirs[way][at]).padEnd(36)}| ${cell(ours[way][at])}`);
  });
  return [`${'under sysvinit'.padEnd(36)}| under rcinit`, ...rows].join('\n');
}
