import { describe, expect, test } from 'vitest';
import {
  haltUsage,
  parseHaltCommandLine,
  shutdownArguments,
  type HaltKind,
  type HaltRequest,
} from '../../../../src/core/shutdown/halt-options.ts';

const PLAIN: HaltRequest = {
  kind: 'halt',
  sync: true,
  writeWtmp: true,
  onlyWtmp: false,
  force: false,
  networkDown: false,
  disksToStandby: false,
  kexec: false,
  message: undefined,
  killDelay: undefined,
};

describe('parseHaltCommandLine', () => {
  test.each<[program: HaltKind, args: string[], request: Partial<HaltRequest>]>([
    ['halt', [], {}],
    ['reboot', [], { kind: 'reboot' }],
    ['poweroff', [], { kind: 'poweroff' }],
    ['halt', ['-p'], { kind: 'poweroff' }],
    ['reboot', ['-p'], { kind: 'reboot' }],
    ['halt', ['-n'], { sync: false, writeWtmp: false }],
    ['halt', ['-d'], { writeWtmp: false }],
    ['halt', ['-w'], { onlyWtmp: true }],
    ['halt', ['-f'], { force: true }],
    ['halt', ['-ih'], { networkDown: true, disksToStandby: true }],
    ['halt', ['-t', '5'], { killDelay: '5' }],
    // The last line of Debian's level 0.
    [
      'halt',
      ['-d', '-f', '-i', '-p', '-h'],
      {
        kind: 'poweroff',
        writeWtmp: false,
        force: true,
        networkDown: true,
        disksToStandby: true,
      },
    ],
    ['reboot', ['-k'], { kind: 'reboot', kexec: true }],
    ['reboot', ['-m', '0 tryboot'], { kind: 'reboot', message: '0 tryboot', force: true }],
  ])('%s %j', (program, args, request) => {
    expect(parseHaltCommandLine(program, args)).toEqual({
      request: { ...PLAIN, ...request },
      root: undefined,
    });
  });

  test.each<[program: HaltKind, args: string[]]>([
    ['halt', ['-x']],
    ['halt', ['now']],
    ['halt', ['-t']],
    ['halt', ['-k']],
    ['poweroff', ['-m', 'x']],
    ['reboot', ['--help']],
    ['reboot', ['-m']],
  ])('%s %j is wrong use', (program, args) => {
    expect(parseHaltCommandLine(program, args).request).toBe(undefined);
  });

  test('--root', () => {
    expect(parseHaltCommandLine('halt', ['--root', '/mnt', '-f'])).toMatchObject({ root: '/mnt' });
  });
});

test.each<[program: HaltKind, args: string[], shutdown: string]>([
  ['halt', [], '-h -H now'],
  ['halt', ['-p'], '-h -P now'],
  ['halt', ['-t', '5'], '-h -H -t 5 now'],
  ['poweroff', ['-n', '-i', '-h', '-d'], '-h -P now'],
  ['poweroff', ['-t', 'x'], '-h -P -t x now'],
  ['reboot', ['-p'], '-r now'],
  ['reboot', ['-t', '5'], '-r -t 5 now'],
])('%s %j on a system that is up is shutdown %s', (program, args, shutdown) => {
  const { request } = parseHaltCommandLine(program, args);
  expect(shutdownArguments(request ?? PLAIN).join(' ')).toBe(shutdown);
});

test('haltUsage is that of sysvinit 3.06; reboot has two more lines', () => {
  const lines = [
    "\t-n: don't sync before halting the system",
    '\t-w: only write a wtmp reboot record and exit.',
    "\t-d: don't write a wtmp record.",
    "\t-f: force halt/reboot, don't call shutdown.",
    '\t-h: put harddisks in standby mode.',
    '\t-i: shut down all network interfaces.',
  ];
  const text = (...all: readonly string[]) => `${all.join('\n')}\n`;
  const first = (name: string) => `usage: ${name} [-n] [-w] [-d] [-f] [-h] [-i]`;
  expect(haltUsage('poweroff', 'poweroff')).toBe(text(first('poweroff'), ...lines));
  expect(haltUsage('halt', 'stop')).toBe(
    text(`${first('stop')} [-p]`, ...lines, '\t-p: power down the system (if possible, otherwise halt).'),
  );
  expect(haltUsage('reboot', 'reboot')).toBe(
    text(
      `${first('reboot')} [-k] [-m MESSAGE]`,
      ...lines,
      '\t-k: reboot into the kernel that kexec loaded.',
      '\t-m MESSAGE: reboot at once and pass the message to the firmware.',
    ),
  );
});
