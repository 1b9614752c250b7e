import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applet } from '../../src/cli/runlevel.ts';
import { callApplet, type AppletRun } from '../support/run-applet.ts';
import { levelRecord, utmpRecord } from '../support/utmp-file.ts';
import { withTree, type Tree } from '../support/with-tree.ts';

function runlevel(root: string, ...args: readonly string[]): Promise<AppletRun> {
  return callApplet(applet, args, { name: 'runlevel', env: { RCINIT_ROOT: root } });
}

const UNKNOWN = { code: 1, signal: null, out: 'unknown\n', err: '' };

function known(levels: string): AppletRun {
  return { code: 0, signal: null, out: `${levels}\n`, err: '' };
}

describe('runlevel', () => {
  test.each<[what: string, tree: Tree, shown: AppletRun]>([
    ['what init says', { 'run/rcinit/runlevel': '2 3\n' }, known('2 3')],
    [
      'what init says where the level file agrees',
      { 'run/rcinit/runlevel': '2 S\n', 'var/run/runlevel': 'S' },
      known('2 S'),
    ],
    [
      'the level file where another init has changed it since',
      { 'run/rcinit/runlevel': 'N 2\n', 'var/run/runlevel': '5' },
      known('N 5'),
    ],
    ['the level file, with N before it', { 'var/run/runlevel': '3' }, known('N 3')],
    ['single user', { 'var/run/runlevel': 'S' }, known('N S')],
    ['a level file with a newline', { 'var/run/runlevel': '3\n' }, known('N 3')],
    [
      'the level file where init left nonsense',
      { 'run/rcinit/runlevel': 'x', 'var/run/runlevel': '3' },
      known('N 3'),
    ],
    ['a level file behind a link', { 'var/run=': '/run', 'run/runlevel': '4' }, known('N 4')],
    ['unknown without any', {}, UNKNOWN],
    ['unknown where the level file is empty', { 'var/run/runlevel': '' }, UNKNOWN],
    ['unknown where the level file is no level', { 'var/run/runlevel': 'three\nmore' }, UNKNOWN],
    ['unknown where the level file is a folder', { 'var/run/runlevel/': '' }, UNKNOWN],
  ])('shows %s', async (_, tree, shown) => {
    expect(await runlevel(withTree(tree))).toEqual(shown);
  });

  test('takes no options: everything is a file name', async () => {
    const root = withTree({});
    for (const word of ['-x', '--help', '--version']) expect(await runlevel(root, word)).toEqual(UNKNOWN);
  });
});

describe('runlevel and /var/run/utmp', () => {
  test.each<[what: string, tree: Tree, shown: string]>([
    ['the record', {}, '2 3'],
    ['the record where the level file agrees', { 'var/run/runlevel': '3' }, '2 3'],
    [
      'the record before what our init said',
      { 'var/run/runlevel': '3', 'run/rcinit/runlevel': 'N 3\n' },
      '2 3',
    ],
    ['the record where only the level file speaks against it', { 'var/run/runlevel': '5' }, '2 3'],
    [
      'what our init says where the level file speaks for it',
      { 'var/run/runlevel': '5', 'run/rcinit/runlevel': 'N 5\n' },
      'N 5',
    ],
    [
      'the record where nobody agrees with anybody',
      { 'var/run/runlevel': '5', 'run/rcinit/runlevel': 'N 4\n' },
      '2 3',
    ],
  ])('shows %s', async (_, tree, shown) => {
    const root = withTree({ 'var/run/': '', ...tree });
    writeFileSync(join(root, 'var/run/utmp'), levelRecord('2', '3'));
    expect(await runlevel(root)).toEqual(known(shown));
  });

  test('a file that was named comes instead', async () => {
    const root = withTree({ 'var/run/runlevel': '5', other: '' });
    writeFileSync(join(root, 'var/run/utmp'), levelRecord('2', '3'));
    expect(await runlevel(root, join(root, 'other'))).toEqual(known('N 5'));
  });
});

describe('runlevel FILE', () => {
  const boot = utmpRecord({ type: 2, id: '~~', user: 'reboot', line: '~' });

  test.each<[what: string, bytes: Buffer, shown: string]>([
    ['the level record', Buffer.concat([boot, levelRecord('N', '2')]), 'N 2'],
    ['the first of several', Buffer.concat([levelRecord('2', '3'), levelRecord('3', '5')]), '2 3'],
    ['N where the record has no previous level', levelRecord('\0', '5'), 'N 5'],
    ['the level file without a level record', boot, 'N 9'],
    ['the level file where the file is too short', levelRecord('2', '3').subarray(0, 300), 'N 9'],
  ])('shows %s', async (_, bytes, shown) => {
    const root = withTree({ 'var/run/runlevel': '9' });
    const file = join(root, 'utmp');
    writeFileSync(file, bytes);
    expect(await runlevel(root, file)).toEqual(known(shown));
  });

  test('shows the level file where the file is missing, and unknown without one', async () => {
    expect(await runlevel(withTree({ 'var/run/runlevel': '9' }), '/nonexistent')).toEqual(known('N 9'));
    expect(await runlevel(withTree({}), '/nonexistent')).toEqual(UNKNOWN);
  });
});
