import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTree } from '../support/with-tree.ts';

const APPLETS = join(import.meta.dirname, '../../dist/applets');
const USAGE = '{-e VAR[=VAL] | [-t SECONDS] {0|1|2|3|4|5|6|S|s|Q|q|A|a|B|b|C|c|U|u}}\n';

function call(link: string, target: string): { readonly status: number | null; readonly text: string } {
  const dir = withTree({ [`${link}=`]: join(APPLETS, target) });
  const end = spawnSync(join(dir, link), [], { env: { RCINIT_ROOT: dir }, cwd: '/', encoding: 'utf8' });
  return { status: end.status, text: end.stdout + end.stderr };
}

test.each(['service', 'init', 'rcinit', 'telinit'])('runlevel as a link to %s is runlevel', (target) => {
  expect(call('runlevel', target)).toEqual({ status: 1, text: 'unknown\n' });
});

test('a link with a name of its own is the applet behind it, and calls itself by that name', () => {
  expect(call('go', 'telinit')).toEqual({ status: 1, text: `Usage: go ${USAGE}` });
});

test('telinit as a link to init is telinit', () => {
  expect(call('telinit', 'init')).toEqual({ status: 1, text: `Usage: telinit ${USAGE}` });
});
