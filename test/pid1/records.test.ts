import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UTMP_BYTES } from '../../src/core/wire/utmp-record.ts';
import { readUtmp } from '../../src/os/record/utmp.ts';
import { bootFolder, makeFolder } from '../support/booted-folder.ts';
import { bootInit, describePid1, IS_ORIGINAL, type Booted } from '../support/booted-init.ts';
import { passGate } from '../support/fifo-gate.ts';
import { APPLETS, processStates } from '../support/pid1.ts';
import { waitFor } from '../support/wait-for.ts';

const WITH_WTMP = { tree: { 'var/log/wtmp': '' } };
const RUNLEVEL = join(APPLETS, 'runlevel');

/** A program may be seen before the record of its start: init writes that as soon as it knows the pid. */
async function expectRecords(look: () => readonly string[], expected: readonly string[]): Promise<void> {
  const isThere = () => JSON.stringify(look()) === JSON.stringify(expected);
  await waitFor('the records', isThere, 5_000).catch(() => undefined);
  expect(look()).toEqual(expected);
}

/** Records of a file in short; a pid of a process is told by the name it has in `pids`, or as `*`. */
function shortRecords(path: string, pids: Readonly<Record<number, string>> = {}): readonly string[] {
  return readUtmp(path).map(({ type, pid, id, user, line }) => {
    const shown = type >= 5 ? (pids[pid] ?? '*') : pid;
    return `${type} ${shown} [${id}] [${user}] [${line}]`;
  });
}

function utmpOf(init: Booted): readonly string[] {
  return shortRecords(init.path('/var/run/utmp'));
}

function wtmpOf(init: Booted): readonly string[] {
  return shortRecords(join(init.dir, 'var/log/wtmp'));
}

function levelFile(init: Booted): string {
  return readFileSync(init.path('/var/run/runlevel'), 'utf8');
}

const BOOT = '2 0 [~~] [reboot] [~]';
const LEVEL_2 = '1 20018 [~~] [runlevel] [~]';
const LEVEL_3 = '1 12851 [~~] [runlevel] [~]';
/**
 * A mount over itself, because one with open files cannot become read-only; and not while init writes to it, which it
 * does a moment after it started this.
 */
const LOCK_RUN = [
  '#!/bin/sh',
  'until [ -s /run/utmp ]; do :; done',
  'mount --bind /run /run',
  'until mount -o remount,bind,ro /run 2>/dev/null; do :; done',
  '',
].join('\n');
/** A process killed at a level change dies twice in the records of the original, the second time as pid 0. */
const AGAIN = (record: string): string[] => (IS_ORIGINAL ? [record] : []);

const TABLE = `id:2:initdefault:
si::sysinit:/t/note sys
l2:2:wait:/t/note two
1:2:respawn:/t/stay getty
q:2:respawn:+/t/stay quiet
l3:3:wait:/t/note three
4:3:respawn:/t/stay xdm
`;

describePid1('records', () => {
  test('boot, respawn and a level change, in utmp, wtmp and the level file, for the programs that read them', async () => {
    const init = await bootInit(TABLE, WITH_WTMP);
    await init.noted('getty 2 N');
    await init.noted('quiet 2 N');
    const booted = ['8 * [si] [] []', BOOT, LEVEL_2, '8 * [l2] [] []', '5 * [1] [] []'];
    await expectRecords(() => utmpOf(init), booted);
    const history = ['5 * [si] [] []', '8 * [si] [] []', BOOT, LEVEL_2];
    history.push('5 * [l2] [] []', '8 * [l2] [] []', '5 * [1] [] []');
    await expectRecords(() => wtmpOf(init), history);
    expect(levelFile(init)).toBe('2');
    expect(statSync(init.path('/var/run/utmp')).mode & 0o777).toBe(0o644);

    await init.run(['sh', '-c', 'kill -9 $(pidof sleep)']);
    await init.noted('getty 2 N', 2);
    await init.noted('quiet 2 N', 2);
    await expectRecords(() => utmpOf(init), booted);
    history.push('8 * [1] [] []', '5 * [1] [] []');
    await expectRecords(() => wtmpOf(init), history);

    await init.telinit('3');
    await init.noted('xdm 3 2');
    await expectRecords(
      () => utmpOf(init),
      [
        ...booted.slice(0, 2),
        LEVEL_3,
        ...booted.slice(3, 4),
        '8 * [1] [] []',
        '8 * [l3] [] []',
        '5 * [4] [] []',
      ],
    );
    history.push(LEVEL_3, '8 * [1] [] []', ...AGAIN('8 * [1] [] []'));
    history.push('5 * [l3] [] []', '8 * [l3] [] []', '5 * [4] [] []');
    await expectRecords(() => wtmpOf(init), history);
    expect(levelFile(init)).toBe('3');
  });

  test('the bytes: the pid of the process, the kernel in wtmp alone, nothing else', async () => {
    const init = await bootInit('id:2:initdefault:\n1:2:respawn:/t/stay getty\n', WITH_WTMP);
    await init.noted('getty 2 N');
    const pid = Number((await init.run(['pidof', 'sleep'])).stdout);
    await waitFor('the start', () => wtmpOf(init).length === 3);
    const [, , wtmp] = readUtmp(join(init.dir, 'var/log/wtmp'));
    const [, , utmp] = readUtmp(init.path('/var/run/utmp'));
    expect(utmp).toMatchObject({ type: 5, pid, id: '1', host: '' });
    expect(wtmp).toMatchObject({ type: 5, pid, id: '1', host: release() });
    const bytes = readFileSync(join(init.dir, 'var/log/wtmp'));
    expect(bytes.length).toBe(3 * UTMP_BYTES);
    const start = bytes.subarray(2 * UTMP_BYTES);
    const expected = Buffer.alloc(UTMP_BYTES);
    expected.writeInt16LE(5, 0);
    expected.writeInt32LE(pid, 4);
    expected.write('1', 40);
    expected.write(release(), 76);
    start.copy(expected, 340, 340, 348);
    expect(start).toEqual(expected);
    expect(Math.abs(start.readUInt32LE(340) - Date.now() / 1_000)).toBeLessThan(600);
  });

  test('who, last and utmpdump tell boot and levels, runlevel both levels', async () => {
    const init = await bootInit(TABLE, WITH_WTMP);
    await init.noted('getty 2 N');
    await init.telinit('3');
    await init.noted('xdm 3 2');
    const tell = async (command: string) => (await init.run(['sh', '-c', command])).stdout;
    expect(await tell('LC_ALL=C who -r')).toMatch(/^ +run-level 3 .* last=2\n$/);
    expect(await tell('LC_ALL=C who -b')).toMatch(/^ +system boot {2}\w+ +\d+ \d\d:\d\d\n$/);
    const last = (await tell('LC_ALL=C last -x')).split('\n').slice(0, 3);
    expect(last.map((line) => line.slice(0, 22))).toEqual([
      'runlevel (to lvl 3)   ',
      'runlevel (to lvl 2)   ',
      'reboot   system boot  ',
    ]);
    expect(last.map((line) => line.slice(22, 22 + 5))).toEqual(last.map(() => release().slice(0, 5)));
    const dumped = (await tell('utmpdump /var/run/utmp 2>/dev/null')).split('\n');
    expect(dumped.filter((line) => line.includes('~~')).map((line) => line.slice(0, 32))).toEqual([
      '[2] [00000] [~~  ] [reboot  ] [~',
      '[1] [12851] [~~  ] [runlevel] [~',
    ]);
    expect(await init.run([RUNLEVEL])).toMatchObject({ code: 0, stdout: '2 3\n', stderr: '' });
  });

  test('booting into S writes no level; its end does', async () => {
    const init = await bootInit(
      'id:2:initdefault:\nsi::sysinit:/pre\ns:S:wait:/t/gate shell\nl2:2:wait:/t/note two\n1:2:respawn:/t/stay getty\n',
      {
        args: ['single'],
        tree: { 'pre!': '#!/bin/sh\nexec mkfifo /gate\n', 'var/log/wtmp': '' },
      },
    );
    await init.noted('shell S N');
    await expectRecords(() => utmpOf(init), ['8 * [si] [] []', BOOT, '5 * [s] [] []']);
    expect(levelFile(init)).toBe('S');
    expect(await init.run([RUNLEVEL])).toMatchObject({ stdout: 'N S\n' });
    await passGate(join(init.dir, 'gate'));
    await init.noted('getty 2 N');
    expect(utmpOf(init)).toContain(LEVEL_2);
  });

  test('during sysinit and boot the level file names the phase', async () => {
    const look = '#!/bin/sh\necho "$1 $(cat /var/run/runlevel)" >>/log\n';
    const init = await bootInit(
      'id:2:initdefault:\nsi::sysinit:/look sys\nbw::bootwait:/look boot\nl2:2:wait:/look two\n1:2:respawn:/t/stay getty\n',
      {
        tree: { 'look!': look },
      },
    );
    await init.noted('getty 2 N');
    // The original may write it a moment after it started the program.
    expect(init.log().slice(IS_ORIGINAL ? 1 : 0, 3)).toEqual([
      ...(IS_ORIGINAL ? [] : ['sys #']),
      'boot *',
      'two 2',
    ]);
  });

  test('missing files: utmp is made and written at the start, wtmp never; what comes back gets boot and level first', async () => {
    const init = await bootInit('id:2:initdefault:\n1:2:respawn:/t/stay getty\n');
    await init.noted('getty 2 N');
    await expectRecords(() => utmpOf(init), [BOOT, LEVEL_2, '5 * [1] [] []']);
    expect(existsSync(join(init.dir, 'var/log/wtmp'))).toBe(false);
    rmSync(init.path('/var/run/utmp'));
    await init.run(['sh', '-c', 'kill -9 $(pidof sleep)']);
    await init.noted('getty 2 N', 2);
    // Its start would be recorded now, in files that are not there.
    await waitFor('init to rest', () => processStates(init).get(1) === 'S');
    expect(existsSync(init.path('/var/run/utmp'))).toBe(false);
    writeFileSync(join(init.dir, 'var/log/wtmp'), '');
    await init.run(['sh', '-c', 'kill -9 $(pidof sleep)']);
    await init.noted('getty 2 N', 3);
    // The original writes the two the other way round.
    const late = IS_ORIGINAL ? [LEVEL_2, BOOT] : [BOOT, LEVEL_2];
    await expectRecords(() => wtmpOf(init), [...late, '8 * [1] [] []', '5 * [1] [] []']);
  });

  test('a read-only /run: boot, level and level file are written when it is writable again', async () => {
    const init = await bootInit('id:2:initdefault:\nsi::sysinit:/lock\n1:2:respawn:/t/stay getty\n', {
      tree: { ...WITH_WTMP.tree, 'lock!': LOCK_RUN },
    });
    await init.noted('getty 2 N');
    await expectRecords(() => utmpOf(init), ['5 * [si] [] []']);
    await expectRecords(
      () => wtmpOf(init),
      ['5 * [si] [] []', '8 * [si] [] []', BOOT, LEVEL_2, '5 * [1] [] []'],
    );
    // The original writes the first one a moment after it started the program.
    expect(IS_ORIGINAL || levelFile(init)).toBe(IS_ORIGINAL || '#');
    expect(await init.run(['mount', '-o', 'remount,bind,rw', '/run'])).toMatchObject({ code: 0 });
    await init.run(['sh', '-c', 'kill -9 $(pidof sleep)']);
    await init.noted('getty 2 N', 2);
    const late = IS_ORIGINAL ? [LEVEL_2, BOOT] : [BOOT, LEVEL_2];
    await expectRecords(() => utmpOf(init), ['5 * [si] [] []', ...late, '5 * [1] [] []']);
    // The original tries again at the next change of level only.
    const written = () => IS_ORIGINAL || levelFile(init) === '2';
    expect(await waitFor('the level file', written, 20_000)).toBe(true);
  });

  test('a utmp with half a record at its end, and one that is a fifo, hold nobody up', async () => {
    const init = await bootInit(TABLE, WITH_WTMP);
    await init.noted('getty 2 N');
    writeFileSync(init.path('/var/run/utmp'), Buffer.alloc(500, 7));
    await init.telinit('3');
    await init.noted('xdm 3 2');
    expect(statSync(init.path('/var/run/utmp')).size % UTMP_BYTES).toBe(0);
    expect(utmpOf(init)).toContain(LEVEL_3);
    if (IS_ORIGINAL) return;
    rmSync(init.path('/var/run/utmp'));
    await init.run(['mkfifo', '/run/utmp']);
    await init.telinit('2');
    await init.noted('getty 2 3');
    expect(levelFile(init)).toBe('2');
  });
});

test.skipIf(IS_ORIGINAL)('in a folder the files are those of the folder', async () => {
  const dir = makeFolder('id:2:initdefault:\n1:2:respawn:t/stay getty\n', { tree: { 'var/log/wtmp': '' } });
  const folder = bootFolder(dir);
  await folder.noted('getty 2 N');
  const start = '5 * [1] [] []';
  for (const path of ['var/run/utmp', 'var/log/wtmp']) {
    await expectRecords(() => shortRecords(join(dir, path)), [BOOT, LEVEL_2, start]);
  }
  expect(await folder.run('runlevel')).toMatchObject({ code: 0, stdout: 'N 2\n', stderr: '' });
  await folder.run('telinit', '0');
  expect(await folder.exited).toEqual({ code: 0, signal: null });
  const level0 = `1 ${'0'.charCodeAt(0) + 256 * '2'.charCodeAt(0)} [~~] [runlevel] [~]`;
  expect(shortRecords(join(dir, 'var/log/wtmp')).slice(3)).toEqual([level0, '8 * [1] [] []']);
});
