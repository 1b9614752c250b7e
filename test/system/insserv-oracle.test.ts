/** The original insserv and startpar beside ours, on trees that are made up here. */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { listLinks } from '../support/insserv-golden.ts';
import { lsbText } from '../support/lsb.ts';
import { fetchPackages, unpackPackages } from '../support/packages.ts';
import { withTree, type Tree } from '../support/with-tree.ts';

const OURS = join(import.meta.dirname, '../../dist/applets/insserv');
const layer = mkdtempSync(join(tmpdir(), 'rcinit-insserv-'));

async function unpack(): Promise<string | undefined> {
  try {
    await unpackPackages(await fetchPackages(['insserv', 'startpar']), layer);
    return undefined;
  } catch (error) {
    return `(no packages: ${String(error)})`;
  }
}

const reason = await unpack();
afterAll(() => rmSync(layer, { recursive: true, force: true }));

function program(name: string): string {
  const places = ['sbin', 'usr/sbin', 'bin', 'usr/bin'].map((dir) => join(layer, dir, name));
  return places.find((path) => existsSync(path)) ?? name;
}

interface Result {
  readonly status: number | null;
  readonly err: string;
  readonly links: readonly string[];
}

function run(insserv: string, tree: Tree, calls: readonly (readonly string[])[]): Result {
  const root = withTree({
    'etc/insserv.conf': readFileSync(join(layer, 'etc/insserv.conf'), 'utf8'),
    ...tree,
  });
  const initDir = join(root, 'etc/init.d');
  const runs = calls.map((args) =>
    spawnSync(insserv, ['-p', initDir, '-i', initDir, ...args], { encoding: 'utf8', env: {} }),
  );
  const err = runs.map(({ stderr }) => stderr.replaceAll(root, 'ROOT')).join('');
  return { status: runs.at(-1)?.status ?? null, err, links: listLinks(root) };
}

function script(name: string, lines: Readonly<Record<string, string>> = {}): Tree {
  return {
    [`etc/init.d/${name}!`]: lsbText(name, { 'Default-Start': '2 3', 'Default-Stop': '0 6', ...lines }),
  };
}

describe.skipIf(reason !== undefined)(`beside the original insserv ${reason ?? ''}`, () => {
  const abc: Tree = {
    ...script('a'),
    ...script('b', { 'Required-Start': 'a', 'Required-Stop': 'a' }),
    ...script('c', { 'X-Start-Before': 'a', 'X-Stop-After': 'b', Provides: 'x y' }),
  };

  test.each<readonly [string, Tree, readonly (readonly string[])[]]>([
    ['enable', abc, [['a', 'b', 'c']]],
    ['enable one after the other, with -v', abc, [['a'], ['-v', 'c'], ['b']]],
    [
      'remove',
      abc,
      [
        ['a', 'c'],
        ['-v', '-r', 'a'],
      ],
    ],
    [
      'remove what is required',
      abc,
      [
        ['a', 'b'],
        ['-r', 'a'],
      ],
    ],
    [
      'remove it all the same',
      abc,
      [
        ['a', 'b'],
        ['-f', '-v', '-r', 'a'],
      ],
    ],
    [
      'remove all',
      abc,
      [
        ['a', 'b'],
        ['-r', 'a', 'b'],
      ],
    ],
    ['required but not enabled', abc, [['b']]],
    ['forced', abc, [['-f', 'b'], ['c']]],
    ['a name that is none', abc, [['nosuch']]],
    ['dangling', { ...abc, 'etc/rc2.d/S20gone=': '../init.d/gone' }, [[]]],
    ['links win', { ...abc, 'etc/rc2.d/K20a=': '../init.d/a', 'etc/rc5.d/S20a=': '../init.d/a' }, [['a']]],
    ['overlap', script('a', { 'Default-Stop': '3 S', 'Default-Start': '2 3 S' }), [['-q', 'a']]],
    [
      'a script in S that others need',
      { ...script('a', { 'Default-Start': 'S' }), ...script('b', { 'Required-Start': 'a' }) },
      [['a', 'b']],
    ],
    [
      'missed levels',
      { ...script('a', { 'Default-Start': '3' }), ...script('b', { 'Required-Start': 'a' }) },
      [['a', 'b'], []],
    ],
    [
      '$all',
      { ...abc, ...script('z', { 'Required-Start': '$all' }), ...script('y', { 'Should-Stop': '$all' }) },
      [['a', 'b', 'c', 'y', 'z']],
    ],
    [
      'missed levels of what was there before',
      { ...script('a', { 'Default-Start': '3' }), ...script('b', { 'Required-Start': 'a' }) },
      [['a'], ['b'], ['-f', 'b']],
    ],
    [
      'what is required is named, and has no levels',
      {
        ...script('a', { 'Default-Start': '', 'Default-Stop': '' }),
        ...script('b', { 'Required-Start': 'a' }),
      },
      [['a', 'b'], ['b']],
    ],
    [
      'a header without an end, by force',
      {
        ...script('a'),
        'etc/init.d/b!': lsbText('b', { 'Required-Start': 'a', 'Default-Start': '2' }).replace(
          /### END.*/,
          '',
        ),
      },
      [['-q', '-f', 'a', 'b']],
    ],
    ['interactive, without links', { ...abc, ...script('i', { 'X-Interactive': 'true' }) }, [['a', 'b']]],
    [
      'levels that overlap in part',
      {
        ...script('a', { 'Default-Start': '1 5' }),
        ...script('b', { 'Default-Start': 'S', 'Default-Stop': '', 'Should-Start': 'a', 'Should-Stop': 'a' }),
        ...script('c', { 'Should-Start': 'b', 'Should-Stop': 'b', 'Default-Start': '2 3 5' }),
        ...script('d', { 'Default-Start': '1', 'X-Start-Before': 'nobody' }),
        ...script('e', { 'Default-Start': '1', 'Should-Start': 'nobody' }),
      },
      [['a', 'b', 'c', 'd', 'e']],
    ],
    ['levels with the name', abc, [['a,start=4,stop=1']]],
    [
      'names that are none',
      {
        'etc/init.d/_x!': lsbText('_x'),
        'etc/init.d/README!': lsbText('README'),
        'etc/init.d/plain': lsbText('plain'),
      },
      [['_x', 'README', 'plain']],
    ],
  ])('%s', (_, tree, calls) => {
    const [theirs, ours] = [run(program('insserv'), tree, calls), run(OURS, tree, calls)];
    expect(ours).toEqual(theirs);
  });

  test.each<readonly [string, Tree]>([
    ['a header without an end', { 'etc/init.d/a!': '### BEGIN INIT INFO\n' }],
    ['a loop', { ...script('a', { 'Required-Start': 'b' }), ...script('b', { 'Required-Start': 'a' }) }],
    ['level B', script('a', { 'Default-Start': 'B' })],
  ])('%s: the same status, the same first line', (_, tree) => {
    const names = Object.keys(tree).map((path) => path.replace(/^.*\//, '').replace('!', ''));
    const [theirs, ours] = [run(program('insserv'), tree, [names]), run(OURS, tree, [names])];
    expect(ours.err.split('\n')[0]).toBe(theirs.err.split('\n')[0]);
    expect({ status: ours.status, links: ours.links }).toEqual({
      status: theirs.status,
      links: theirs.links,
    });
  });

  describe('startpar', () => {
    let root: string;
    const log = (): readonly string[] => readFileSync(join(root, 'log'), 'utf8').trimEnd().split('\n');

    test('runs all of 500 services from our .depend.start, in an order that holds', () => {
      const names = Array.from({ length: 500 }, (_, index) => `a-rather-long-service-name-${index}`);
      const tree = names.map((name, index) => {
        const lines = {
          'Default-Start': '2',
          'Should-Start': index === 0 ? '' : `${names[index >> 1]} ${names[0]}`,
        };
        return { [`etc/init.d/${name}!`]: `${lsbText(name, lines)}echo ${index} >> "\${0%/*}/../../log"\n` };
      });
      const last = {
        'etc/init.d/last!': `${lsbText('last', { 'Default-Start': '2', 'Should-Start': '$all' })}echo last >> "\${0%/*}/../../log"\n`,
      };
      root = withTree({ 'etc/insserv.conf': '', ...last, ...(Object.assign({}, ...tree) as Tree) });
      appendFileSync(join(root, 'log'), '');
      const etc = join(root, 'etc');
      execFileSync(OURS, ['-p', join(etc, 'init.d'), 'last', ...names]);
      execFileSync(
        program('startpar'),
        ['-d', join(etc, 'init.d'), '-e', etc, '-P', 'N', '-R', '2', '-M', 'start'],
        {
          timeout: 120_000,
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
      const ran = log();
      const position = new Map(ran.map((index, at) => [index, at]));
      expect(ran).toHaveLength(501);
      expect(ran.at(-1)).toBe('last');
      for (let index = 1; index < 500; index++)
        expect(position.get(String(index >> 1))).toBeLessThanOrEqual(position.get(String(index))!);
    });
  });
});
