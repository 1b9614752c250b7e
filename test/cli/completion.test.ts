import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { APPLET_NAMES } from '../../src/cli/applet-names.ts';
import { runApplet } from '../support/run-applet.ts';
import { withTree } from '../support/with-tree.ts';

const DIST = join(import.meta.dirname, '../../dist');
const PATH = process.env['PATH'] ?? '';
const SCRIPT = '#!/bin/sh\n';
/** Each says in another way what it knows. */
const TREE = {
  'etc/init.d/by-usage!': `${SCRIPT}echo "Usage: $0 {start|stop|do-it}" >&2\n`,
  'etc/init.d/by-case!': `${SCRIPT}case $1 in\n\tstart | stop) ;;\n\tstatus) ;;\n\t*) exit 3 ;;\nesac\n`,
  'etc/init.d/declared!': '#!/usr/bin/env /lib/init/init-d-script\nDAEMON=/bin/x\nRELOAD_SIGNAL=HUP\n',
  'etc/init.d/not-executable': SCRIPT,
  'etc/init.d/skeleton!': SCRIPT,
  'etc/inittab': 'id:3:initdefault:\n# c:o:m:ment\nweb:3:respawn:web\nl3:3:wait:rc 3\n',
} as const;
const SERVICES = ['by-case', 'by-usage', 'declared'];

function scriptFor(shell: string): string {
  return join(DIST, 'completions', `rcinit.${shell}`);
}

/** Words of a command line up to the one being typed, and what may stand there. ROOT is the folder with the tree. */
const LINES: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [['service', ''], SERVICES],
  [
    ['service', 'by'],
    ['by-case', 'by-usage'],
  ],
  [['/usr/sbin/service', 'dec'], ['declared']],
  [['service', 'nobody'], []],
  [
    ['service', 'by-usage', ''],
    ['start', 'stop', 'do-it'],
  ],
  [
    ['service', 'by-case', ''],
    ['start', 'stop', 'status'],
  ],
  [
    ['service', 'by-case', 'sta'],
    ['start', 'status'],
  ],
  [
    ['service', 'declared', 're'],
    ['restart', 'reload'],
  ],
  [['service', 'not-there', ''], []],
  [['service', '--root', 'ROOT', 'by-usage', 'd'], ['do-it']],
  [['invoke-rc.d', '--quiet', 'by-usage', 'd'], ['do-it']],
  [
    ['insserv', 'by-case', 'by'],
    ['by-case', 'by-usage'],
  ],
  [
    ['telinit', ''],
    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'S', 'q', 'a', 'b', 'c', 'u'],
  ],
  [['telinit', '--w'], ['--wait']],
  [['telinit', '-t', ''], []],
  [['telinit', '-t', '5', 'u'], ['u']],
  [
    ['rc', ''],
    ['0', '1', '2', '3', '4', '5', '6', 'S'],
  ],
  [['start-stop-daemon', '--signal', 'TE'], ['TERM']],
  [
    ['start-stop-daemon', '--no'],
    ['--notify-await', '--notify-timeout', '--no-close'],
  ],
  [['rcinit', 'gr'], ['graph']],
  [
    ['rcinit', 'graph', '--format', ''],
    ['text', 'dot', 'svg', 'json'],
  ],
  [['rcinit', 'graph', '--format=s'], ['--format=svg']],
  [['rcinit', 'is-enabled', 'dec'], ['declared']],
  [
    ['rcinit', 'boot', '--main', ''],
    ['web', 'l3', ...SERVICES],
  ],
  [['rcinit', 'service', 'by-usage', 'd'], ['do-it']],
  [
    ['rcinit', 'completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['rcinit', 'plan', '--j'], ['--json']],
  [['update-rc.d', 'by-usage', 'en'], ['enable']],
  [
    ['update-rc.d', 'by-usage', 'disable', '2', ''],
    ['S', '2', '3', '4', '5'],
  ],
  [['rc', '--', '-'], []],
];

/** What it takes to have a shell complete a line without a person: prints one word a line. */
const SHELLS = {
  bash: {
    args: ['--norc', '-c'],
    text: `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rcinit; printf '%s\\n' "\${COMPREPLY[@]}"`,
  },
  zsh: {
    args: ['-f', '-c'],
    text: `compdef() { : }; _describe() { print -l -- "\${(@P)2}" }
      source "$1"; shift; words=("$@"); CURRENT=$#; _rcinit`,
  },
  fish: { args: ['-N', '-c'], text: 'source $argv[1]; complete -C "$argv[2..]"' },
} as const;

describe.each(Object.keys(SHELLS) as (keyof typeof SHELLS)[])('%s', (shell) => {
  const isThere = spawnSync(shell, ['--version']).status === 0;
  const why = isThere ? '' : ` (skipped: ${shell} is not installed)`;

  test.skipIf(!isThere)(`takes the script without a complaint${why}`, () => {
    const checked = spawnSync(shell, ['-n', scriptFor(shell)], { encoding: 'utf8' });
    expect(checked).toMatchObject({ status: 0, stderr: '' });
  });

  test.skipIf(!isThere)(`offers what may come next${why}`, () => {
    const root = withTree(TREE);
    const { args, text } = SHELLS[shell];
    const offered = LINES.map(([words]) => {
      const line = words.map((word) => (word === 'ROOT' ? root : word));
      const ran = spawnSync(
        shell,
        [...args, text, ...(shell === 'fish' ? [] : ['sh']), scriptFor(shell), ...line],
        {
          env: { PATH, HOME: root, RCINIT_ROOT: words.includes('ROOT') ? '/nowhere' : root },
          encoding: 'utf8',
        },
      );
      expect(ran.stderr).toBe('');
      const found = ran.stdout.split('\n').filter((word) => word !== '');
      return [words, found.map((word) => word.replace(/(\t|:[^:]).*/, ''))];
    });
    // Fish sorts what it shows.
    const sorted = (lines: readonly unknown[]) =>
      shell === 'fish' ? lines.map((line) => JSON.stringify(line).split(/\W+/).sort().join(' ')) : lines;
    expect(sorted(offered)).toEqual(sorted(LINES.map(([words, wanted]) => [words, [...wanted]])));
  });
});

test('bash knows =, folders and files by itself', () => {
  const root = withTree({ 'some/folder/': '', 'some/file': '' });
  const complete = (...words: string[]): string[] => {
    const { args, text } = SHELLS.bash;
    const ran = spawnSync('bash', [...args, text, 'sh', scriptFor('bash'), ...words], {
      env: { PATH },
      cwd: root,
      encoding: 'utf8',
    });
    return ran.stdout.split('\n').filter((word) => word !== '');
  };
  expect(complete('rcinit', 'boot', '--root', 'some/')).toEqual(['some/folder']);
  expect(complete('start-stop-daemon', '--exec', 'some/').sort()).toEqual(['some/file', 'some/folder']);
  expect(complete('rcinit', 'graph', '--format', '=', 's')).toEqual(['svg']);
  expect(complete('rcinit', 'graph', '--format', '=')).toEqual(['text', 'dot', 'svg', 'json']);
});

describe.each([['dash'], ['busybox', 'sh']])('under %s', (shell, ...applet) => {
  const isThere = spawnSync(shell, [...applet, '-c', ':']).status === 0;

  test.skipIf(!isThere)(`the words are found, too${isThere ? '' : ' (skipped: it is not installed)'}`, () => {
    const print = 'source "$1"; printf %s "$_rcinit_engine"';
    const engine = spawnSync('bash', ['-c', print, 'bash', scriptFor('bash')], { encoding: 'utf8' }).stdout;
    const line = ['rcinit', 'service', 'by-case', 'sta'];
    const ran = spawnSync(shell, [...applet, '-c', engine, ...line], {
      env: { PATH, RCINIT_ROOT: withTree(TREE) },
      encoding: 'utf8',
    });
    expect(ran).toMatchObject({ stdout: 'start\nstatus\n', stderr: '', status: 0 });
  });
});

describe('rcinit completion', () => {
  test.each(['bash', 'zsh', 'fish'])('%s prints what the build has made', async (shell) => {
    const run = await runApplet('rcinit', ['completion', shell], { env: { PATH } });
    expect(run).toEqual({ code: 0, signal: null, out: readFileSync(scriptFor(shell), 'utf8'), err: '' });
    for (const name of APPLET_NAMES) expect(run.out).toMatch(new RegExp(`\\b${name}\\b`));
  });

  test('tcsh is refused', async () => {
    expect(await runApplet('rcinit', ['completion', 'tcsh'], { env: { PATH } })).toEqual({
      code: 2,
      signal: null,
      out: '',
      err: "rcinit: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.\n",
    });
  });
});

/** What an applet says to an option that it knows is about the one behind it, which nobody knows. */
const UNKNOWN = 'Y';
const SPEAKING = ['insserv', 'pidof', 'rc', 'startpar', 'telinit'] as const;

test.each(SPEAKING)('%s knows every option that is offered', async (name) => {
  const { APPLET_SYNTAX } = await import('../../src/cli/completion-table.ts');
  const env = { PATH, RCINIT_ROOT: withTree({}) };
  for (const { names, value } of APPLET_SYNTAX[name].options) {
    for (const one of names.filter((word) => word !== '--version')) {
      const { err } = await runApplet(name, [one, ...(value === undefined ? [] : ['1']), `-${UNKNOWN}`], {
        env,
      });
      expect([one, err.split('\n')[0]]).toEqual([one, `${name}: invalid option -- '${UNKNOWN}'`]);
    }
  }
});
