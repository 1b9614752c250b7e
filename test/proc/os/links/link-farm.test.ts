import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRcLink } from '../../../../src/core/links/rc-link.ts';
import type { FarmPlan, LinkChange } from '../../../../src/core/links/rc-links.ts';
import { isFarmUnsettled } from '../../../../src/os/links/farm-journal.ts';
import { FARM_OPS, type FarmOps } from '../../../../src/os/links/farm-ops.ts';
import type { FarmPaths } from '../../../../src/os/links/farm-paths.ts';
import { applyFarmPlan, settleFarm, type Settled } from '../../../../src/os/links/link-farm.ts';
import { OsError } from '../../../../src/os/os-error.ts';
import { withTree, type Tree } from '../../../support/with-tree.ts';

const LEVELS = ['2', '3', 'S'] as const;
const FILES = ['.depend.boot', '.depend.start', '.depend.stop'] as const;

function farmPaths(root: string): FarmPaths {
  return {
    root,
    initDir: '/etc/init.d',
    conf: '/etc/insserv.conf',
    overrides: [],
    fileFilters: '',
    dependDir: '/etc/init.d',
    upstartJob: '',
  };
}

/** All names below /etc with what they say, but for the lock. */
function snapshot(root: string): readonly string[] {
  return readdirSync(join(root, 'etc'), { withFileTypes: true, recursive: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(root.length + 5);
      if (entry.isSymbolicLink()) return `${name} -> ${readlinkSync(path)}`;
      return entry.isFile() ? `${name}: ${readFileSync(path, 'utf8')}` : `${name}/`;
    })
    .sort();
}

/** Without the waits for the disk, which nobody here could see the lack of. */
const QUICK_OPS: FarmOps = {
  ...FARM_OPS,
  write: (path, text, mode) => {
    writeFileSync(path, text);
    chmodSync(path, mode);
  },
  syncDir: () => undefined,
};

const settle = (root: string): Settled => settleFarm(farmPaths(root), QUICK_OPS);

type Fate = 'killed' | 'full' | 'stuck';

/**
 * The real operations up to the n-th that changes something. Then: `killed`: no more of them, ever, as for a process that
 * is dead; `full`: that one fails; `stuck`: that one and all that follow it fail.
 */
function opsUntil(n: number, fate: Fate): { readonly ops: FarmOps; readonly calls: () => number } {
  let calls = 0;
  const guard =
    <Args extends readonly unknown[]>(work: (...args: Args) => void) =>
    (...args: Args): void => {
      calls++;
      if (calls === n || (calls > n && fate !== 'full'))
        throw new OsError(fate, { code: 'ENOSPC', syscall: 'test' });
      work(...args);
    };
  const { makeDir, removeDir, makeLink, rename, remove, write, syncDir } = QUICK_OPS;
  const halfWritten = (path: string, text: string, mode: number): void => {
    calls++;
    if (calls > n && fate === 'full') return write(path, text, mode);
    if (calls < n) return write(path, text, mode);
    if (calls === n) write(path, text.slice(0, text.length / 2), mode);
    throw new OsError(fate, { code: 'ENOSPC', syscall: 'test' });
  };
  const ops: FarmOps = {
    ...QUICK_OPS,
    makeDir: guard(makeDir),
    removeDir: guard(removeDir),
    makeLink: guard(makeLink),
    rename: guard(rename),
    remove: guard(remove),
    write: halfWritten,
    syncDir: guard(syncDir),
  };
  return { ops, calls: () => calls };
}

interface Setup {
  readonly tree: Tree;
  readonly plan: FarmPlan;
}

function apply(root: string, plan: FarmPlan, ops?: FarmOps): string | undefined {
  try {
    applyFarmPlan(farmPaths(root), plan, ops);
    return undefined;
  } catch (error) {
    return (error as Error).message.replaceAll(root, '');
  }
}

function outcomes({ tree, plan }: Setup): {
  before: readonly string[];
  after: readonly string[];
  calls: number;
} {
  const root = withTree(tree);
  const before = snapshot(root);
  const { ops, calls } = opsUntil(Infinity, 'killed');
  expect(apply(root, plan, ops)).toBeUndefined();
  return { before, after: snapshot(root), calls: calls() };
}

const FOO: Tree = {
  'etc/init.d/foo!': '',
  'etc/init.d/.depend.boot': 'old boot\n',
  'etc/init.d/.depend.start': 'old start\n',
  'etc/rc2.d/S20foo=': '../init.d/foo',
  'etc/rc2.d/K20foo=': '/elsewhere',
  'etc/rc2.d/S09gone=': '../init.d/gone',
};
const facts = { level: '2', script: 'foo', reason: 'enabled' } as const;
/** One of each kind: a folder, a link, a rename, a link that says something else, a removal, new and changed files. */
const EVERYTHING: Setup = {
  tree: FOO,
  plan: {
    makeDirs: ['3'],
    changes: [
      { ...facts, kind: 'remove', name: 'S09gone' },
      { ...facts, kind: 'remove', name: 'K20foo' },
      { ...facts, kind: 'rename', from: 'S20foo', to: 'S01foo', target: '../init.d/foo' },
      { ...facts, kind: 'add', name: 'K20foo', target: '../init.d/foo' },
      { ...facts, level: '3', kind: 'add', name: 'S01foo', target: '../init.d/foo' },
    ],
    files: FILES.map((name) => ({ name, text: `new ${name}\n` })),
  },
};

describe('applyFarmPlan', () => {
  test('applies a plan whole, and leaves nothing else behind', () => {
    expect(outcomes(EVERYTHING).after).toEqual([
      'init.d/',
      'init.d/.depend.boot: new .depend.boot\n',
      'init.d/.depend.start: new .depend.start\n',
      'init.d/.depend.stop: new .depend.stop\n',
      'init.d/foo: ',
      'rc2.d/',
      'rc2.d/K20foo -> ../init.d/foo',
      'rc2.d/S01foo -> ../init.d/foo',
      'rc3.d/',
      'rc3.d/S01foo -> ../init.d/foo',
    ]);
  });

  test('does nothing at all where nothing changes', () => {
    const root = withTree(FOO);
    const { ops, calls: count } = opsUntil(1, 'stuck');
    expect(apply(root, { makeDirs: [], changes: [], files: [] }, ops)).toBeUndefined();
    expect(count()).toBe(0);
  });

  test('a step that fails, whichever, takes everything back and says so', () => {
    const expected = outcomes(EVERYTHING);
    const messages = new Set<string>();
    // The last call is the removal of the journal: by then everything is done.
    for (let n = 1; n < expected.calls; n++) {
      const root = withTree(FOO);
      const message = apply(root, EVERYTHING.plan, opsUntil(n, 'full').ops);
      expect(message).toMatch(/^cannot .*: No space left on device; nothing was changed$/);
      expect(snapshot(root), `call ${n}: ${message}`).toEqual(expected.before);
      messages.add(message ?? '');
    }
    const root = withTree(FOO);
    const last = apply(root, EVERYTHING.plan, opsUntil(expected.calls, 'full').ops);
    expect(last).toBe('cannot remove "/etc/.rcinit-links.json": No space left on device');
    expect(messages).toContain(
      'cannot make "/etc/rc3.d/S01foo": No space left on device; nothing was changed',
    );
  });

  test('what cannot be taken back is told, and taken back or finished later', () => {
    const expected = outcomes(EVERYTHING);
    const told = new Set<boolean>();
    for (let n = 1; n < expected.calls; n++) {
      const root = withTree(FOO);
      const message = apply(root, EVERYTHING.plan, opsUntil(n, 'stuck').ops) ?? '';
      const isHalf = message.includes('the links are half changed');
      told.add(isHalf);
      // What is whole may be left with a journal, what is half must be.
      expect(!isHalf || isFarmUnsettled(farmPaths(root)), message).toBe(true);
      settle(root);
      expect([expected.before, expected.after]).toContainEqual(snapshot(root));
    }
    expect(told).toEqual(new Set([true, false]));
  });

  test('killed at any call, and again while that is settled, it comes to the old farm or the new one', () => {
    const expected = outcomes(EVERYTHING);
    const results = new Set<string>();
    for (let n = 1; n <= expected.calls; n++)
      for (let again = 1; again <= 25; again += 4) {
        const root = withTree(FOO);
        apply(root, EVERYTHING.plan, opsUntil(n, 'killed').ops);
        try {
          settleFarm(farmPaths(root), opsUntil(again, 'killed').ops);
        } catch {
          // Killed, too.
        }
        results.add(settle(root));
        expect([expected.before, expected.after], `${n} ${again}`).toContainEqual(snapshot(root));
        expect(isFarmUnsettled(farmPaths(root))).toBe(false);
      }
    expect(results).toEqual(new Set(['none', 'finished']));
  });
});

describe('settleFarm', () => {
  test('takes back what cannot be finished', () => {
    const root = withTree(FOO);
    const before = snapshot(root);
    const { ops } = opsUntil(7, 'killed');
    apply(root, EVERYTHING.plan, ops);
    const isLink: FarmOps = {
      ...FARM_OPS,
      rename: (from, to) => {
        if (from.endsWith('S20foo')) throw new OsError('no', { code: 'EACCES', syscall: 'rename' });
        FARM_OPS.rename(from, to);
      },
    };
    expect(settleFarm(farmPaths(root), isLink)).toBe('undone');
    expect(snapshot(root)).toEqual(before);
  });

  test.each([
    '',
    '{}',
    'null',
    '{"version":1,"steps":[{"kind":"remove","level":"2","name":"../x","target":""}]}',
  ])('touches nothing where the journal is none: %s', (text) => {
    const root = withTree({ ...FOO, 'etc/.rcinit-links.json': text });
    expect(() => settle(root)).toThrow(
      `cannot finish "${root}/etc/.rcinit-links.json": it is no journal of this version; look at the links (rcinit check), then remove that file`,
    );
  });

  test('leaves alone what somebody else has put there meanwhile', () => {
    const root = withTree(FOO);
    apply(root, EVERYTHING.plan, opsUntil(4, 'killed').ops);
    mkdirSync(join(root, 'etc/rc3.d'), { recursive: true });
    writeFileSync(join(root, 'etc/rc3.d/S01foo'), 'mine');
    expect(settle(root)).toBe('undone');
    expect(readFileSync(join(root, 'etc/rc3.d/S01foo'), 'utf8')).toBe('mine');
    expect(snapshot(root)).toContain('rc2.d/S20foo -> ../init.d/foo');
  });
});

/** Any farm and any change of it, as a plan would have it: what is removed is there, what is made is not, or is removed first. */
const anySetup: fc.Arbitrary<Setup> = fc
  .record({
    before: fc.dictionary(
      fc
        .tuple(fc.constantFrom(...LEVELS), fc.constantFrom('S01', 'S02', 'K01'), fc.constantFrom('a', 'b'))
        .map(([level, number, name]) => `${level}/${number}${name}`),
      fc.constantFrom('../init.d/a', '../init.d/b', '/x'),
    ),
    after: fc.dictionary(
      fc
        .tuple(fc.constantFrom(...LEVELS), fc.constantFrom('S01', 'S02', 'K01'), fc.constantFrom('a', 'b'))
        .map(([level, number, name]) => `${level}/${number}${name}`),
      fc.constantFrom('../init.d/a', '../init.d/b', '/x'),
    ),
    old: fc.subarray([...FILES]),
    now: fc.subarray([...FILES]),
  })
  .map(({ before, after, old, now }) => {
    const dirs = new Set(Object.keys(before).map((name) => name.slice(0, 1)));
    const at = (path: string) => {
      const [level = '', name = ''] = path.split('/');
      return { level, name, script: parseRcLink(name)?.name ?? '', reason: 'enabled' } as const;
    };
    const removals = Object.keys(before)
      .filter((path) => after[path] !== before[path])
      .map((path) => ({ kind: 'remove', ...at(path) }));
    const additions = Object.entries(after)
      .filter(([path, target]) => before[path] !== target)
      .map(([path, target]) => ({ kind: 'add', ...at(path), target }));
    const wanted = new Set(Object.keys(after).map((name) => name.slice(0, 1)));
    return {
      tree: {
        'etc/init.d/a!': '',
        ...Object.fromEntries(old.map((name) => [`etc/init.d/${name}`, 'old\n'])),
        ...Object.fromEntries(
          Object.entries(before).map(([path, target]) => [`etc/rc${path.replace('/', '.d/')}=`, target]),
        ),
      },
      plan: {
        makeDirs: LEVELS.filter((level) => wanted.has(level) && !dirs.has(level)),
        changes: [...removals, ...additions] as LinkChange[],
        files: now.map((name) => ({ name, text: 'new\n' })),
      },
    };
  });

describe('properties', () => {
  test('any plan, killed or failing anywhere, completed: the old farm or the new one', () => {
    fc.assert(
      fc.property(
        anySetup,
        fc.nat(30),
        fc.constantFrom<Fate>('killed', 'full', 'stuck'),
        (setup, at, fate) => {
          const { before, after, calls } = outcomes(setup);
          const root = withTree(setup.tree);
          const n = (at % Math.max(calls, 1)) + 1;
          apply(root, setup.plan, opsUntil(n, fate).ops);
          settle(root);
          expect([before, after]).toContainEqual(snapshot(root));
        },
      ),
      { numRuns: 300 },
    );
    // Thousands of files are synced to the disk, which others may keep busy: 6 s alone, 58 s among them.
  }, 180_000);
});
