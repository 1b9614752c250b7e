/** The layer rules of the design are held by the linter: a forbidden import fails `npm run lint`. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeTree } from '../support/with-tree.ts';

const TOP = join(import.meta.dirname, '../..');

/** Lints one file in a tree of its own under the project's rules. @returns The exit status and what it said. */
function lint(file: string, text: string): { readonly status: number | null; readonly said: string } {
  const dir = mkdtempSync(join(tmpdir(), 'rcinit-layers-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  cpSync(join(TOP, '.oxlintrc.json'), join(dir, '.oxlintrc.json'));
  writeTree(dir, { [file]: text });
  const run = spawnSync(
    join(TOP, 'node_modules/.bin/oxlint'),
    ['--deny-warnings', '--format=default', file],
    {
      cwd: dir,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], NO_COLOR: '1' },
    },
  );
  return { status: run.status, said: run.stdout + run.stderr };
}

function importing(module: string): string {
  return `import { thing } from '${module}';\n\nthing();\n`;
}

const PURE = 'core/ is pure: no I/O, no libraries.';
const CORE = 'core/ imports nothing above it.';
const OS = 'os/ may import core/ only.';
const INIT = 'init/ may import core/ and os/; inittab starts rc as a program.';
const RC = 'rc/ may import core/ and os/.';
const AUTHORING = 'authoring/ may import core/, os/ and rc/.';
const CLI = "cli/ meets init/ only at init/main.ts and in core's message formats.";
const SYSTEM = 'Only os/ touches the system.';

test.each<[folder: string, module: string, message: string]>([
  ['core', 'node:fs', PURE],
  ['core', 'node:path', PURE],
  ['core', 'koffi', PURE],
  ['core', 'execa', PURE],
  ['core', '../a.ts', CORE],
  ['core', '../os/a.ts', CORE],
  ['core', '../init/a.ts', CORE],
  ['core', '../rc/a.ts', CORE],
  ['core', '../cli/a.ts', CORE],
  ['core/links', 'node:fs', PURE],
  ['core/links', '../../a.ts', CORE],
  ['core/links', '../../os/a.ts', CORE],
  ['os/links', '../../rc/a.ts', OS],
  ['os', '../init/a.ts', OS],
  ['os', '../rc/a.ts', OS],
  ['os', '../authoring/a.ts', OS],
  ['os', '../cli/a.ts', OS],
  ['os', 'commander', 'Command lines and colours belong to cli/ and rc/.'],
  ['init', '../rc/a.ts', INIT],
  ['init', '../authoring/a.ts', INIT],
  ['init', '../cli/a.ts', INIT],
  ['init', 'node:fs', SYSTEM],
  ['init', 'proper-lockfile', SYSTEM],
  ['rc', '../init/a.ts', RC],
  ['rc', '../authoring/a.ts', RC],
  ['rc', '../cli/a.ts', RC],
  ['rc', 'node:child_process', SYSTEM],
  ['rc', 'execa', SYSTEM],
  ['authoring', '../init/a.ts', AUTHORING],
  ['authoring', '../cli/a.ts', AUTHORING],
  ['authoring', 'execa', SYSTEM],
  ['cli', '../init/loop.ts', CLI],
  ['cli', '../init/effects.ts', CLI],
  ['cli', 'node:fs', SYSTEM],
  ['cli', 'node:fs/promises', SYSTEM],
  ['cli', 'node:net', SYSTEM],
  ['cli', 'koffi', SYSTEM],
  ['cli', 'execa', SYSTEM],
  ['cli', 'proper-lockfile', SYSTEM],
])('src/%s may not import %s', (folder, module, message) => {
  const { status, said } = lint(`src/${folder}/x.ts`, importing(module));
  expect(status).toBe(1);
  expect(said).toContain('eslint(no-restricted-imports)');
  expect(said).toContain(`help: ${message}`);
});

test.each<[how: string, text: string]>([
  ['lazily', "export const load = () => import('../rc/a.ts');\n"],
  ['for a type', "import type { A } from '../rc/a.ts';\n\nexport type B = A;\n"],
  ['to pass it on', "export { a } from '../rc/a.ts';\n"],
  ['from deeper down', "import { a } from '../../src/rc/a.ts';\n\na();\n"],
])('a forbidden import is found %s too', (_, text) => {
  const { status, said } = lint('src/init/x.ts', text);
  expect([status, said.includes(INIT)]).toEqual([1, true]);
});

test('an import of fs without node: does not slip through', () => {
  const { status, said } = lint('src/cli/x.ts', importing('fs'));
  expect(status).toBe(1);
  expect(said).toContain('unicorn(prefer-node-protocol)');
});

test.each(
  ['process', 'setTimeout', 'console', 'performance'].flatMap((name) => [
    ['core', name],
    ['core/links', name],
  ]),
)('src/%s may not use %s', (folder, name) => {
  const { status, said } = lint(`src/${folder}/x.ts`, `export const thing: unknown = ${name};\n`);
  expect(status).toBe(1);
  expect(said).toContain(`eslint(no-restricted-globals): Unexpected use of '${name}'.`);
});

test.each<[folder: string, modules: string[]]>([
  ['core', ['./a.ts', './lsb/a.ts']],
  ['core/links', ['./a.ts', '../a.ts', '../lsb/a.ts']],
  ['os', ['../core/a.ts', './a.ts', 'node:fs', 'node:child_process', 'koffi', 'execa', 'proper-lockfile']],
  ['init', ['../core/a.ts', '../os/a.ts', 'node:path']],
  ['rc', ['../core/a.ts', '../os/a.ts', 'chalk']],
  ['authoring', ['../core/a.ts', '../os/a.ts', '../rc/a.ts']],
  [
    'cli',
    [
      '../core/a.ts',
      '../os/a.ts',
      '../rc/a.ts',
      '../authoring/a.ts',
      '../init/main.ts',
      'commander',
      'chalk',
    ],
  ],
])('src/%s may import %j', (folder, modules) => {
  for (const module of modules) {
    expect([module, lint(`src/${folder}/x.ts`, importing(module))]).toEqual([
      module,
      { status: 0, said: expect.stringContaining('Found 0 warnings and 0 errors.') },
    ]);
  }
});
