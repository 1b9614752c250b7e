import { describe, expect, test } from 'vitest';
import { formatSpan, renderStatus } from '../../src/cli/status-table.ts';
import type { EntryStatus, StatusReply } from '../../src/core/engine/control-message.ts';
import type { ScriptStatus } from '../../src/rc/script-status.ts';
import { loadColours } from '../../src/rc/colours.ts';

const PLAIN = await loadColours(false, {});

function status(entries: readonly EntryStatus[], change: Partial<StatusReply> = {}): StatusReply {
  const facts = { pid: 1, root: '/', place: 'machine', level: '2', previous: 'N', uptimeMs: 12_345 } as const;
  return { version: 1, kind: 'status', state: 'running', ...facts, entries, ...change };
}

const GETTY: EntryStatus = {
  id: '1',
  levels: '2345',
  action: 'respawn',
  command: '/sbin/getty 38400 tty1',
  state: 'running',
  pid: 77,
  uptimeMs: 5_000,
  starts: 1,
};
const HELD: EntryStatus = {
  id: 'x',
  levels: '2',
  action: 'respawn',
  command: 'crash',
  state: 'held',
  starts: 10,
  why: 'respawning too fast, exited with status 1',
  retryInMs: 200_000,
};
const BOOT: EntryStatus = {
  id: 'si',
  levels: '#',
  action: 'sysinit',
  command: `/etc/init.d/rcS ${'x'.repeat(40)}`,
  state: 'done',
  starts: 1,
  why: 'runs at boot only, exited with status 0',
};
const BLOCKED: EntryStatus = { ...HELD, id: 'b', state: 'blocked', why: 'waits for the end of "w"' };

describe('renderStatus', () => {
  test('shows a head and the entries in columns as wide as their widest cell', () => {
    const { retryInMs: _, ...blocked } = BLOCKED;
    expect(renderStatus(status([BOOT, GETTY, HELD, blocked]), [], PLAIN)).toBe(
      [
        'run level 2 (previous N), pid 1, machine "/", up 12 s',
        '',
        'ID  LEVELS   ACTION   STATE    PID  UP     STARTS  COMMAND                                   WHY',
        `si  sysinit  sysinit  done     -    -      1       /etc/init.d/rcS ${'x'.repeat(23)}…  runs at boot only, exited with status 0`,
        '1   2345     respawn  running  77   5.0 s  1       /sbin/getty 38400 tty1',
        'x   2        respawn  held     -    -      10      crash                                     respawning too fast, exited with status 1, again in 3 min 20 s',
        'b   2        respawn  blocked  -    -      10      crash                                     waits for the end of "w"',
        '',
      ].join('\n'),
    );
  });

  test.each<[change: Partial<StatusReply>, head: string]>([
    [{ level: '#' }, 'sysinit (previous N), pid 1, machine "/", up 12 s'],
    [{ level: '*', previous: '#' }, 'boot (previous #), pid 1, machine "/", up 12 s'],
    [{ level: 'S', previous: '2' }, 'single user (previous 2), pid 1, machine "/", up 12 s'],
    [
      { state: 'changing', place: 'folder', root: '/srv/x', pid: 42 },
      'run level 2, changing (previous N), pid 42, folder "/srv/x", up 12 s',
    ],
  ])('heads %j', (change, head) => {
    expect(renderStatus(status([], change), [], PLAIN).split('\n')[0]).toBe(head);
  });

  test('shows the scripts with their links and last result', () => {
    const record = { name: 'x', outcome: 'ok', action: 'start', exit: 0, ms: 5 };
    const scripts = [
      { name: 'cron', startLevels: '2345', stopLevels: '016', last: undefined },
      { name: 'web', startLevels: '', stopLevels: '', last: { ...record, name: 'web' } },
      {
        name: 'gone',
        startLevels: '3',
        stopLevels: '',
        last: { name: 'gone', outcome: 'skipped', why: 'dangling link' },
      },
    ] as unknown as readonly ScriptStatus[];
    expect(renderStatus(undefined, scripts, PLAIN)).toBe(
      [
        'SCRIPT  START  STOP  LAST',
        'cron    2345   016   -',
        'web     -      -     start ok',
        'gone    3      -     skipped: dangling link',
        '',
      ].join('\n'),
    );
  });

  test('is empty where there is nothing to show', () => {
    expect(renderStatus(undefined, [], PLAIN)).toBe('');
  });

  test('lets no control character out, and tabs are blanks', () => {
    const entry: EntryStatus = {
      ...GETTY,
      id: '\u001b[',
      levels: '2\u0007',
      command: '/sbin/getty\t-L\u001b[2J\u0085',
    };
    const script = { name: 'a\u001b[2Jb', startLevels: '2', stopLevels: '', last: undefined };
    const text = renderStatus(status([entry]), [script], PLAIN);
    // eslint-disable-next-line no-control-regex
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(text).toContain(' /sbin/getty -L?[2J?\n');
    expect(text).toContain('\na?[2Jb ');
  });

  test('colours states without moving the columns', async () => {
    const colours = await loadColours(true, {});
    const text = renderStatus(status([GETTY, HELD, BLOCKED, BOOT]), [], colours);
    expect(text).toContain('\u001b[32mrunning\u001b[39m');
    expect(text).toContain('\u001b[31mheld\u001b[39m     -');
    expect(text).toContain('\u001b[33mblocked\u001b[39m');
    // eslint-disable-next-line no-control-regex
    const plain = text.replace(/\u001b\[\d+m/g, '');
    expect(plain).toBe(renderStatus(status([GETTY, HELD, BLOCKED, BOOT]), [], PLAIN));
  });
});

test.each<[ms: number, text: string]>([
  [0, '0.0 s'],
  [449, '0.4 s'],
  [9_999, '10.0 s'],
  [10_000, '10 s'],
  [59_999, '59 s'],
  [60_000, '1 min 0 s'],
  [185_000, '3 min 5 s'],
  [3_599_999, '59 min 59 s'],
  [7_800_000, '2 h 10 min'],
  [86_399_999, '23 h 59 min'],
  [356_400_000, '4 d 3 h'],
])('formatSpan of %i ms is "%s"', (ms, text) => {
  expect(formatSpan(ms)).toBe(text);
});
