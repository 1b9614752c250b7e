import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applet } from '../../src/cli/rcinit.ts';
import { APPLET_NAMES } from '../../src/cli/applet-names.ts';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { callApplet, type AppletRun } from '../support/run-applet.ts';
import { withTree } from '../support/with-tree.ts';

function rcinit(...args: readonly string[]): Promise<AppletRun> {
  return callApplet(applet, args, { name: 'rcinit', env: { RCINIT_ROOT: '/nonexistent' } });
}

const PACKAGE = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};

/** All but the one that `rcinit test` starts inside its namespaces. */
const LISTED = Object.keys(COMMANDS).filter((name) => name !== 'test-inside');

describe('rcinit', () => {
  test.each(['--help', '-h', 'help'])(
    '%s shows commands, applets and exit statuses on stdout',
    async (word) => {
      const { code, out, err } = await rcinit(word);
      expect([code, err]).toEqual([0, '']);
      expect(out.split('\n')[0]).toBe('Usage: rcinit [options] [command]');
      for (const command of ['boot', 'check', 'status', 'help']) expect(out).toMatch(`\n  ${command} `);
      const names = APPLET_NAMES.filter((name) => name !== 'rcinit');
      expect(out).toContain(`\nApplets, also as commands of their own: ${names.join(', ')}.\n`);
      expect(out.slice(out.indexOf('\nExit status'))).toBe(
        [
          '',
          'Exit status: 0 fine, 1 failed, 2 wrong use; of boot: 0 after level 0, 133 after level 6, else that of --main',
          '(128 and the number of the signal), 69 if the main script has no daemon that could be followed.',
          '',
        ].join('\n'),
      );
    },
  );

  test.each(LISTED)('%s --help and help %s show options, examples and exit statuses', async (name) => {
    const { code, out, err } = await rcinit(name, '--help');
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n')[0]).toMatch(new RegExp(`^Usage: rcinit ${name} \\[options\\]`));
    expect(out).toMatch(new RegExp(`\nExamples:\n  rcinit ${name}\\b`));
    expect(out).toMatch(/\nExit status: 0 .*\b2 wrong use/);
    expect(await rcinit('help', name)).toMatchObject({ code, out, err });
  });

  test('--help lists every command', async () => {
    const { out } = await rcinit('--help');
    const listed = out.slice(out.indexOf('\nCommands:')).matchAll(/^ {2}([a-z-]+) /gm);
    expect([...listed].map(([, name]) => name)).toEqual(expect.arrayContaining([...LISTED, 'help']));
  });

  test.each(['--version', '-V'])('%s shows the version of the package', async (word) => {
    expect(await rcinit(word)).toMatchObject({ code: 0, out: `${PACKAGE.version}\n`, err: '' });
  });

  test('without a command shows the help on stderr and exits 2', async () => {
    const { code, out, err } = await rcinit();
    expect([code, out, err]).toEqual([2, '', (await rcinit('--help')).out]);
  });

  test.each<[args: string[], err: string]>([
    [['bogus'], 'rcinit: unknown command "bogus"; rcinit --help lists them\n'],
    [['statu'], 'rcinit: unknown command "statu"; did you mean status?\n'],
    [['telint', '3'], 'rcinit: unknown command "telint"; did you mean telinit?\n'],
    [['status', 'x'], "rcinit: too many arguments for 'status'. Expected 0 arguments but got 1.\n"],
    [['boot', '2', '3'], "rcinit: too many arguments for 'boot'. Expected 1 argument but got 2.\n"],
    [['check', '--jsn'], "rcinit: unknown option '--jsn'\n(Did you mean --json?)\n"],
    [['status', '--root'], "rcinit: option '--root <dir>' argument missing\n"],
    [['rcinit', 'status'], 'rcinit: unknown command "rcinit"; did you mean init?\n'],
    [['constructor'], 'rcinit: unknown command "constructor"; rcinit --help lists them\n'],
  ])('%j is wrong use: it says why and exits 2', async (args, err) => {
    expect(await rcinit(...args)).toMatchObject({ code: 2, out: '', err });
  });

  test('check takes the root from --root, else from RCINIT_ROOT', async () => {
    const root = withTree({ 'etc/inittab': 'id:2:initdefault:\nr:2:respawn:x\n' });
    const fine = 'rcinit check: 0 errors, 0 warnings; default run level 2, 2 entries, 0 links\n';
    expect(await rcinit('check', '--root', root)).toMatchObject({ code: 0, out: fine, err: '' });
    expect(await rcinit('check')).toMatchObject({ code: 1 });
    const io = { name: 'rcinit', env: { RCINIT_ROOT: '.' }, cwd: root };
    expect(await callApplet(applet, ['check'], io)).toMatchObject({ code: 0, out: fine });
  });
});
