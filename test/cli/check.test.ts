import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AppletIo } from '../../src/cli/applet.ts';
import { runCheck } from '../../src/cli/check.ts';
import type { Diagnostic } from '../../src/core/diagnostic.ts';
import { withTree, type Tree } from '../support/with-tree.ts';

interface Run {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

async function check(root: string, json = false, io: Partial<AppletIo> = {}): Promise<Run> {
  let out = '';
  let err = '';
  const status = await runCheck(
    { root, json },
    {
      name: 'rcinit',
      env: {},
      cwd: root,
      out: (text) => (out += text),
      err: (text) => (err += text),
      stdoutIsTty: false,
      stderrIsTty: false,
      ...io,
    },
  );
  return { status, out, err };
}

const FOO = `#!/bin/sh
### BEGIN INIT INFO
# Provides: foo
# Required-Start:
# Required-Stop:
# Default-Start: 2
# Default-Stop:
### END INIT INFO
`;

const GOOD: Tree = {
  'etc/inittab': 'id:2:initdefault:\nl2:2:wait:/etc/init.d/rc 2\n',
  'etc/init.d/foo!': FOO,
  'etc/rc2.d/S20foo=': '../init.d/foo',
  'etc/rc2.d/README': 'about links\n',
};

describe('rcinit check', () => {
  test('of a good root says so and exits 0', async () => {
    expect(await check(withTree(GOOD))).toEqual({
      status: 0,
      out: 'rcinit check: 0 errors, 0 warnings; default run level 2, 2 entries, 2 links\n',
      err: '',
    });
  });

  test('shows place, line, caret and hint, and exits 1', async () => {
    const root = withTree({
      ...GOOD,
      'etc/inittab': 'id:2:initdefault:\nl2:2:respwan:/etc/init.d/rc 2\nx:2z:once:y\n',
    });
    expect(await check(root)).toEqual({
      status: 1,
      out: [
        'etc/inittab:2:6: error: respwan: unknown action field',
        '  l2:2:respwan:/etc/init.d/rc 2',
        '       ^^^^^^^',
        '  hint: did you mean "respawn"?',
        'etc/inittab:3:4: warning: there is no run level "z"',
        '  x:2z:once:y',
        '     ^',
        '  hint: levels are 0 to 9 and S, and A, B, C on demand',
        'rcinit check: 1 error, 1 warning; default run level 2, 2 entries, 2 links',
        '',
      ].join('\n'),
      err: '',
    });
  });

  test('exits 0 with warnings alone', async () => {
    const root = withTree({ ...GOOD, 'etc/inittab': 'id:4:initdefault:\nl2:2:wait:rc 2\n' });
    expect(await check(root)).toEqual({
      status: 0,
      out: [
        'etc/inittab:1:4: warning: nothing is started in the default run level 4',
        '  id:4:initdefault:',
        '     ^',
        '  hint: add an entry like l4:4:wait:/etc/init.d/rc 4, or name another level',
        'rcinit check: 0 errors, 1 warning; default run level 4, 2 entries, 2 links',
        '',
      ].join('\n'),
      err: '',
    });
  });

  test('of an empty root says that there is no inittab', async () => {
    const root = withTree({});
    expect(await check(root, false, { cwd: '/' })).toEqual({
      status: 1,
      out: [
        `${join(root, 'etc/inittab').slice(1)}: error: No inittab file found`,
        '  hint: write one; until then only level S can be entered',
        'rcinit check: 1 error, 0 warnings; default run level none, 1 entry, 0 links',
        '',
      ].join('\n'),
      err: '',
    });
  });

  test('names files by their whole path where they are not below the current folder', async () => {
    const root = withTree({});
    const { out } = await check(root, false, { cwd: join(root, 'etc') });
    expect(out.split('\n')[0]).toBe('inittab: error: No inittab file found');
    const elsewhere = await check(root, false, { cwd: '/nonexistent' });
    expect(elsewhere.out.split('\n')[0]).toBe(`${root}/etc/inittab: error: No inittab file found`);
  });

  test('colours severity, caret and hint on a terminal, unless NO_COLOR or a dumb one', async () => {
    const root = withTree({ ...GOOD, 'etc/inittab': 'x' });
    const { out } = await check(root, false, { stdoutIsTty: true });
    expect(out.split('\n').slice(2, 6)).toEqual([
      'etc/inittab:1:2: \u001b[31m\u001b[1merror\u001b[22m\u001b[39m: missing action field',
      '  x',
      '   \u001b[31m^\u001b[39m',
      '\u001b[2m  hint: \u001b[22ma line is id:runlevels:action:process, with an action like wait or respawn',
    ]);
    const forced = await check(root, false, { env: { FORCE_COLOR: '1' } });
    expect(forced.out).toBe(out);
    const plain = (await check(root)).out;
    expect((await check(root, false, { stdoutIsTty: true, env: { NO_COLOR: '1' } })).out).toBe(plain);
    expect((await check(root, false, { stdoutIsTty: true, env: { TERM: 'dumb' } })).out).toBe(plain);
  });

  test('--json prints one object with every diagnostic, and the same status', async () => {
    const root = withTree({
      ...GOOD,
      'etc/inittab': 'id:2:initdefault:\nx\nl2:2:wait:y',
      'etc/rc2.d/K01foo=': 'gone',
    });
    const { status, out } = await check(root, true);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toEqual({
      diagnostics: [
        {
          file: 'etc/inittab',
          line: 2,
          column: 2,
          width: 1,
          code: 'missing-action',
          severity: 'error',
          message: 'missing action field',
          hint: 'a line is id:runlevels:action:process, with an action like wait or respawn',
          source: 'x',
        },
        {
          file: 'etc/rc2.d/K01foo',
          line: 0,
          column: 0,
          code: 'dangling-link',
          severity: 'error',
          message: 'the link points to nothing -> gone',
          hint: 'remove the link, or put the script in its place',
        },
        {
          file: 'etc/rc2.d/S20foo',
          line: 0,
          column: 0,
          code: 'repeated-link',
          severity: 'warning',
          message: '"foo" has another link here: K01foo',
          hint: 'remove one of the two',
        },
      ],
    });
    expect(JSON.parse((await check(withTree(GOOD), true)).out)).toEqual({ diagnostics: [] });
  });
});

/** `severity code file` and the message of each diagnostic about links. */
async function links(tree: Tree): Promise<string[]> {
  return linksOf(withTree({ ...GOOD, ...tree }));
}

async function linksOf(root: string): Promise<string[]> {
  const { out } = await check(root, true);
  const { diagnostics } = JSON.parse(out) as { diagnostics: Diagnostic[] };
  return diagnostics.map((one) => `${one.severity} ${one.code} ${one.file}: ${one.message}`);
}

describe('rcinit check of a link directory', () => {
  test.each<[string, Tree, string]>([
    [
      'a dangling link',
      { 'etc/rc3.d/S20bar=': '../init.d/bar' },
      'error dangling-link etc/rc3.d/S20bar: the link points to nothing -> ../init.d/bar',
    ],
    [
      'a dangling absolute link',
      { 'etc/rc3.d/K20sh=': '/bin/sh' },
      'error dangling-link etc/rc3.d/K20sh: the link points to nothing -> /bin/sh',
    ],
    [
      'a link to itself',
      { 'etc/rc3.d/S20bar=': 'S20bar' },
      'error link-loop etc/rc3.d/S20bar: the links go in a circle -> S20bar',
    ],
    [
      'an absolute link to itself',
      { 'etc/rc3.d/S20bar=': '/etc/rc3.d/S20bar' },
      'error link-loop etc/rc3.d/S20bar: the links go in a circle -> /etc/rc3.d/S20bar',
    ],
    [
      'a link to a folder',
      { 'etc/rc3.d/S20bar=': '../init.d' },
      'error script-is-directory etc/rc3.d/S20bar: is a directory, expected a script -> ../init.d',
    ],
    [
      'a folder',
      { 'etc/rc3.d/S20bar/': '' },
      'error script-is-directory etc/rc3.d/S20bar: is a directory, expected a script',
    ],
    [
      'a link to a script that is not executable',
      { 'etc/init.d/bar': '', 'etc/rc3.d/S20bar=': '../init.d/bar' },
      'error not-executable etc/rc3.d/S20bar: the script is not executable -> ../init.d/bar',
    ],
    [
      'a name without a number',
      { 'etc/rc3.d/Sfoo=': '../init.d/foo' },
      'warning unknown-link-name etc/rc3.d/Sfoo: neither a start nor a stop link, rc skips it',
    ],
    [
      'a name of something else',
      { 'etc/rc3.d/foo=': 'gone' },
      'warning unknown-link-name etc/rc3.d/foo: neither a start nor a stop link, rc skips it',
    ],
    [
      'two links of one service',
      { 'etc/rc2.d/S30foo=': '../init.d/foo' },
      'warning repeated-link etc/rc2.d/S30foo: "foo" has another link here: S20foo',
    ],
    [
      'a directory of no level',
      { 'etc/rc7.d/S20foo=': '../init.d/foo' },
      'warning unknown-directory etc/rc7.d: no run level has this link directory',
    ],
    [
      'a lower-case rcs.d',
      { 'etc/rcs.d/': '' },
      'warning unknown-directory etc/rcs.d: no run level has this link directory',
    ],
    [
      'a file in the place of a directory',
      { 'etc/rc3.d': '' },
      'error unreadable-directory etc/rc3.d: cannot list: ENOTDIR',
    ],
  ])('names %s', async (_, tree, expected) => expect(await links(tree)).toEqual([expected]));

  test.each<[string, Tree]>([
    [
      'hidden files, READMEs and what dpkg leaves',
      { 'etc/rc3.d/.depend': '', 'etc/rc3.d/README.1': '', 'etc/rc3.d/foo.dpkg-old': '' },
    ],
    ['a script itself instead of a link', { 'etc/rc3.d/S20bar!': '#!/bin/sh\n' }],
    ['an absolute link inside the root', { 'etc/rc3.d/S20foo=': '/etc/init.d/foo' }],
    [
      'the same service in two levels',
      { 'etc/rc3.d/S20foo=': '../init.d/foo', 'etc/rcS.d/S20foo=': '../init.d/foo' },
    ],
    ['rc.d, rc.local and a file rc7.d', { 'etc/rc.d/x': '', 'etc/rc.local': '', 'etc/rc7.d': '' }],
  ])('finds nothing wrong with %s', async (_, tree) => expect(await links(tree)).toEqual([]));

  test('names a fifo in the place of a script', async () => {
    const root = withTree({ ...GOOD, 'etc/rc3.d/': '' });
    execFileSync('mkfifo', [join(root, 'etc/rc3.d/S20pipe')]);
    expect(await linksOf(root)).toEqual([
      'error not-a-file etc/rc3.d/S20pipe: is not a regular file, expected a script',
    ]);
  });
});
