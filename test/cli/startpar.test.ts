import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PATH } from '../support/rc-level.ts';
import { runApplet, type AppletRun } from '../support/run-applet.ts';
import { withTree, type Tree } from '../support/with-tree.ts';

const ROOT_ENV = { PATH };

/** A root with scripts s0, s1 … that say what they were called with and exit with their number. */
function withScripts(codes: readonly number[], rest: Tree): string {
  const scripts = codes.flatMap((code): [string, string][] => [
    [`etc/init.d/s${code}!`, `#!/bin/sh\necho "s${code} $*"\nexit ${code}\n`],
    [`etc/rc2.d/S01s${code}=`, `../init.d/s${code}`],
    [`etc/rc3.d/K01s${code}=`, `../init.d/s${code}`],
  ]);
  return withTree({ 'etc/rcS.d/': '', ...Object.fromEntries(scripts), ...rest });
}

function startpar(root: string, ...args: string[]): Promise<AppletRun> {
  return runApplet('startpar', ['--root', root, '-p', '1', ...args], { env: ROOT_ENV });
}

describe('startpar -M', () => {
  const CODES = [0, 1, 2, 3, 5, 6, 7, 9];
  const targets = `TARGETS = ${CODES.map((code) => `s${code}`).join(' ')}\nINTERACTIVE =\n`;

  test('start: runs the S links of the level and tells rc what failed', async () => {
    const root = withScripts(CODES, { 'etc/init.d/.depend.start': targets });
    const run = await startpar(root, '-P', 'N', '-R', '2', '-M', 'start');
    expect(run.code).toBe(0);
    expect(run.out).toBe(
      'failed_service="s1 s2 s3 s7"\nskipped_service_not_installed="s5"\nskipped_service_not_configured="s6"\n',
    );
    expect(run.err.trimEnd().split('\n').toSorted()).toEqual(CODES.map((code) => `s${code} start`));
  });

  test('stop: runs the K links, and a service that is not running is no failure', async () => {
    const root = withScripts(CODES, { 'etc/init.d/.depend.stop': targets });
    const run = await startpar(root, '-P', '2', '-R', '3', '-M', 'stop');
    expect(run.out.split('\n')[0]).toBe('failed_service="s1 s2 s3"');
    expect(run.err).toContain('s0 stop\n');
  });

  test('boot: runs the S links of rcS.d, without levels', async () => {
    const root = withScripts([0], {
      'etc/init.d/.depend.boot': 'TARGETS = s0 s1\n',
      'etc/rcS.d/S01s0=': '../init.d/s0',
    });
    expect((await startpar(root, '-M', 'boot')).err).toBe('s0 start\n');
  });

  test('leaves out what the previous level had, and says nothing when nothing is left', async () => {
    const root = withScripts([0], {
      'etc/init.d/.depend.start': 'TARGETS = s0\n',
      'etc/rc4.d/S02s0=': '../init.d/s0',
    });
    expect(await startpar(root, '-P', '4', '-R', '2', '-M', 'start')).toMatchObject({
      code: 0,
      out: '',
      err: '',
    });
  });

  test('a rule that closes a circle is dropped, aloud', async () => {
    const root = withScripts([0, 9], { 'etc/init.d/.depend.start': 'TARGETS = s0 s9\ns0: s9\ns9: s0\n' });
    const run = await startpar(root, '-P', 'N', '-R', '2', '-M', 'start');
    expect(run.err).toBe('loop exists s0 in s9!\ns9 start\ns0 start\n');
  });

  test('a line of 20 KB loses no service', async () => {
    const names = Array.from({ length: 500 }, (_, n) => `service-with-a-long-name-${n}`);
    const root = withTree({
      'etc/init.d/.depend.start': `TARGETS = ${names.join(' ')}\n`,
      ...Object.fromEntries(names.map((name) => [`etc/init.d/${name}!`, '#!/bin/true\n'])),
      ...Object.fromEntries(names.map((name) => [`etc/rc2.d/S01${name}=`, `../init.d/${name}`])),
      'etc/init.d/service-with-a-long-name-499!': '#!/bin/sh\necho the last\nexit 1\n',
    });
    const run = await runApplet('startpar', ['--root', root, '-P', 'N', '-R', '2', '-M', 'start'], {
      env: ROOT_ENV,
    });
    expect(run.err).toBe('the last\n');
    expect(run.out.split('\n')[0]).toBe('failed_service="service-with-a-long-name-499"');
  });

  test.each([
    [['-M', 'odd'], 'invalid run mode odd\n'],
    [['-M', 'start'], 'You must specify previous and next runlevels\n'],
    [
      ['-M', 'boot'],
      "Can't open /etc/init.d/.depend.boot: No such file or directory\n" +
        'Unable to run scripts using dependency information in /etc/init.d\n',
    ],
  ])('%j is refused', async (args, err) => {
    expect(await startpar(withScripts([], {}), ...args)).toMatchObject({ code: 1, out: '', err });
  });
});

describe('startpar PROGRAM…', () => {
  test("runs the programs with the argument; their codes are nobody's business", async () => {
    const root = withScripts([0, 1], {});
    const scripts = [`${root}/etc/init.d/s0`, `${root}/etc/init.d/s1`, `${root}/etc/init.d/s0`];
    const run = await startpar(root, '-a', 'go', ...scripts);
    expect(run).toMatchObject({ code: 0, out: '' });
    expect(run.err.split('\n').toSorted()).toEqual(['', 's0 go', 's0 go', 's1 go']);
  });

  test('-n puts the name before each line', async () => {
    const root = withScripts([0], {});
    const path = `${root}/etc/init.d/s0`;
    expect((await startpar(root, '-n', path)).err).toBe(`${path}: s0 \n`);
  });

  test('says which program cannot be started, and runs the others', async () => {
    const root = withScripts([0], {});
    const run = await startpar(root, '/no/such', `${root}/etc/init.d/s0`);
    expect(run).toMatchObject({ code: 0 });
    expect(run.err.split('\n').toSorted()).toEqual(['', '/no/such: No such file or directory', 's0 ']);
  });

  test('hands on what is no UTF-8 byte for byte', () => {
    const print = String.raw`printf '\351t\351 \342\202\254\n'; seq 2000 | sed 's/$/\o377\xc3\xa9/'; printf '\303'`;
    const root = withTree({ 'a!': `#!/bin/sh\n${print}\n`, 'b!': '#!/bin/sh\n' });
    const wanted = spawnSync(join(root, 'a')).stdout;
    const args = ['-p', '4', join(root, 'a'), join(root, 'b')];
    const { stderr } = spawnSync(join(import.meta.dirname, '../../dist/applets/startpar'), args);
    expect(stderr.toString('latin1').replaceAll('\r', '')).toBe(wanted.toString('latin1'));
  });

  test('-v, -h and -f are what they were', async () => {
    expect(await runApplet('startpar', ['-v'])).toMatchObject({ code: 0, out: 'startpar version 0.65\n' });
    expect(await runApplet('startpar', ['-h'])).toMatchObject({ code: 0, out: '' });
    const text = readFileSync(import.meta.filename, 'utf8');
    expect(await runApplet('startpar', ['-f'], { input: text })).toMatchObject({ code: 0, out: text });
  });

  test('an unknown option is told with the usage', async () => {
    const run = await runApplet('startpar', ['-x']);
    expect(run.code).toBe(1);
    expect(run.err.split('\n').slice(0, 2)).toEqual([
      "startpar: invalid option -- 'x'",
      'usage: startpar [options] [-a arg] prgs',
    ]);
  });
});
