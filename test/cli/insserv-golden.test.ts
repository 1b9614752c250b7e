/** The real insserv's recorded runs, repeated: the same exit status, the same links, and an order that holds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applet } from '../../src/cli/insserv.ts';
import { checkOrder } from '../support/check-order.ts';
import {
  goldenArgs,
  goldenFacilities,
  goldenTree,
  listLinks,
  noGolden,
  readGoldenCases,
  readGoldenHeaders,
  type GoldenCase,
} from '../support/insserv-golden.ts';
import { callApplet } from '../support/run-applet.ts';
import { withTree } from '../support/with-tree.ts';

const CASES = readGoldenCases();
const HEADERS = noGolden === undefined ? readGoldenHeaders() : {};

async function replay(one: GoldenCase) {
  const root = withTree(goldenTree(one, HEADERS));
  const run = await callApplet(applet, ['--root', root, ...goldenArgs(one)], { name: 'insserv' });
  return { root, run, links: listLinks(root) };
}

const withoutNumber = (link: string): string => link.replace(/([SK])\d\d/, '$1');

/** Insserv says so again for each script that uses the facility; once is enough. */
const withoutRepeats = (text: string): readonly string[] => [...new Set(text.split('\n'))];

/** Names before a name, over as many steps as there are. */
function closure(depend: string): ReadonlyMap<string, ReadonlySet<string>> {
  const direct = new Map<string, string[]>();
  for (const line of depend.split('\n')) {
    const [, name, rest] = /^([^ :=]+): (.*)$/.exec(line) ?? [];
    if (name !== undefined && rest !== undefined)
      direct.set(name, [...(direct.get(name) ?? []), ...rest.split(' ')]);
  }
  const all = new Map<string, Set<string>>();
  const visit = (name: string): ReadonlySet<string> => {
    const known = all.get(name);
    if (known !== undefined) return known;
    const found = new Set<string>();
    all.set(name, found);
    for (const before of direct.get(name) ?? []) for (const one of [before, ...visit(before)]) found.add(one);
    return found;
  };
  for (const name of direct.keys()) visit(name);
  return all;
}

function words(depend: string, head: string): readonly string[] {
  const lines = depend.split('\n').filter((line) => line.startsWith(`${head} =`));
  return lines
    .flatMap((line) => line.split(' ').slice(2))
    .filter((word) => word !== '')
    .sort();
}

describe.skipIf(noGolden !== undefined)('insserv repeats what the original did', () => {
  test('there are 52 runs', () => expect(CASES).toHaveLength(52));

  test.each(CASES.map((one) => [one.case, one] as const))('%s', async (_, one) => {
    const { root, run, links } = await replay(one);
    expect({ code: run.code, out: run.out }).toEqual({ code: one.rc, out: '' });
    expect(links.map(withoutNumber).sort()).toEqual(one.links.map(withoutNumber).sort());
    const isInteractive = one.scripts.some((name) => HEADERS[name]?.['X-Interactive'] === 'true');
    const hasExactNumbers = one.stable_links && !isInteractive;
    expect(hasExactNumbers ? links : []).toEqual(hasExactNumbers ? [...one.links].sort() : []);
    const present = Object.fromEntries(one.scripts.map((name) => [name, HEADERS[name] ?? {}]));
    expect(checkOrder(links, present, goldenFacilities(one.confd)).violations).toEqual([]);
    for (const kind of one.rc === 0 ? (['boot', 'start', 'stop'] as const) : []) {
      const text = readFileSync(join(root, `etc/init.d/.depend.${kind}`), 'utf8');
      expect(words(text, 'TARGETS')).toEqual(words(one.depend[kind], 'TARGETS'));
      expect(words(text, 'INTERACTIVE')).toEqual(
        expect.arrayContaining([...words(one.depend[kind], 'INTERACTIVE')]),
      );
      const ours = closure(text);
      for (const [name, before] of closure(one.depend[kind]))
        expect([name, [...(ours.get(name) ?? [])]]).toEqual([name, expect.arrayContaining([...before])]);
    }
  });

  test('the checker finds what it looks for in the originals, and finds fault with a link moved', () => {
    const one = CASES.find((candidate) => candidate.case === 'full242')!;
    const present = Object.fromEntries(one.scripts.map((name) => [name, HEADERS[name] ?? {}]));
    const facilities = goldenFacilities(one.confd);
    const original = checkOrder(one.links, present, facilities);
    expect(original.violations).toEqual([]);
    expect(original.checked).toBeGreaterThan(10_000);
    const moved = one.links.map((link) => link.replace(/S\d\dnetworking/, 'S99networking'));
    expect(checkOrder(moved, present, facilities).violations).not.toEqual([]);
  });

  test.each(['rand-001-7', 'rand-020-3', 'rand-045-0-base', 'rand-060-7'])(
    '%s: it says the same, and nothing twice',
    async (name) => {
      const one = CASES.find((candidate) => candidate.case === name)!;
      const { run } = await replay(one);
      const said = run.err.split('\n');
      expect([...said].sort()).toEqual([...withoutRepeats(one.stderr)].sort());
    },
  );
});
