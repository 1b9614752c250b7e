import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { applet } from '../../src/cli/insserv.ts';
import { listLinks } from '../support/insserv-golden.ts';
import { lsbText } from '../support/lsb.ts';
import { callApplet, runApplet, type AppletRun } from '../support/run-applet.ts';
import { withTree, writeTree, type Tree } from '../support/with-tree.ts';

const CONF: Tree = { 'etc/insserv.conf': '$net +ifupdown\n' };

function script(name: string, lines: Readonly<Record<string, string>> = {}): Tree {
  return {
    [`etc/init.d/${name}!`]: lsbText(name, { 'Default-Start': '2 3', 'Default-Stop': '6', ...lines }),
  };
}

const B = script('b', { 'Required-Start': 'a', 'Required-Stop': 'a' });
const AB: Tree = { ...CONF, ...script('a'), ...B };

async function insserv(root: string, ...args: readonly string[]): Promise<string> {
  return show(await callApplet(applet, args, { name: 'insserv', env: { RCINIT_ROOT: root } }), root);
}

function show({ code, out, err }: AppletRun, root: string): string {
  return `${out}${err.replaceAll(root, 'ROOT')}=> ${code}`;
}

const names = (root: string): readonly string[] => listLinks(root).map((link) => link.replace(/ .*/, ''));
const WITHOUT_CHANGE: readonly string[] = [];

const MAKING = ['0', '1', '2', '3', '4', '5', '6', 'S'].map(
  (level) => `insserv: creating directory '../rc${level}.d/'\n`,
);

describe('insserv', () => {
  test('enables scripts without a word, in the order of their headers', async () => {
    const root = withTree(AB);
    expect(await insserv(root, 'b', 'a')).toBe('=> 0');
    expect(listLinks(root)).toEqual([
      'rc2.d/S01a -> ../init.d/a',
      'rc2.d/S02b -> ../init.d/b',
      'rc3.d/S01a -> ../init.d/a',
      'rc3.d/S02b -> ../init.d/b',
      'rc6.d/K01b -> ../init.d/b',
      'rc6.d/K02a -> ../init.d/a',
    ]);
    expect(readFileSync(join(root, 'etc/init.d/.depend.start'), 'utf8')).toBe(
      'TARGETS = a b\nINTERACTIVE =\nb: a\n',
    );
    expect(readdirSync(join(root, 'etc')).sort()).toEqual(
      ['init.d', 'insserv.conf', ...[0, 1, 2, 3, 4, 5, 6, 'S'].map((level) => `rc${level}.d`)].sort(),
    );
  });

  test('-v says what it changes, in the words that others look for', async () => {
    const root = withTree({ ...CONF, ...script('a') });
    const files = ['boot', 'start', 'stop'].map(
      (kind) => `insserv: creating ROOT/etc/init.d/.depend.${kind}\n`,
    );
    expect(await insserv(root, '-v', 'a')).toBe(
      [
        ...MAKING,
        'insserv: enable service ../init.d/a -> ROOT/etc/init.d/../rc2.d/S01a\n',
        'insserv: enable service ../init.d/a -> ROOT/etc/init.d/../rc3.d/S01a\n',
        'insserv: enable service ../init.d/a -> ROOT/etc/init.d/../rc6.d/K01a\n',
        ...files,
        '=> 0',
      ].join(''),
    );
    writeTree(root, B);
    expect(await insserv(root, '-v', 'b')).toBe(
      [
        'insserv: enable service ../init.d/b -> ROOT/etc/init.d/../rc2.d/S02b\n',
        'insserv: enable service ../init.d/b -> ROOT/etc/init.d/../rc3.d/S02b\n',
        'insserv: remove service ROOT/etc/init.d/../rc6.d/K01a\n',
        'insserv: enable service ../init.d/a -> ROOT/etc/init.d/../rc6.d/K02a\n',
        'insserv: enable service ../init.d/b -> ROOT/etc/init.d/../rc6.d/K01b\n',
        ...files,
        '=> 0',
      ].join(''),
    );
    expect(await insserv(root, '--verbose', '--remove', 'b')).toBe(
      [
        'insserv: remove service ROOT/etc/init.d/../rc2.d/S02b\n',
        'insserv: remove service ROOT/etc/init.d/../rc3.d/S02b\n',
        'insserv: remove service ROOT/etc/init.d/../rc6.d/K01b\n',
        ...files,
        '=> 0',
      ].join(''),
    );
  });

  test.each(['-n', '--dryrun', '--dry-run'])('%s says the same and changes nothing', async (option) => {
    const root = withTree({ ...AB, 'etc/rc2.d/S20gone=': '../init.d/gone' });
    const before = execFileSync('find', [root, '-printf', '%p %T@ %l\n'], { encoding: 'utf8' });
    expect(await insserv(root, option, 'a')).toBe(
      [
        ...MAKING.filter((line) => !line.includes('rc2')),
        'insserv: remove service ROOT/etc/init.d/../rc2.d/S20gone\n',
        'insserv: enable service ../init.d/a -> ROOT/etc/init.d/../rc2.d/S01a\n',
        'insserv: enable service ../init.d/a -> ROOT/etc/init.d/../rc3.d/S01a\n',
        'insserv: enable service ../init.d/a -> ROOT/etc/init.d/../rc6.d/K02a\n',
        'insserv: dryrun, not creating depend.boot, depend.start, and depend.stop in ROOT/etc/init.d/.\n',
        '=> 0',
      ].join(''),
    );
    expect(execFileSync('find', [root, '-printf', '%p %T@ %l\n'], { encoding: 'utf8' })).toBe(before);
  });

  test('-v -v names what it reads', async () => {
    const root = withTree({
      ...AB,
      'etc/insserv.conf.d/x': '',
      'etc/insserv.conf.d/y': '',
      'etc/insserv.conf.d/z~': '',
    });
    expect((await insserv(root, '-vv', '-n')).split('\n').slice(0, 5)).toEqual([
      'insserv: Loading /etc/insserv.conf',
      'insserv: Loading /etc/insserv.conf.d/y',
      'insserv: Loading /etc/insserv.conf.d/x',
      'insserv: Loading /etc/init.d/a',
      'insserv: Loading /etc/init.d/b',
    ]);
  });

  test.each(['-s', '--showall', '--show-all'])('%s prints the order and changes nothing', async (option) => {
    const root = withTree({ ...AB, ...script('c', { 'Default-Start': 'S', 'Default-Stop': '' }) });
    expect(await insserv(root, option, 'a', 'b', 'c')).toBe(
      'K:02:6:a\nK:01:6:b\nS:01:2 3:a\nS:02:2 3:b\nS:01:S:c\n=> 0',
    );
    expect(names(root)).toEqual(WITHOUT_CHANGE);
  });

  test('-s lists what has no links by its header, and what has some by its links, whatever -r names', async () => {
    const root = withTree({ ...AB, 'etc/rc2.d/S50a=': '../init.d/a' });
    const order = 'K:01:6:b\nS:01:2:a\nS:02:2 3:b\n=> 0';
    expect(await insserv(root, '-s')).toBe(order);
    expect(await insserv(root, '-s', '-r', 'a')).toBe(order);
    expect(names(root)).toEqual(['rc2.d/S50a']);
  });

  test('deletes dangling links in every run, and nothing else that is not its own', async () => {
    const root = withTree({
      ...AB,
      'etc/init.d/plain': 'not executable',
      'etc/rc2.d/S20gone=': '../init.d/gone',
      'etc/rc2.d/S21loop=': 'S21loop',
      'etc/rc2.d/S20plain=': '../init.d/plain',
      'etc/rc3.d/S30other=': '../init.d/a',
      'etc/rc3.d/README': '',
      'etc/rcS.d/K01a=': '../init.d/a',
    });
    expect(await insserv(root)).toBe('=> 0');
    expect(names(root)).toEqual(['rc2.d/S20plain', 'rc3.d/S30other', 'rcS.d/K01a']);
    expect(existsSync(join(root, 'etc/rc3.d/README'))).toBe(true);
  });

  test('an unchanged farm is not touched again', async () => {
    const root = withTree(AB);
    await insserv(root, 'a', 'b');
    const inodes = (): string =>
      execFileSync('find', [root, '-type', 'l', '-printf', '%p %i\n'], { encoding: 'utf8' });
    const before = inodes();
    expect(await insserv(root, 'a', 'b')).toBe('=> 0');
    expect(inodes()).toBe(before);
  });

  test('-q keeps quiet about what does not end the run', async () => {
    const root = withTree({
      ...CONF,
      'etc/init.d/a!': '#!/bin/sh\n',
      ...script('b', { 'Required-Start': 'nobody' }),
    });
    expect(await insserv(root, '-q', 'a')).toBe('=> 0');
    expect(await insserv(root, '-q', '-f', 'b')).toBe('=> 0');
    expect(await insserv(root, '--silent', 'b')).toBe(
      'insserv: FATAL: service nobody has to be enabled to use service b\ninsserv: exiting now!\n=> 1',
    );
  });

  test('-p, -c, -o and -i name other places', async () => {
    const root = withTree({
      'x/init.d/a!': lsbText('a', { 'Default-Start': '2', 'Required-Start': '$f' }),
      'x/init.d/b!': lsbText('b', { 'Default-Start': '2' }),
      'x/conf': '$f b\n',
      'x/over/b': lsbText('b', { 'Default-Start': '2 4' }),
      'x/depend/': '',
    });
    const args = ['-p', '/x/init.d', '-c', '/x/conf', '-o', '/x/over', '-i', '/x/depend', 'a', 'b'];
    expect(await insserv(root, ...args)).toBe('=> 0');
    expect(readdirSync(join(root, 'x/rc2.d'))).toEqual(['S01b', 'S02a']);
    expect(readdirSync(join(root, 'x/rc4.d'))).toEqual(['S01b']);
    expect(readdirSync(join(root, 'x/depend')).sort()).toEqual([
      '.depend.boot',
      '.depend.start',
      '.depend.stop',
    ]);
    expect(existsSync(join(root, 'x/init.d/.depend.boot'))).toBe(false);
  });

  test('-p of another root takes its configuration too; a path does the same', async () => {
    const outer = withTree({});
    const root = withTree({ ...AB, 'etc/insserv/overrides/a': lsbText('a', { 'Default-Start': '5' }) });
    const run = (...args: readonly string[]) =>
      callApplet(applet, args, { name: 'insserv', env: { RCINIT_ROOT: '' }, cwd: outer });
    expect(show(await run('-p', join(root, 'etc/init.d'), 'a'), root)).toBe('=> 0');
    expect(names(root)).toEqual(['rc5.d/S01a']);
    expect(show(await run('-r', join(root, 'etc/init.d/a')), root)).toBe('=> 0');
    expect(names(root)).toEqual([]);
    expect(show(await run(join(root, 'etc/init.d')), root)).toBe('=> 0');
  });

  test('an override without an end does not count', async () => {
    const root = withTree({ ...AB, 'etc/insserv/overrides/a': '### BEGIN INIT INFO\n# Default-Start: 5\n' });
    expect(await insserv(root, 'a')).toBe('=> 0');
    expect(names(root)).toEqual(['rc2.d/S01a', 'rc3.d/S01a', 'rc6.d/K02a']);
  });

  test('-u: a link to the upstart job is asked for its header', async () => {
    const answer = lsbText('job', { 'Default-Start': '4' });
    const root = withTree({
      ...CONF,
      'job!': `#!/bin/sh\n[ "$2" = lsb-header ] || exit 9\nsed "s/Provides: job/Provides: $1/" <<'E'\n${answer}E\n`,
      'etc/init.d/x=': '/job',
    });
    expect(await insserv(root, '-u', '/job', 'x')).toBe('=> 0');
    expect(names(root)).toEqual(['rc4.d/S01x']);
  });

  test('works as a program, and with --root', async () => {
    const root = withTree(AB);
    const run = await runApplet('insserv', ['--root', root, 'a']);
    expect(run).toEqual({ code: 0, signal: null, out: '', err: '' });
    expect(names(root)).toEqual(['rc2.d/S01a', 'rc3.d/S01a', 'rc6.d/K02a']);
  });

  test('many runs at once leave what one after the other would', { timeout: 120_000 }, async () => {
    const all = Array.from({ length: 12 }, (_, index) => `s${index}`);
    const tree = all.map((name, index) =>
      script(name, { 'Should-Start': index === 0 ? '' : `s${index - 1}` }),
    );
    const root = withTree({ ...CONF, ...Object.assign({}, ...tree) });
    const runs = await Promise.all(all.map((name) => runApplet('insserv', ['--root', root, name])));
    expect(runs.map(({ code, err }) => ({ code, err }))).toEqual(all.map(() => ({ code: 0, err: '' })));
    expect(names(root).filter((link) => link.startsWith('rc2'))).toEqual(
      all.map((name, index) => `rc2.d/S${String(index + 1).padStart(2, '0')}${name}`),
    );
  });
});

describe('insserv with what is wrong', () => {
  test.each([
    [['-r'], 'insserv: usage: insserv [[-r] init_script|init_directory]\n=> 1'],
    [['-x'], "insserv: invalid option -- 'x'\ninsserv: For help use: insserv -h\n=> 1"],
    [['-c'], "insserv: option requires an argument -- 'c'\ninsserv: For help use: insserv -h\n=> 1"],
    [['nosuch'], 'insserv: nosuch: No such file or directory\n=> 1'],
    [['-r', 'nosuch'], 'insserv: nosuch: No such file or directory\n=> 1'],
    [['dangling'], 'insserv: dangling: No such file or directory\n=> 1'],
    [['folder'], 'insserv: folder: not a regular file, expected an init script\n=> 1'],
    [['socket'], 'insserv: socket: not a regular file, expected an init script\n=> 1'],
    [['fifo'], 'insserv: fifo: not a regular file, expected an init script\n=> 1'],
    [['_a'], 'insserv: script name _a is not valid, skipped!\n=> 0'],
    [['README'], 'insserv: script name README is not valid, skipped!\n=> 0'],
    [['plain'], 'insserv: script plain is not an executable file, will be skipped in boot sequence!\n=> 0'],
    [['alias'], 'insserv: script alias is a symlink to another script, skipped!\n=> 0'],
    [[''], 'insserv: : No such file or directory\n=> 1'],
  ])('%j', async (args, said) => {
    const root = withTree({
      ...AB,
      'etc/init.d/_a!': lsbText('_a'),
      'etc/init.d/README!': lsbText('README'),
      'etc/init.d/plain': lsbText('plain'),
      'etc/init.d/alias=': 'a',
      'etc/init.d/dangling=': '../nowhere',
      'etc/init.d/folder/': '',
    });
    const socket = createServer().listen(join(root, 'etc/init.d/socket'));
    onTestFinished(() => void socket.close());
    execFileSync('mkfifo', [join(root, 'etc/init.d/fifo')]);
    expect(await insserv(root, ...args)).toBe(said);
    expect(names(root)).toEqual(WITHOUT_CHANGE);
  });

  test('a header without an end stops every run, with its line; -f goes on', async () => {
    const root = withTree({ ...AB, 'etc/init.d/x!': '#!/bin/sh\n### BEGIN INIT INFO\n# Provides: x\n' });
    const fatal = [
      'insserv: FATAL: script x is broken: missing end of LSB comment.',
      'insserv:  in /etc/init.d/x:2',
      'insserv: exiting now!',
      '=> 1',
    ];
    expect(await insserv(root, 'a')).toBe(fatal.join('\n'));
    expect(names(root)).toEqual(WITHOUT_CHANGE);
    expect(await insserv(root, '-f', 'x', 'a')).toBe(
      [
        'insserv: script x is broken: missing end of LSB comment.',
        "insserv: warning: script 'x' missing LSB tags",
        "insserv: Default-Start undefined, assuming empty start runlevel(s) for script `x'",
        "insserv: Default-Stop  undefined, assuming empty stop runlevel(s) for script `x'",
        '=> 0',
      ].join('\n'),
    );
    expect(names(root)).toEqual(['rc2.d/S01a', 'rc3.d/S01a', 'rc6.d/K02a']);
  });

  test('-f takes a header without an end as it stands, as packages are installed', async () => {
    const text = lsbText('x', { 'Required-Start': 'a', 'Default-Start': '2' }).replace(/### END.*/, '');
    const root = withTree({ ...AB, 'etc/init.d/x!': text });
    expect(await insserv(root, '-q', '-f', 'x', 'a')).toBe('=> 0');
    expect(names(root).filter((link) => link.startsWith('rc2'))).toEqual(['rc2.d/S01a', 'rc2.d/S02x']);
  });

  test.each([[[]], [['-f']]])('level B stops even -f %j', async (options) => {
    const root = withTree({ ...AB, ...script('x', { 'Default-Start': '2 B' }) });
    expect(await insserv(root, ...options, 'a')).toBe(
      "insserv: Wrong runlevel key 'B'\ninsserv:  in /etc/init.d/x:6; the boot level is S\n=> 1",
    );
    expect(names(root)).toEqual(WITHOUT_CHANGE);
  });

  test.each([[[]], [['-f']]])('facilities that stand for themselves stop even -f %j', async (options) => {
    const root = withTree({ ...AB, 'etc/insserv.conf': '$a $b\n$b $a\n' });
    expect(await insserv(root, ...options, 'a')).toBe(
      'insserv: Loop detected during expanding system facilities in the insserv.conf file(s): $a $b\n=> 1',
    );
    expect(names(root)).toEqual(WITHOUT_CHANGE);
  });

  test('no insserv.conf is worth a line', async () => {
    const root = withTree(script('a'));
    expect(await insserv(root, 'a')).toBe(
      'insserv: fopen(/etc/insserv.conf): No such file or directory\n=> 0',
    );
  });

  test('no /etc', async () => {
    const root = withTree({});
    expect(await insserv(root)).toBe(
      'insserv: cannot lock "ROOT/etc/.rcinit-links.lock": No such file or directory\n=> 1',
    );
  });

  test('no init.d', async () => {
    const root = withTree({ 'etc/': '' });
    expect(await insserv(root)).toBe('insserv: cannot read "/etc/init.d": No such file or directory\n=> 1');
  });

  test('a file where a link directory should be', async () => {
    const root = withTree({ ...AB, 'etc/rc3.d': '' });
    expect(await insserv(root, 'a')).toBe('insserv: cannot read "ROOT/etc/rc3.d": Not a directory\n=> 1');
    expect(existsSync(join(root, 'etc/rc2.d'))).toBe(false);
  });

  test('what the original loses silently is told with -v, with its place', async () => {
    const root = withTree({
      ...CONF,
      ...script('a', { 'Required-Start': '$net\t$null', 'Default-Start': '2-3' }),
    });
    const said = await insserv(root, '-n', 'a');
    expect(said).toContain(
      [
        '/etc/init.d/a:4:23: warning: a tab in Required-Start ends the list for insserv; rcinit reads on',
        '  # Required-Start: $net $null',
        '                        ^',
        '  hint: put one blank between two words',
        '/etc/init.d/a:6:18: warning: insserv drops "2-3" from Default-Start; rcinit reads it as 2 3',
        '  # Default-Start: 2-3',
        '                   ^^^',
        '  hint: write 2 3',
      ].join('\n'),
    );
    expect(await insserv(root, 'a')).toBe('=> 0');
  });

  test('a header twice, in a binary, and in a megabyte', async () => {
    const head = lsbText('x', { 'Default-Start': '4' });
    const root = withTree({
      ...CONF,
      'etc/init.d/twice!': head.replace(': x', ': twice') + lsbText('y', { 'Default-Start': '5' }),
      'etc/init.d/binary!': `\u007fELF\0\0${head.replace(': x', ': binary')}\0\0`,
      'etc/init.d/big!': `${'x'.repeat(500_000)}\n${head.replace(': x', ': big')}${'\n'.repeat(500_000)}`,
    });
    expect(await insserv(root, 'twice', 'binary', 'big')).toBe('=> 0');
    expect(names(root)).toEqual(['rc4.d/S01big', 'rc4.d/S01binary', 'rc4.d/S01twice']);
  });

  test('a file in the way of a link is left alone, and named', async () => {
    const root = withTree({ ...AB, 'etc/rc2.d/S01a': 'mine' });
    expect(await insserv(root, 'a')).toBe(
      'insserv: cannot make "ROOT/etc/rc2.d/S01a": File exists; nothing was changed\n=> 1',
    );
    expect(readFileSync(join(root, 'etc/rc2.d/S01a'), 'utf8')).toBe('mine');
  });

  test('a script that nobody may read is told and left out', async () => {
    const root = withTree({ ...AB, ...script('secret') });
    chmodSync(join(root, 'etc/init.d/secret'), 0o100);
    const said = await insserv(root, 'secret');
    const isRoot = process.geteuid?.() === 0;
    expect(said).toBe(
      isRoot
        ? '=> 0'
        : 'insserv: Could not read script secret: Permission denied\ninsserv: secret: Permission denied\n=> 1',
    );
  });

  test('links never lead out of the root', async () => {
    const outside = withTree({ 'etc/rc2.d/': '', 'etc/init.d/a!': lsbText('a', { 'Default-Start': '2' }) });
    const root = withTree({ ...CONF, 'etc/init.d=': `${outside}/etc/init.d` });
    mkdirSync(join(root, outside, 'etc/init.d'), { recursive: true });
    writeFileSync(join(root, outside, 'etc/init.d/b'), lsbText('b', { 'Default-Start': '3' }), {
      mode: 0o755,
    });
    expect(await insserv(root, 'b')).toBe('=> 0');
    expect(readdirSync(join(outside, 'etc/rc2.d'))).toEqual([]);
    expect(names(root)).toEqual(['rc3.d/S01b']);
  });
});
