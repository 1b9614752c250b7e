import { describe, expect, test } from 'vitest';
import { applet } from '../../src/cli/rcinit.ts';
import { callApplet } from '../support/run-applet.ts';
import { withTree } from '../support/with-tree.ts';

const TREE = {
  'etc/init.d/cron!': '#!/bin/sh\n',
  'etc/init.d/off!': '#!/bin/sh\n',
  'etc/init.d/new!': '#!/bin/sh\n',
  'etc/init.d/last!': '#!/bin/sh\n',
  'etc/rc2.d/S01cron=': '../init.d/cron',
  'etc/rc3.d/K01cron=': '../init.d/cron',
  'etc/rcS.d/S01off=': '../init.d/gone',
  'etc/rc0.d/K01cron=': '../init.d/cron',
  'etc/rc0.d/S90last=': '../init.d/last',
  'etc/rc2.d/K99off=': '../init.d/off',
  'etc/init.d/plain': '#!/bin/sh\n',
  'etc/rc2.d/S01plain=': '../init.d/plain',
  'etc/init.d/folder/': '',
  'etc/init.d/dangling=': 'gone',
};

async function ask(...args: readonly string[]): Promise<string> {
  const root = withTree(TREE);
  const io = { name: 'rcinit', env: { RCINIT_ROOT: root } };
  const { code, out, err } = await callApplet(applet, ['is-enabled', ...args], io);
  return `${out}${err}=> ${code}`;
}

describe('rcinit is-enabled', () => {
  test.each([
    [['cron'], 'enabled\n=> 0'],
    [['cron', '2'], 'enabled\n=> 0'],
    [['cron', '3'], 'disabled\n=> 1'],
    [['cron', '4'], 'disabled\n=> 1'],
    [['cron', 's'], 'disabled\n=> 1'],
    [['off', '2'], 'disabled\n=> 1'],
    [['new'], 'disabled\n=> 1'],
    [['plain'], 'disabled\n=> 1'],
    [['last'], 'disabled\n=> 1'],
    [['last', '0'], 'enabled\n=> 0'],
    [['--json', 'cron'], '{"name":"cron","state":"enabled","start":["2"],"stop":["0","3"]}\n=> 0'],
    [['crom'], 'rcinit: unknown init script "crom"; did you mean cron?\n=> 4'],
    [['nothing'], 'rcinit: unknown init script "nothing"; /etc/init.d has none of that name\n=> 4'],
    [['folder'], 'rcinit: unknown init script "folder"; /etc/init.d has none of that name\n=> 4'],
    [['dangling'], 'rcinit: unknown init script "dangling"; /etc/init.d has none of that name\n=> 4'],
    [
      ['../init.d/cron'],
      'rcinit: unknown init script "../init.d/cron"; /etc/init.d has none of that name\n=> 4',
    ],
    [['cron', '7'], 'rcinit: "7" is no run level with links; name one of 0-6 or S\n=> 2'],
    [[], "rcinit: missing required argument 'name'\n=> 2"],
  ])('%j', async (args, text) => {
    expect(await ask(...args)).toBe(text);
  });
});
