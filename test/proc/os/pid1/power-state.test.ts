import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { takePowerState } from '../../../../src/os/pid1/power-state.ts';
import { whyNoPid1 } from '../../../support/pid1.ts';
import { runProgram } from '../../../support/run-program.ts';
import { withTree, type Tree } from '../../../support/with-tree.ts';

const WARNING = 'warning: found obsolete path /etc/powerstatus, use /var/run/powerstatus instead';

test.each<[what: string, tree: Tree, state: string | undefined, left: string[], said?: string]>([
  ['no file', {}, undefined, []],
  ['the first character', { 'var/run/powerstatus': 'OK\n' }, 'O', []],
  ['a low battery', { 'var/run/powerstatus': 'LOW' }, 'L', []],
  ['an empty file', { 'var/run/powerstatus': '' }, undefined, []],
  ['bytes that are no text', { 'var/run/powerstatus': '\u00ff' }, '\u00c3', []],
  ['the old place', { 'etc/powerstatus': 'F' }, 'F', [], WARNING],
  ['the new place first', { 'var/run/powerstatus': 'O', 'etc/powerstatus': 'F' }, 'O', ['etc/powerstatus']],
  [
    'an empty file at the new place first',
    { 'var/run/powerstatus': '', 'etc/powerstatus': 'O' },
    undefined,
    ['etc/powerstatus'],
  ],
  [
    'the old place where the new one is a folder',
    { 'var/run/powerstatus/': '', 'etc/powerstatus': 'F' },
    'F',
    ['var/run/powerstatus'],
    WARNING,
  ],
  ['a link within the root', { 'var/run=': '/run', 'run/powerstatus': 'L' }, 'L', []],
])('takePowerState takes %s, and deletes the file', (_, tree, state, left, said) => {
  const root = withTree(tree);
  const warnings: string[] = [];
  expect(takePowerState(root, (text) => warnings.push(text))).toBe(state);
  expect(warnings).toEqual(said === undefined ? [] : [said]);
  const places = ['var/run/powerstatus', 'etc/powerstatus'];
  expect(places.filter((path) => existsSync(join(root, path)))).toEqual(left);
});

test('takePowerState names the old place, but not the new one', () => {
  const said: string[] = [];
  const take = (tree: Tree) => takePowerState(withTree(tree), (text) => said.push(text));
  take({ 'var/run/powerstatus': 'O' });
  take({ 'etc/powerstatus': 'F' });
  expect(said).toEqual(['warning: found obsolete path /etc/powerstatus, use /var/run/powerstatus instead']);
});

test('takePowerState is not blocked by a fifo in place of the file', () => {
  const root = withTree({ 'var/run/': '' });
  expect(spawnSync('mkfifo', [join(root, 'var/run/powerstatus')]).status).toBe(0);
  expect(takePowerState(root, () => undefined)).toBe(undefined);
});

test.skipIf(whyNoPid1('tree') !== undefined)(
  'takePowerState believes a file that it cannot delete',
  async () => {
    const root = withTree({ 'var/run/powerstatus': 'O' });
    const script = 'mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"; exec "$@"';
    const through = [
      'unshare',
      '--user',
      '--map-root-user',
      '--mount',
      'sh',
      '-c',
      script,
      join(root, 'var/run'),
    ];
    const program = runProgram('take-power-state', [root], { through });
    expect(await program.ended).toBe(0);
    expect(program.lines).toEqual(['O']);
    expect(existsSync(join(root, 'var/run/powerstatus'))).toBe(true);
  },
);
