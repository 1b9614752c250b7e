import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootInit, describePid1 } from '../support/booted-init.ts';
import { fetchPackages, unpackPackages } from '../support/packages.ts';
import { IS_CI } from '../support/is-ci.ts';
import { APPLETS } from '../support/pid1.ts';
import { levelRecord, utmpRecord } from '../support/utmp-file.ts';

const PACKAGE = 'sysvinit-core';
const reason = await fetchPackages([PACKAGE]).then(
  () => undefined,
  (error: unknown) => `the packages are not to be had: ${String(error)}`,
);
if (reason !== undefined && IS_CI) throw new Error(`The system test cannot run: ${reason}`);

const OURS = join(APPLETS, 'runlevel');

describe.skipIf(reason !== undefined)(`runlevel beside the original ${reason ?? ''}`, () => {
  let dir: string;
  let original: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'rcinit-runlevel-'));
    await unpackPackages(await fetchPackages([PACKAGE]), dir);
    const [path = ''] = execFileSync('find', [dir, '-name', 'runlevel', '-type', 'f'], {
      encoding: 'utf8',
    }).split('\n');
    original = path;
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const boot = utmpRecord({ type: 2, id: '~~', user: 'reboot', line: '~' });
  test.each<[what: string, bytes: Buffer]>([
    ['boot and level', Buffer.concat([boot, levelRecord('N', '2')])],
    ['several levels', Buffer.concat([levelRecord('2', '3'), levelRecord('3', '5')])],
    ['no previous level', levelRecord('\0', '5')],
    ['sysinit before it', levelRecord('#', '3')],
    ['no level', boot],
    ['half a record', levelRecord('2', '3').subarray(0, 200)],
    ['half a record behind a whole one', Buffer.concat([levelRecord('2', '3'), Buffer.alloc(90)])],
    ['nothing', Buffer.alloc(0)],
  ])('FILE with %s', (_, bytes) => {
    const file = join(dir, 'file');
    writeFileSync(file, bytes);
    const [theirs, ours] = [original, OURS].map((program) => {
      const { status, stdout, stderr } = spawnSync(program, [file], { encoding: 'utf8' });
      return { status, stdout, stderr };
    });
    expect(ours).toEqual(theirs);
  });

  describePid1('under our init', () => {
    test('both tell the same, from boot to single user', async () => {
      const init = await bootInit(
        'id:2:initdefault:\nr:2:respawn:/t/stay two\nx:3:respawn:/t/stay three\ns:S:wait:/t/stay single\n',
        { tree: { 'original/': '' } },
      );
      execFileSync('cp', [original, join(init.dir, 'original/runlevel')]);
      const ask = async () => {
        const answers = [];
        for (const program of ['/original/runlevel', OURS]) answers.push(await init.run([program]));
        return answers.map(({ code, stdout, stderr }) => `${code} ${stdout}${stderr}`);
      };
      await init.noted('two 2 N');
      expect(await ask()).toEqual(['0 N 2\n', '0 N 2\n']);
      await init.telinit('3');
      await init.noted('three 3 2');
      expect(await ask()).toEqual(['0 2 3\n', '0 2 3\n']);
      await init.telinit('S');
      await init.noted('single S 3');
      expect(await ask()).toEqual(['0 3 S\n', '0 3 S\n']);
    });

    test('both tell of a boot into S, which has no record', async () => {
      const init = await bootInit('id:2:initdefault:\ns:S:wait:/t/stay single\n', {
        args: ['single'],
        tree: { 'original/': '' },
      });
      execFileSync('cp', [original, join(init.dir, 'original/runlevel')]);
      await init.noted('single S N');
      expect(await init.run(['/original/runlevel'])).toMatchObject({ code: 0, stdout: 'N S\n' });
      expect(await init.run([OURS])).toMatchObject({ code: 0, stdout: 'N S\n' });
    });
  });
});
