/** What update-rc.d says and does. */
import { existsSync, readdirSync, readlinkSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applet } from '../../src/cli/update-rc-d.ts';
import { listLinks } from '../support/insserv-golden.ts';
import { PATH } from '../support/rc-level.ts';
import { callApplet } from '../support/run-applet.ts';
import { CONF, etc, update } from '../support/update-rc.ts';
import { script } from '../support/update-rc-cases.ts';
import { withTree, type Tree } from '../support/with-tree.ts';

const USAGE = `usage: update-rc.d [-f] <basename> remove
       update-rc.d [-f] <basename> defaults
       update-rc.d [-f] <basename> defaults-disabled
       update-rc.d <basename> disable|enable [S|2|3|4|5]
\t\t-f: force

The disable|enable API is not stable and might change in the future.
`;
const DEFAULTS = ['rc0.d/K01', 'rc1.d/K01', 'rc2.d/S01', 'rc3.d/S01', 'rc4.d/S01', 'rc5.d/S01', 'rc6.d/K01'];
const linksOf = (name: string, links: readonly string[] = DEFAULTS) =>
  links.map((link) => `${link}${name} -> ../init.d/${name}`);

describe('update-rc.d with wrong use', () => {
  test.each([
    [[], `update-rc.d: error: not enough arguments\n${USAGE}=> 1`],
    [['foo'], `update-rc.d: error: not enough arguments\n${USAGE}=> 1`],
    [['--help'], `${USAGE}=> 1`],
    [['-hx'], `${USAGE}=> 1`],
    [['-x', 'foo', 'defaults'], `update-rc.d: error: unknown option\n${USAGE}=> 1`],
    [['foo', 'frob'], `${USAGE}=> 1`],
    [['gone', 'enable'], 'update-rc.d: error: cannot find a LSB script for gone\n=> 1'],
    [['../foo', 'disable'], 'update-rc.d: error: cannot find a LSB script for ../foo\n=> 1'],
    [['foo', 'disable'], 'update-rc.d: error: no runlevel symlinks to modify, aborting!\n=> 1'],
    [['empty', 'disable'], 'update-rc.d: error: empty Default-Start contains no runlevels, aborting.\n=> 1'],
    [
      ['foo', 'enable', '0'],
      'update-rc.d: warning: enable action will have no effect on runlevel 0\nupdate-rc.d: error: no runlevel symlinks to modify, aborting!\n=> 1',
    ],
    [['gone', 'remove'], '=> 0'],
    [['../foo', 'remove'], '=> 0'],
  ])('%j', async (args, text) => {
    for (const conf of [{}, CONF]) {
      const root = etc(script('foo'), script('empty', { start: '' }), conf);
      expect((await update(root, ...args)).text).toBe(text);
      expect(listLinks(root)).toEqual([]);
    }
  });

  test('defaults without a script', async () => {
    expect((await update(etc(), 'gone', 'defaults')).text).toBe(
      'update-rc.d: error: unable to read ROOT/etc/init.d/gone\n=> 1',
    );
    expect((await update(etc(CONF, { 'init.d/': '' }), 'gone', 'defaults')).text).toBe(
      'update-rc.d: error: initscript does not exist: /etc/init.d/gone\n=> 1',
    );
  });
});

describe.each([
  ['without insserv.conf', {}],
  ['with insserv.conf', CONF],
])('update-rc.d %s', (_, conf) => {
  test('gives links, once, and takes them; all of it silently', async () => {
    const root = etc(script('foo'), conf);
    expect((await update(root, 'foo', 'defaults', '20', '80')).text).toBe('=> 0');
    expect(listLinks(root)).toEqual(linksOf('foo'));
    expect((await update(root, 'foo', 'remove')).text).toBe('=> 0');
    expect(listLinks(root)).toEqual([]);
    expect(readdirSync(join(root, 'etc')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('what is disabled stays disabled', async () => {
    const root = etc(script('foo'), conf);
    await update(root, 'foo', 'defaults');
    expect((await update(root, 'foo', 'disable', '2')).code).toBe(0);
    const disabled = linksOf(
      'foo',
      DEFAULTS.map((link) => link.replace('rc2.d/S', 'rc2.d/K')),
    );
    expect(listLinks(root)).toEqual(disabled);
    expect((await update(root, 'foo', 'defaults')).code).toBe(0);
    expect(listLinks(root)).toEqual(disabled);
    expect((await update(root, 'foo', 'enable')).code).toBe(0);
    expect(listLinks(root)).toEqual(linksOf('foo'));
  });

  test.each([['defaults'], ['defaults-disabled'], ['disable'], ['remove']])(
    'a file where a link directory should be ends %s',
    async (action) => {
      const root = etc(script('foo'), conf);
      rmdirSync(join(root, 'etc/rc3.d'));
      writeFileSync(join(root, 'etc/rc3.d'), '');
      expect((await update(root, 'foo', action)).text).toBe(
        'update-rc.d: error: cannot read "ROOT/etc/rc3.d": Not a directory\n=> 1',
      );
      expect(readdirSync(join(root, 'etc/rc2.d'))).toEqual([]);
    },
  );

  test('levels given as of old are compared with the header', async () => {
    const root = etc(script('foo'), conf);
    expect((await update(root, 'foo', 'start', '20', '2', '3', '.')).text).toBe(
      `update-rc.d: warning: start and stop actions are no longer supported; falling back to defaults
update-rc.d: warning: start runlevel arguments (2 3) do not match foo Default-Start values (2 3 4 5)
update-rc.d: warning: stop runlevel arguments (none) do not match foo Default-Stop values (0 1 6)
=> 0`,
    );
    expect(listLinks(root)).toEqual(linksOf('foo'));
  });

  test('DPKG_ROOT is another system, for every action', async () => {
    const root = etc(script('foo'), conf);
    const env = { PATH, DPKG_ROOT: root };
    for (const args of [['defaults'], ['disable'], ['enable'], ['disable', '2'], ['remove']])
      expect(await callApplet(applet, ['foo', ...args], { name: 'update-rc.d', env })).toMatchObject({
        code: 0,
      });
    expect(listLinks(root)).toEqual([]);
    await callApplet(applet, ['foo', 'defaults-disabled'], { name: 'update-rc.d', env });
    expect(listLinks(root)).toEqual(
      linksOf(
        'foo',
        DEFAULTS.map((link) => link.replace('S01', 'K01')),
      ),
    );
  });

  test('--dry-run shows the change as a diff, and changes nothing', async () => {
    const root = etc(script('foo', { start: '2', stop: '' }), conf, { 'rc2.d/K07foo=': '../init.d/foo' });
    const links = listLinks(root);
    const run = await update(root, '--dry-run', 'foo', 'enable');
    expect(run.code).toBe(0);
    const number = 'insserv.conf' in conf ? '01' : '07';
    expect(run.text.replace(/^(---|\+\+\+) ROOT\/etc\/init.d[^]*=>/m, '=>')).toBe(
      `--- ROOT/etc\n+++ ROOT/etc\n-rc2.d/K07foo -> ../init.d/foo\n+rc2.d/S${number}foo -> ../init.d/foo\n=> 0`,
    );
    expect(listLinks(root)).toEqual(links);
    expect(existsSync(join(root, 'etc/init.d/.depend.boot'))).toBe(false);
    expect((await update(root, '--dry-run', 'nobody', 'remove')).code).toBe(0);
  });
});

describe('update-rc.d and insserv', () => {
  test('a link of another text keeps it when it is turned', async () => {
    const root = etc(script('foo'), { 'rc2.d/S01foo=': '/etc/init.d/foo' });
    expect((await update(root, 'foo', 'disable')).text).toBe('=> 0');
    expect(readlinkSync(join(root, 'etc/rc2.d/K01foo'))).toBe('/etc/init.d/foo');
  });

  const LOOP: Tree = { ...script('a', { needs: 'b' }), ...script('b', { needs: 'a' }) };

  test('a loop fails nothing, but with RCINIT_STRICT=1, and then nothing is changed', async () => {
    const root = etc(CONF, LOOP);
    await update(root, 'a', 'defaults');
    expect((await update(root, 'b', 'defaults')).code).toBe(0);
    expect(listLinks(root).filter((link) => link.startsWith('rc2'))).toHaveLength(2);
    const strictRoot = etc(CONF, LOOP, { 'rc2.d/S01a=': '../init.d/a' });
    const env = { PATH, RCINIT_ROOT: strictRoot, RCINIT_STRICT: '1' };
    const run = await callApplet(applet, ['b', 'defaults'], { name: 'update-rc.d', env });
    expect(run.err).toMatch(
      /insserv: exiting now without changing boot order!\nupdate-rc.d: error: insserv rejected the script header\n$/,
    );
    expect(run.code).toBe(1);
    expect(listLinks(strictRoot)).toEqual(['rc2.d/S01a -> ../init.d/a']);
  });

  test('what cannot be done is told, and nothing is done', async () => {
    const root = etc(CONF, script('foo'), { 'rc3.d/S01foo': 'a copy' });
    expect((await update(root, 'foo', 'defaults')).text).toBe(
      'update-rc.d: error: cannot make "ROOT/etc/rc3.d/S01foo": File exists; nothing was changed\n=> 1',
    );
    expect(listLinks(root)).toEqual([]);
  });

  test('a unit of the same name is enabled where there is no systemctl', async () => {
    const root = withTree({
      ...Object.fromEntries(
        Object.entries({ ...script('foo'), 'rc2.d/S01foo=': '../init.d/foo' }).map(([name, text]) => [
          `etc/${name}`,
          text,
        ]),
      ),
      'usr/lib/systemd/system/foo.service': '[Install]\nWantedBy=multi-user.target rescue.target\n',
    });
    const link = join(root, 'etc/systemd/system/rescue.target.wants/foo.service');
    await update(root, 'foo', 'enable', '2');
    expect(readlinkSync(link)).toBe('/usr/lib/systemd/system/foo.service');
    await update(root, 'foo', 'disable', '2');
    expect(readdirSync(join(link, '..'))).toEqual([]);
  });
});
