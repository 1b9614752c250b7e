import {
  chmodSync,
  chownSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RULES } from '../../src/authoring/lint/rules.ts';
import { applet } from '../../src/cli/rcinit.ts';
import { findProgram } from '../../src/os/process/find-program.ts';
import { HEADER, makeScript } from '../support/lint-fixtures.ts';
import { callApplet, type AppletRun } from '../support/run-applet.ts';
import { withTree } from '../support/with-tree.ts';

const TOP = join(import.meta.dirname, '../..');
const GOOD = makeScript();
/** A warning in line 4, an error in line 6. */
const BAD = makeScript({
  header: HEADER.replace(
    'Required-Start:    $remote_fs $syslog',
    'Required-Start:    $remote_fs  $syslog',
  ).replace('Default-Start:     2 3 4 5', 'Default-Start:     2-5'),
});
const NOTE = makeScript({ header: HEADER.replace(/# Short.*\n/, '') });

interface LintIo {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdoutIsTty?: boolean;
}

function lint(args: readonly string[], io: LintIo = {}): Promise<AppletRun> {
  return callApplet(applet, ['lint', ...args], { name: 'rcinit', ...io });
}

/** Our own rules alone. */
function lintOwn(cwd: string, ...args: readonly string[]): Promise<AppletRun> {
  return lint(['--no-shellcheck', ...args], { cwd });
}

const TEXT = `web:4:32: warning: RC106: two separators in a row in Required-Start ends the list for insserv; rcinit reads on
  # Required-Start:    $remote_fs  $syslog
                                 ^^
  hint: put one blank between two words
web:6:22: error: RC108: insserv drops "2-5" from Default-Start; rcinit reads it as 2 3 4 5
  # Default-Start:     2-5
                       ^^^
  hint: write 2 3 4 5
`;

describe('rcinit lint', () => {
  test('tells place, severity, code, the line and what to do', async () => {
    const dir = withTree({ 'web!': BAD });
    const closing = 'rcinit lint: 1 error, 1 warning, 0 notes in 1 file\n';
    expect(await lintOwn(dir, 'web')).toMatchObject({ code: 1, out: TEXT + closing, err: '' });
  });

  test('is content with a right script, and does not show notes unless asked', async () => {
    const dir = withTree({ 'good/web!': GOOD, 'note/web!': NOTE });
    const clean = 'rcinit lint: 0 errors, 0 warnings, 0 notes in 1 file\n';
    expect(await lintOwn(dir, 'good/web')).toMatchObject({ code: 0, out: clean, err: '' });
    expect((await lintOwn(dir, 'note/web')).out).toBe(
      'rcinit lint: 0 errors, 0 warnings, 1 note in 1 file; --severity note shows 1 more\n',
    );
    expect((await lintOwn(dir, '--severity', 'note', 'note/web')).out).toMatch(
      /^note\/web:2:1: note: RC119: Short-Description is missing\n/,
    );
  });

  test('--quiet shows errors alone, --severity error too', async () => {
    const dir = withTree({ 'web!': BAD });
    const [warning, error = ''] = TEXT.split(/^(?=web:6)/m);
    expect(warning).toContain('RC106');
    expect(await lintOwn(dir, '-q', 'web')).toMatchObject({ code: 1, out: error });
    expect((await lintOwn(dir, '--severity', 'error', 'web')).out.startsWith(error)).toBe(true);
  });

  test('colours obey NO_COLOR and FORCE_COLOR', async () => {
    const cwd = withTree({ 'web!': BAD });
    const args = ['--no-shellcheck', 'web'];
    const coloured = await lint(args, { cwd, env: { FORCE_COLOR: '1' } });
    expect(coloured.out).toContain('web:6:22: \u001b[31merror\u001b[39m: RC108');
    expect(coloured.out).toContain('\u001b[31m^^^\u001b[39m\n');
    expect(coloured.out.replace(/\u001b\[\d+m/g, '')).toBe((await lint(args, { cwd })).out);
    expect((await lint(args, { cwd, stdoutIsTty: true })).out).toBe(coloured.out);
    expect((await lint(args, { cwd, stdoutIsTty: true, env: { NO_COLOR: '1' } })).out).not.toContain(
      '\u001b',
    );
  });

  test('--max-warnings makes warnings count', async () => {
    const dir = withTree({ 'web!': makeScript({ start: 'cd data' }) });
    expect(await lintOwn(dir, 'web')).toMatchObject({ code: 0 });
    expect(await lintOwn(dir, '--max-warnings', '1', 'web')).toMatchObject({ code: 0, err: '' });
    expect(await lintOwn(dir, '--max-warnings', '0', 'web')).toMatchObject({
      code: 1,
      err: 'rcinit: 1 warning, more than the 0 of --max-warnings\n',
    });
  });

  test.each<[args: string[], err: string]>([
    [
      ['--format', 'xml'],
      "rcinit: option '--format <format>' argument 'xml' is invalid. Allowed choices are text, json, sarif, github.\n",
    ],
    [['--max-warnings', '-1'], 'rcinit: cannot use --max-warnings "-1": no number; name one like 0\n'],
    [['--explain', 'RC999'], 'rcinit: cannot explain "RC999": no such rule; docs/lint.md lists them\n'],
    [
      ['--explain', 'SC2034'],
      'rcinit: cannot explain "SC2034": no such rule; see www.shellcheck.net/wiki/SC2034\n',
    ],
    [
      ['--root', '/nonexistent'],
      'rcinit: cannot read the init scripts of "/nonexistent": No such file or directory; name the files to look at\n',
    ],
  ])('%j is wrong use', async (args, err) => {
    expect(await lintOwn('/', ...args)).toMatchObject({ code: 2, out: '', err });
  });

  test('looks at the other files where one cannot be read, and exits 2', async () => {
    const dir = withTree({ 'web!': GOOD });
    const run = await lintOwn(dir, 'web', 'gone', '/dev/null');
    expect(run).toMatchObject({
      code: 2,
      out: 'rcinit lint: 0 errors, 0 warnings, 0 notes in 1 file\n',
      err: `rcinit: cannot read "${dir}/gone": No such file or directory\nrcinit: cannot read "/dev/null": is no plain file\n`,
    });
  });

  test('without files looks at the whole init.d of the root, and knows what is provided there', async () => {
    const needs = (list: string) => HEADER.replace('$remote_fs $syslog', list);
    const root = withTree({
      'etc/init.d/web!': makeScript({ header: needs('$storage db') }),
      'etc/init.d/db!': makeScript({
        header: HEADER.replace('Provides:          web', 'Provides:          db'),
      }),
      'etc/init.d/old.bak!': makeScript({ header: needs('$remote_fs nobody') }),
      'etc/init.d/README': 'Read me.\n',
      'etc/init.d/functions': 'x\n',
      'etc/insserv.conf': '$storage +db\n$remote_fs +db\n$syslog +log\n',
    });
    const run = await lintOwn(root, '--root', root, '--format', 'json');
    const { findings, summary } = JSON.parse(run.out) as {
      findings: { file: string; code: string; line: number }[];
      summary: unknown;
    };
    expect(findings.map(({ file, code, line }) => [file, code, line])).toEqual([
      ['etc/init.d/old.bak', 'RC117', 1],
      ['etc/init.d/old.bak', 'RC112', 3],
      ['etc/init.d/old.bak', 'RC116', 4],
    ]);
    expect(summary).toEqual({ files: 3, errors: 1, warnings: 2, notes: 0 });
  });

  test('of a folder takes scripts and what has a header', async () => {
    const dir = withTree({
      'init.d/web!': GOOD,
      'init.d/notes.txt': 'x\n',
      'init.d/bare!': '#!/usr/bin/perl\n',
      'init.d/.hidden': HEADER,
      'init.d/sub/': '',
    });
    const { out } = await lintOwn(dir, '--format', 'json', 'init.d');
    expect(JSON.parse(out)).toMatchObject({
      findings: [{ file: 'init.d/bare', code: 'RC101' }],
      summary: { files: 2 },
    });
  });

  test('the sample scripts of this project are clean', async () => {
    const run = await lintOwn(TOP, '--severity', 'note', 'init.d');
    expect(run).toMatchObject({ code: 0, out: 'rcinit lint: 0 errors, 0 warnings, 0 notes in 5 files\n' });
  });

  test('--explain says what a rule is about', async () => {
    const { code, out } = await lint(['--explain', 'rc108']);
    expect([code, out.split('\n')[0]]).toEqual([0, '### RC108: run levels written together']);
  });
});

describe('rcinit lint for programs', () => {
  test('--format json', async () => {
    const dir = withTree({ 'web!': BAD });
    const run = await lintOwn(dir, '--format', 'json', '--severity', 'error', 'web');
    expect(JSON.parse(run.out)).toEqual({
      version: 1,
      findings: [
        {
          file: 'web',
          line: 6,
          column: 22,
          endColumn: 25,
          code: 'RC108',
          severity: 'error',
          message: 'insserv drops "2-5" from Default-Start; rcinit reads it as 2 3 4 5',
          hint: 'write 2 3 4 5',
          isFixable: true,
        },
      ],
      summary: { files: 1, errors: 1, warnings: 0, notes: 0 },
    });
  });

  test('--format github has one command for each finding, escaped', async () => {
    const dir = withTree({ 'a,b:c%!': makeScript({ start: 'cd "50%"' }) });
    expect((await lintOwn(dir, '--format', 'github', 'a,b:c%')).out).toBe(
      '::warning file=a%2Cb%3Ac%25,line=3,col=22,endColumn=25,title=RC112::the file is called "a,b:c%25", and Provides does not say that name%0Awrite "# Provides: a,b:c%25 web", or rename the file\n' +
        '::warning file=a%2Cb%3Ac%25,line=16,col=2,endColumn=10,title=RC307::"50%25" is looked for in the folder that the caller happens to be in%0Awrite the path from / on\n',
    );
  });

  test('--format sarif has what SARIF 2.1.0 requires', async () => {
    const dir = withTree({ 'my web!': BAD });
    const log = JSON.parse((await lintOwn(dir, '--format', 'sarif', 'my web')).out) as SarifLog;
    expect([log.version, log.$schema, log.runs.length]).toEqual([
      '2.1.0',
      'https://json.schemastore.org/sarif-2.1.0.json',
      1,
    ]);
    const [run] = log.runs;
    expect(run?.tool.driver.name).toBe('rcinit lint');
    expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(RULES.map(({ code }) => code));
    for (const { shortDescription, defaultConfiguration } of run?.tool.driver.rules ?? []) {
      expect(shortDescription.text).not.toBe('');
      expect(['error', 'warning', 'note']).toContain(defaultConfiguration.level);
    }
    expect(run?.results.map(({ ruleId }) => ruleId)).toEqual(['RC112', 'RC106', 'RC108']);
    for (const { ruleId, ruleIndex } of run?.results ?? [])
      expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(run?.results.at(-1)).toMatchObject({
      level: 'error',
      message: { text: 'insserv drops "2-5" from Default-Start; rcinit reads it as 2 3 4 5. write 2 3 4 5' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'my%20web' },
            region: { startLine: 6, startColumn: 22, endColumn: 25 },
          },
        },
      ],
    });
  });

  test('--summary counts by rule', async () => {
    const dir = withTree({ 'a/web!': BAD, 'b/web!': BAD, 'c/web!': NOTE });
    expect((await lintOwn(dir, '--summary', 'a/web', 'b/web', 'c/web')).out).toBe(
      `code    severity  count  files  rule
RC106   warning       2      2  tabs or double separators in a list
RC108   error         2      2  run levels written together
RC119   note          1      1  no Short-Description
rcinit lint: 2 errors, 2 warnings, 1 note in 3 files
`,
    );
  });
});

interface SarifLog {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly name: string;
        readonly rules: readonly {
          readonly id: string;
          readonly shortDescription: { readonly text: string };
          readonly defaultConfiguration: { readonly level: string };
        }[];
      };
    };
    readonly results: readonly { readonly ruleId: string; readonly ruleIndex: number }[];
  }[];
}

describe('rcinit lint --fix', () => {
  test('puts the header right, keeps mode and link, and does it once', async () => {
    const dir = withTree({ 'real/web!': BAD });
    chmodSync(join(dir, 'real/web'), 0o751);
    symlinkSync('real/web', join(dir, 'web'));
    const inode = statSync(join(dir, 'real/web')).ino;
    const clean = 'rcinit lint: 0 errors, 0 warnings, 0 notes in 1 file\n';
    const first = await lintOwn(dir, '--fix', 'web');
    expect(first).toMatchObject({ code: 0, out: clean, err: 'rcinit: 2 findings put right in "web"\n' });
    expect(readFileSync(join(dir, 'web'), 'utf8')).toBe(GOOD);
    const after = statSync(join(dir, 'real/web'));
    expect([after.mode & 0o7777, after.ino === inode]).toEqual([0o751, false]);
    expect(readdirSync(join(dir, 'real'))).toEqual(['web']);
    expect(await lintOwn(dir, '--fix', 'web')).toMatchObject({ code: 0, out: clean, err: '' });
    expect(statSync(join(dir, 'real/web')).ino).toBe(after.ino);
  });

  test.each([
    [
      'a list that goes on',
      '$network\n#                 $time,$named \n#\t$portmap',
      '$network $time,$named $portmap',
    ],
    ['an empty one that goes on', '\n#\t$network', '$network'],
  ])('joins %s', async (_, wrong, right) => {
    const line = (value: string) =>
      makeScript({
        header: HEADER.replace(/(# Required-Start:).*/, (_all, key: string) => `${key} ${value}`),
      });
    const dir = withTree({ 'web!': line(wrong) });
    await lintOwn(dir, '--fix', 'web');
    expect(readFileSync(join(dir, 'web'), 'utf8')).toBe(line(right));
  });

  test.each([
    ['prose', '$network\n#   that is, not $named (yet)'],
    ['a word that may be anything', '$network\n#   mountnfs'],
    ['what does not follow the list', '$network\n# Colour: red\n#   $named'],
  ])('does not take %s for a part of a list', async (_, value) => {
    const text = makeScript({
      header: HEADER.replace(/(# Required-Start:).*/, (_all, key: string) => `${key} ${value}`),
    });
    const dir = withTree({ 'web!': text });
    expect((await lintOwn(dir, '--fix', 'web')).out).toContain('RC114');
    expect(readFileSync(join(dir, 'web'), 'utf8')).toBe(text);
  });

  test.skipIf(process.getuid?.() !== 0)(
    'keeps the owner (skipped: only root can give files away)',
    async () => {
      const dir = withTree({ 'web!': BAD });
      chownSync(join(dir, 'web'), 12, 34);
      expect(await lintOwn(dir, '--fix', 'web')).toMatchObject({ code: 0 });
      const { uid, gid, mode } = statSync(join(dir, 'web'));
      expect([uid, gid, mode & 0o7777]).toEqual([12, 34, 0o755]);
    },
  );

  test('leaves alone what is not UTF-8', async () => {
    const dir = withTree({ 'web!': '' });
    const bytes = Buffer.from(`${BAD}# caf\u00e9\n`, 'latin1');
    writeFileSync(join(dir, 'web'), bytes);
    expect(await lintOwn(dir, '--fix', 'web')).toMatchObject({
      code: 2,
      err: 'rcinit: cannot put "web" right: it is not UTF-8; convert it with iconv\n',
    });
    expect(readFileSync(join(dir, 'web')).equals(bytes)).toBe(true);
  });
});

describe('rcinit lint and shellcheck', () => {
  /** Answers for the first file it is given. */
  const FAKE = `#!/bin/sh
for file; do case $file in /*) first=\${first:-$file} ;; esac; done
printf '{"comments":[{"file":"%s","line":12,"endLine":12,"column":1,"endColumn":7,"level":"info","code":2034,"message":"Unused."}]}' "$first"
exit 1
`;
  const PATH = process.env['PATH'] ?? '';

  test('without it says so once, and --no-shellcheck means it', async () => {
    const cwd = withTree({ 'web!': GOOD, 'bin/': '' });
    const err =
      'rcinit: shellcheck is not installed, so only our own rules are applied; --no-shellcheck says that this is meant\n';
    expect(await lint(['web', 'web'], { cwd, env: { PATH: join(cwd, 'bin') } })).toMatchObject({
      code: 0,
      err,
    });
    expect(await lintOwn(cwd, 'web')).toMatchObject({ code: 0, err: '' });
  });

  test('its answers are findings of codes SC, in their place, and comments switch them off', async () => {
    const shebang = '#!/bin/sh\n# rcinit-lint disable=SC2034\n';
    const cwd = withTree({ 'web!': GOOD, 'off/web!': makeScript({ shebang }), 'bin/shellcheck!': FAKE });
    const io = { cwd, env: { PATH: `${join(cwd, 'bin')}:${PATH}` } };
    const run = await lint(['--severity', 'note', 'web'], io);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toBe(
      'web:12:1: note: SC2034: Unused\n  DAEMON=/usr/sbin/webd\n  ^^^^^^\nrcinit lint: 0 errors, 0 warnings, 1 note in 1 file\n',
    );
    expect((await lint(['--severity', 'note', 'off/web'], io)).out).toBe(
      'rcinit lint: 0 errors, 0 warnings, 0 notes in 1 file\n',
    );
  });

  test('a shellcheck that answers with rubbish is told, and our own findings stay', async () => {
    const cwd = withTree({ 'web!': BAD, 'bin/shellcheck!': '#!/bin/sh\necho rubbish\n' });
    const run = await lint(['web'], { cwd, env: { PATH: `${join(cwd, 'bin')}:${PATH}` } });
    expect(run.err).toBe('rcinit: cannot ask shellcheck: its output is no JSON; its findings are missing\n');
    expect([run.code, run.out.startsWith(TEXT)]).toEqual([1, true]);
  });

  const isThere = findProgram('shellcheck', PATH).kind === 'found';
  test.skipIf(!isThere)(
    'the real one finds nothing in the sample scripts (skipped where it is not installed)',
    async () => {
      const run = await lint(['init.d'], { cwd: TOP, env: { PATH } });
      expect(run).toMatchObject({
        code: 0,
        out: 'rcinit lint: 0 errors, 0 warnings, 0 notes in 5 files\n',
        err: '',
      });
    },
    120_000,
  );
});
