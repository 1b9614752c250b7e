import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  runLevelPid,
  UTMP_BYTES,
  UTMP_TYPES,
  type UtmpRecord,
} from '../../../../src/core/wire/utmp-record.ts';
import { appendWtmp, putUtmp, readUtmp, startUtmp } from '../../../../src/os/record/utmp.ts';
import { makeFifo } from '../../../support/fifo-gate.ts';
import { runProgram } from '../../../support/run-program.ts';
import { withTree } from '../../../support/with-tree.ts';

const BLANK = { pid: 0, line: '', id: '', user: '', host: '', seconds: 1_767_323_045, micros: 678_901 };
const BOOT: UtmpRecord = { ...BLANK, type: UTMP_TYPES.BOOT_TIME, id: '~~', line: '~', user: 'reboot' };

function level(to: string, from: string): UtmpRecord {
  return {
    ...BOOT,
    type: UTMP_TYPES.RUN_LVL,
    pid: runLevelPid(to, from),
    user: 'runlevel',
  };
}

function processRecord(
  id: string,
  type: keyof typeof UTMP_TYPES,
  more: Partial<UtmpRecord> = {},
): UtmpRecord {
  return { ...BLANK, type: UTMP_TYPES[type], id, pid: 7, ...more };
}

function emptyFile(): string {
  return join(withTree({ utmp: '' }), 'utmp');
}

test('putUtmp replaces the record of the same type for boot and level, of the same id for processes', () => {
  const file = emptyFile();
  const records = [
    BOOT,
    level('2', 'N'),
    processRecord('1', 'INIT_PROCESS'),
    processRecord('2', 'INIT_PROCESS'),
    processRecord('1', 'USER_PROCESS', { line: 'tty1', user: 'ann' }),
    level('3', '2'),
    processRecord('2', 'DEAD_PROCESS'),
  ];
  expect(records.map((record) => putUtmp(file, record))).toEqual(records.map(() => true));
  expect(readUtmp(file)).toEqual([records[0], records[5], records[4], records[6]]);
});

test('putUtmp leaves alone what it is told to, under the lock', () => {
  const file = emptyFile();
  const login = processRecord('1', 'LOGIN_PROCESS', { line: 'tty1' });
  putUtmp(file, login);
  const seen: UtmpRecord[] = [];
  const unless = (replaced: UtmpRecord) => seen.push(replaced) > 0;
  expect(putUtmp(file, processRecord('1', 'INIT_PROCESS'), { unless })).toBe(true);
  expect(putUtmp(file, processRecord('2', 'INIT_PROCESS'), { unless })).toBe(true);
  expect(seen).toEqual([login]);
  expect(readUtmp(file)).toEqual([login, processRecord('2', 'INIT_PROCESS')]);
});

test('appendWtmp appends, and half a record at the end goes, as in updwtmp(3)', () => {
  const file = emptyFile();
  expect(appendWtmp(file, BOOT)).toBe(true);
  truncateSync(file, UTMP_BYTES + 100);
  expect(readUtmp(file)).toEqual([BOOT]);
  expect(appendWtmp(file, BOOT)).toBe(true);
  truncateSync(file, 2 * UTMP_BYTES + 383);
  expect(putUtmp(file, level('2', 'N'))).toBe(true);
  expect(statSync(file).size).toBe(3 * UTMP_BYTES);
  expect(readUtmp(file)).toEqual([BOOT, BOOT, level('2', 'N')]);
});

test('nothing is made that is missing, and nothing is written to what is no file', () => {
  const dir = withTree({ 'folder/': '', 'file/x': '' });
  makeFifo(join(dir, 'fifo'));
  for (const name of ['missing', 'folder', 'fifo', 'missing/utmp', 'file/x/utmp']) {
    expect([name, putUtmp(join(dir, name), BOOT), appendWtmp(join(dir, name), BOOT)]).toEqual([
      name,
      false,
      false,
    ]);
    expect(readUtmp(join(dir, name))).toEqual([]);
  }
  expect(existsSync(join(dir, 'missing'))).toBe(false);
});

test('startUtmp makes the file with its folders, world-readable, and empties an old one without changing its mode', () => {
  const dir = withTree({ old: 'x'.repeat(1_000), 'folder/': '', 'no-folder': '' });
  expect(startUtmp(join(dir, 'var/run/utmp'))).toBe(true);
  expect(statSync(join(dir, 'var/run/utmp'))).toMatchObject({ mode: 0o100644, size: 0 });
  chmodSync(join(dir, 'old'), 0o664);
  expect(startUtmp(join(dir, 'old'))).toBe(true);
  expect(statSync(join(dir, 'old'))).toMatchObject({ mode: 0o100664, size: 0 });
  makeFifo(join(dir, 'fifo'));
  expect(['folder', 'fifo', 'no-folder/utmp'].map((name) => startUtmp(join(dir, name)))).toEqual([
    false,
    false,
    false,
  ]);
});

test('a file that no utmp can be is not read by who writes', () => {
  const file = emptyFile();
  truncateSync(file, 2 ** 31);
  expect(putUtmp(file, BOOT)).toBe(false);
  expect(statSync(file).size).toBe(2 ** 31);
});

test('four programs that put records at the same time lose none', async () => {
  const file = emptyFile();
  const writers = ['a', 'b', 'c', 'd'].map((prefix) =>
    runProgram('utmp-writer', ['put', file, prefix, '100']),
  );
  for (const writer of writers) expect(await writer.nextLine()).toBe('done');
  const ids = readUtmp(file).map(({ id }) => id);
  expect(ids.length).toBe(400);
  expect(new Set(ids).size).toBe(400);
});

test('a lock that another program holds is the one of fcntl(2), and is not waited for long', async () => {
  const file = emptyFile();
  const holder = runProgram('utmp-writer', ['hold', file]);
  expect(await holder.nextLine()).toBe('true');
  const { ino } = statSync(file);
  const held = readFileSync('/proc/locks', 'utf8').split('\n');
  expect(held.find((line) => line.includes(`:${ino} `))).toMatch(/POSIX +ADVISORY +WRITE .* 0 EOF$/);
  expect(putUtmp(file, BOOT)).toBe(false);
  expect(appendWtmp(file, BOOT)).toBe(false);
  expect(statSync(file).size).toBe(0);
  process.kill(holder.pid, 'SIGKILL');
  await holder.ended;
  expect(putUtmp(file, BOOT)).toBe(true);
});

test('without FFI the record is written all the same, without the lock', async () => {
  const file = emptyFile();
  const writer = runProgram('utmp-writer', ['put', file, 'a', '2'], { env: { RCINIT_NO_FFI: '1' } });
  expect(await writer.nextLine()).toBe('done');
  expect(readUtmp(file).map(({ id }) => id)).toEqual(['a0', 'a1']);
});

const hasUtmpdump = spawnSync('utmpdump', ['--version']).status === 0;

test.skipIf(!hasUtmpdump)('utmpdump of util-linux reads what is written', () => {
  const file = emptyFile();
  const records = [
    { ...BOOT, host: '6.1.0-49-amd64' },
    level('2', 'N'),
    processRecord('1234', 'INIT_PROCESS'),
    processRecord('x', 'DEAD_PROCESS', { line: 'tty1' }),
  ];
  for (const record of records) appendWtmp(file, record);
  const text = execFileSync('utmpdump', [file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const time = '2026-01-02T03:04:05,678901+00:00';
  const field = (value: string, width: number) => `[${value.padEnd(width)}]`;
  const line = (type: number, pid: string, id: string, user: string, tty: string, host: string) =>
    `[${type}] [${pid}] ${field(id, 4)} ${field(user, 8)} ${field(tty, 12)} ${field(host, 20)} ${field('0.0.0.0', 15)} [${time}]`;
  expect(text.split('\n')).toEqual([
    line(2, '00000', '~~', 'reboot', '~', '6.1.0-49-amd64'),
    line(1, '20018', '~~', 'runlevel', '~', ''),
    line(5, '00007', '1234', '', '', ''),
    line(8, '00007', 'x', '', 'tty1', ''),
    '',
  ]);
});

test.skipIf(spawnSync('who', ['--version']).status !== 0)('who -b -r tells the boot and the level', () => {
  const file = emptyFile();
  writeFileSync(file, '');
  putUtmp(file, BOOT);
  putUtmp(file, level('2', 'N'));
  putUtmp(file, level('3', '2'));
  const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' };
  const told = execFileSync('who', ['-b', '-r', file], { encoding: 'utf8', env });
  expect(told.split('\n').map((one) => one.trim().replaceAll(/ {2,}/g, '  '))).toEqual([
    'system boot  Jan  2 03:04',
    'run-level 3  Jan  2 03:04  last=2',
    '',
  ]);
});
