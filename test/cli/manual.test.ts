import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { APPLET_NAMES, type AppletName } from '../../src/cli/applet-names.ts';
import { APPLET_SYNTAX } from '../../src/cli/completion-table.ts';
import { runApplet } from '../support/run-applet.ts';
import { withTree } from '../support/with-tree.ts';

const CHECKOUT = join(import.meta.dirname, '../..');
const FOLDER = join(CHECKOUT, 'docs/man');
const CLI = join(CHECKOUT, 'src/cli');
const PATH = process.env['PATH'] ?? '';
const PAGES = readdirSync(FOLDER).toSorted();
/** FILES before EXIT STATUS: mandoc wants it so. */
const SECTIONS = [
  'NAME',
  'SYNOPSIS',
  'DESCRIPTION',
  'OPTIONS',
  'FILES',
  'EXIT STATUS',
  'SIGNALS',
  'EXAMPLES',
  'DIFFERENCES',
  'SEE ALSO',
];

function readPage(page: string): string {
  return readFileSync(join(FOLDER, page), 'utf8');
}

function pageOf(name: string): string {
  const page = PAGES.find((one) => one.replace(/\.\d$/, '') === name);
  if (page === undefined) throw new Error(`no page for ${name} in docs/man`);
  return readPage(page);
}

function sectionOf(text: string, name: string): string {
  const [, body = ''] = text.split(`\n.Sh ${name}\n`);
  return body.split('\n.Sh ')[0] ?? '';
}

/** What the tags of a section's lists name as options, as they are typed. */
function optionsOf(text: string): readonly string[] {
  const tags = text.split('\n').filter((line) => line.startsWith('.It '));
  return tags.flatMap((tag) =>
    [...tag.matchAll(/\bFl (Fl )?([\w-]+)/g)].map(
      ([, long, name = '']) => `${long === undefined ? '-' : '--'}${name}`,
    ),
  );
}

/** The options in a help text; `[-abc]` are three. */
function optionsInHelp(text: string): readonly string[] {
  const words = [...text.matchAll(/(?<![\w-])(?:--[a-z][\w-]*|-[a-zA-Z]+)/g)].map(([word]) => word);
  return words
    .filter((word) => word !== '-SIGNAL')
    .flatMap((word) => (word.startsWith('--') ? [word] : Array.from(word.slice(1), (one) => `-${one}`)));
}

const mandoc = spawnSync('mandoc', ['-Tlint', '-Wwarning', join(FOLDER, 'init.8')]).error === undefined;
const groff = spawnSync('groff', ['--version']).error === undefined;
const man = spawnSync('man', ['--version']).error === undefined;

describe.each(PAGES)('%s', (page) => {
  test.skipIf(!mandoc)('has nothing that mandoc warns of (skipped where it is not installed)', () => {
    const ran = spawnSync('mandoc', ['-Tlint', '-Wwarning', page], { cwd: FOLDER, encoding: 'utf8' });
    expect(ran).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test.skipIf(!groff)('has nothing that groff warns of (skipped where it is not installed)', () => {
    const args = ['-ww', '-mdoc', '-Tutf8', '-z', page];
    expect(spawnSync('groff', args, { cwd: FOLDER, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  test.skipIf(!man)('is shown by man from the checkout (skipped where it is not installed)', () => {
    const env = { PATH, LC_ALL: 'C.UTF-8', MANWIDTH: '100', MANROFFOPT: '' };
    const ran = spawnSync('man', [`./docs/man/${page}`], { cwd: CHECKOUT, env, encoding: 'utf8' });
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout.split('\n')[0]).toContain(page.replace(/\.(\d)$/, '($1)').toUpperCase());
  });

  test('has the fixed sections in their order, and names only pages there are', () => {
    const text = readPage(page);
    const found = [...text.matchAll(/^\.Sh (.*)$/gm)].map(([, name]) => name);
    expect(found).toEqual(SECTIONS.filter((name) => found.includes(name)));
    expect(found).toEqual(expect.arrayContaining(['NAME', 'DESCRIPTION', 'SEE ALSO']));
    for (const [, name, section] of text.matchAll(/Xr (\S+) (\d)/g))
      expect(PAGES).toContain(`${name}.${section}`);
  });
});

test('package.json lists every page', () => {
  const { man: listed } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as {
    man: string[];
  };
  expect(listed).toEqual(PAGES.map((page) => `docs/man/${page}`));
});

const OTHERS = APPLET_NAMES.filter((name): name is Exclude<AppletName, 'rcinit'> => name !== 'rcinit');

describe.each(OTHERS)('the page of %s', (name) => {
  test('has every option that is offered, and none that is not', () => {
    // Its page leaves those to telinit's.
    const left = name === 'init' ? APPLET_SYNTAX.telinit.options : [];
    const known = APPLET_SYNTAX[name].options.filter((option) => !left.includes(option));
    const wanted = known.flatMap(({ names }) => names).filter((one) => !/^-\d/.test(one));
    const described = optionsOf(sectionOf(pageOf(name), 'OPTIONS')).filter((one) => one !== '-Ar');
    expect([...new Set(described)].sort()).toEqual([...new Set(wanted)].sort());
  });

  test('has every option of the help text', async () => {
    // In a folder nothing of this can end the machine.
    const env = { PATH, RCINIT_ROOT: withTree({}) };
    const { out, err } = await runApplet(name, [name === 'pidof' ? '-h' : '--help'], { env });
    // What it quotes is what we said.
    const said = `${out}${err}`.replaceAll(/'--help'/g, '');
    const offered = APPLET_SYNTAX[name].options.flatMap(({ names }) => names);
    expect(offered).toEqual(expect.arrayContaining([...new Set(optionsInHelp(said))]));
  });

  test('has every exit status of the code', () => {
    expectStatuses(name, sourcesOf(name));
  });
});

/** Where an applet's exit statuses stand, if not in its own module or folder. */
const MORE_SOURCES: Partial<Record<AppletName, readonly string[]>> = {
  halt: ['stop-machine.ts'],
  reboot: ['stop-machine.ts'],
  poweroff: ['stop-machine.ts'],
  init: ['boot.ts'],
  'invoke-rc.d': ['../core/scripts/invoke-policy.ts'],
  telinit: ['telinit-wait.ts'],
  'start-stop-daemon': ['ssd/failure.ts'],
  rcinit: [
    'boot.ts',
    'chart.ts',
    'check.ts',
    'completion',
    'explain.ts',
    'graph.ts',
    'is-enabled.ts',
    'lint.ts',
    'plan.ts',
    'status.ts',
    'commands',
    'install',
  ],
};

function sourcesOf(name: AppletName): readonly string[] {
  const module = name.replaceAll('.', '-');
  const paths = [`${module}.ts`, module, ...(MORE_SOURCES[name] ?? [])].map((path) => join(CLI, path));
  return paths
    .filter((path) => existsSync(path))
    .flatMap((path) => (path.endsWith('.ts') ? [path] : readdirSync(path).map((file) => join(path, file))))
    .map((path) => readFileSync(path, 'utf8'));
}

/** The values of `EXIT_…`, and those in an object called `EXIT` or `…_CODES`. */
function expectStatuses(name: string, sources: readonly string[]): void {
  const text = sources.join('\n');
  const single = [...text.matchAll(/\bEXIT_\w+ = (\d+);/g)].map(([, code]) => code);
  const objects = [...text.matchAll(/\b(?:EXIT|\w+_CODES)\b[^=\n]* = \{([^}]*)\}/g)];
  const codes = [...single, ...objects.flatMap(([, body = '']) => body.match(/\d+/g) ?? [])];
  const tags = sectionOf(pageOf(name), 'EXIT STATUS')
    .split('\n')
    .filter((line) => line.startsWith('.It '));
  const described = tags.flatMap((tag) => tag.split(' Ta ')[0]?.match(/\d+/g) ?? []);
  expect(described).toEqual(expect.arrayContaining([...new Set(codes)]));
  expect(described.length).toBeGreaterThan(0);
}

describe('the page of rcinit', () => {
  test('has every command, and every option of each', async () => {
    const text = pageOf('rcinit');
    const described = optionsOf(sectionOf(text, 'OPTIONS'));
    const { out } = await runApplet('rcinit', ['--help'], { env: { PATH } });
    const commands = [...out.matchAll(/^ {2}([a-z][\w-]*) .*/gm)].map(([, name = '']) => name);
    expect(commands).toContain('status');
    for (const command of commands.filter((one) => one !== 'help' && one !== 'rcinit')) {
      expect(text).toContain(`.It Cm ${command}\n`);
      const help = await runApplet('rcinit', [command, '--help'], { env: { PATH } });
      const options = [...help.out.matchAll(/^ {2}(?:-(\w), )?--([\w-]+)/gm)].map(
        ([, , long]) => `--${long}`,
      );
      expect([command, described]).toEqual([command, expect.arrayContaining(options)]);
    }
  });

  test('has every exit status of the code', () => {
    expectStatuses('rcinit', sourcesOf('rcinit'));
  });
});

test('the page of inittab has every action', async () => {
  const { ACTION_WORDS } = await import('../../src/core/inittab/inittab-actions.ts');
  for (const word of ACTION_WORDS) expect(readPage('inittab.5')).toContain(`.It Ic ${word}\n`);
});

test.each(['init-functions', 'init-d-script'])(
  'the page of %s names every function and setting for others',
  (name) => {
    const text = readFileSync(join(CHECKOUT, 'src/sh', name), 'utf8');
    const functions = [...text.matchAll(/^([a-z]\w+)\(\)/gm)].map(([, word = '']) => word);
    const settings = /^unset (.*)$/m.exec(text)?.[1]?.split(' ') ?? [];
    const wanted =
      name === 'init-functions' ? functions.map((word) => word.replace(/^vlog_/, 'log_')) : settings;
    expect(wanted.length).toBeGreaterThan(5);
    const page = pageOf(name);
    for (const word of wanted.filter((one) => !INNER.includes(one)))
      expect(page).toMatch(new RegExp(`\\b${word}\\b`));
  },
);

/** Of no use to scripts by themselves. */
const INNER = ['log_use_fancy_output'];
