import { describe, expect, test } from 'vitest';
import { applet } from '../../src/cli/rcinit.ts';
import { rc, withLevel } from '../support/rc-level.ts';
import { callApplet, type AppletRun } from '../support/run-applet.ts';

function chart(root: string, ...args: readonly string[]): Promise<AppletRun> {
  return callApplet(applet, ['chart', '--root', root, ...args], { name: 'rcinit' });
}

async function bootLevels(): Promise<string> {
  const root = withLevel(
    { 'S01a!': '#!/bin/sh\nexit 1\n', 'S02b!': '#!/bin/sh\n' },
    { 'etc/init.d/early!': '#!/bin/sh\n', 'etc/rcS.d/S01early=': '../init.d/early' },
  );
  await rc(root, ['S'], { RUNLEVEL: 'S' });
  await rc(root, ['2']);
  return root;
}

describe('rcinit chart', () => {
  test('shows the scripts of all levels of the boot, and what a later level did not change', async () => {
    const root = await bootLevels();
    await rc(root, ['2'], { PREVLEVEL: '3' });
    const { code, out, err } = await chart(root);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const rows = out
      .split('\n')
      .map((line) => line.replace(/\d+\.\d+ s/, 'T s').replace(/ [-.#]+ /, ' BAR '));
    expect(rows.slice(0, 4).map((row) => row.replace(/ +/g, ' '))).toEqual([
      '3 scripts in T s, 1 failed',
      '* early BAR T s',
      '* a BAR T s failed',
      '* b BAR T s',
    ]);
  });

  test('--format svg is a picture, --format json the numbers', async () => {
    const root = await bootLevels();
    expect((await chart(root, '--format', 'svg')).out).toMatch(/^<svg xmlns=.*<\/svg>\n$/s);
    expect(JSON.parse((await chart(root, '--format', 'json')).out)).toMatchObject({
      version: 1,
      critical: ['early', 'a', 'b'],
      bars: [
        { name: 'early', level: 'S' },
        { name: 'a', outcome: 'failed', after: [] },
        { name: 'b', level: '2' },
      ],
    });
  });

  test('says so when there is no record of a boot', async () => {
    const root = withLevel({});
    expect(await chart(root)).toMatchObject({
      code: 1,
      out: '',
      err: `rcinit: cannot draw the last boot of "${root}": /run/rcinit/last-boot.json tells of no script; it is written when rc runs a level at boot\n`,
    });
  });

  test('an unknown format is wrong use', async () => {
    expect(await chart('/', '--format', 'png')).toMatchObject({ code: 2 });
  });
});
