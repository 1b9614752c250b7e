import { describe, expect, test } from 'vitest';
import { applet } from '../../src/cli/rcinit.ts';
import { callApplet } from '../support/run-applet.ts';
import { withTree } from '../support/with-tree.ts';

const TREE = {
  'etc/init.d/on!': '',
  'etc/init.d/off!': '',
  'etc/init.d/halt!': '',
  'etc/init.d/plain': '',
  'etc/init.d/gone=': '../nowhere',
  'etc/rc2.d/S01on=': '../init.d/on',
  'etc/rc3.d/K01on=': '../init.d/on',
  'etc/rcS.d/S20on=': '../init.d/on',
  'etc/rc0.d/S01halt=': '../init.d/halt',
  'etc/rc2.d/S01gone=': '../init.d/gone',
  'etc/rc2.d/S01plain=': '../init.d/plain',
};

describe('rcinit is-enabled', () => {
  test.each([
    [['on'], 0, 'enabled in 2 S\n', ''],
    [['on', '2'], 0, 'enabled in 2\n', ''],
    [['on', 's'], 0, 'enabled in S\n', ''],
    [['on', '3'], 1, 'disabled\n', ''],
    [['off'], 1, 'disabled\n', ''],
    [['halt'], 1, 'disabled\n', ''],
    [['halt', '0'], 0, 'enabled in 0\n', ''],
    [['plain'], 1, 'disabled\n', ''],
    [
      ['on', '7'],
      2,
      '',
      'rcinit: cannot look into level "7": no run level with links; name one of 0-6 or S\n',
    ],
    ...['gone', 'nosuch', '../rc2.d/S01on', '.', ''].map((name) => [
      [name],
      4,
      '',
      `rcinit: cannot query "${name}": no such script in /etc/init.d; rcinit status lists those with links\n`,
    ]),
    [[], 2, '', "rcinit: missing required argument 'name'\n"],
  ] as [string[], number, string, string][])('%j', async (args, code, out, err) => {
    const io = { name: 'rcinit', env: { RCINIT_ROOT: withTree(TREE) } };
    expect(await callApplet(applet, ['is-enabled', ...args], io)).toEqual({ code, signal: null, out, err });
  });
});
