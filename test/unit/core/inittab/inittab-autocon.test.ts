import { expect, test } from 'vitest';
import { autoconsoles } from '../../../../src/core/inittab/inittab-autocon.ts';
import { parseInittab } from '../../../../src/core/inittab/inittab.ts';

const GETTY = (device: string) => `/sbin/agetty -L -s 115200,38400,9600 ${device} vt102`;

test.each([
  ['init.autocon=1', []],
  ['ro init.autocon=1 console=tty0 console=ttyS0,115200n8 quiet\n', ['tty0', 'ttyS0']],
  ['console=hvc0 init.autocon=1', ['hvc0']],
  ['init.autocon=1 console= console=a:b earlycon=ttyS0', []],
])('autoconsoles finds the consoles of "%s"', (commandLine, devices) => {
  const text = devices
    .map((device) => `${device.replace('tty', '')}:2345:respawn:${GETTY(device)}\n`)
    .join('');
  expect(autoconsoles(commandLine)).toEqual({ path: '/proc/cmdline', text, yields: true });
});

test.each(['', 'console=ttyS0', 'init.autocon=0 console=ttyS0', 'init.autocon=12', 'xinit.autocon=1'])(
  'autoconsoles is not asked for by "%s"',
  (commandLine) => expect(autoconsoles(commandLine)).toBe(undefined),
);

test('parseInittab takes such a line only where its id is free, and says nothing of the others', () => {
  const main = { path: '/etc/inittab', text: 'id:2:initdefault:\nS0:2:respawn:own getty\n' };
  const consoles = autoconsoles('init.autocon=1 console=ttyS0 console=ttyS1');
  const { table, diagnostics } = parseInittab([main, consoles!]);
  expect(diagnostics).toEqual([]);
  expect(table.entries.map(({ id, command, file }) => [id, command, file])).toEqual([
    ['S0', 'own getty', '/etc/inittab'],
    ['~~', '/sbin/sulogin', '/etc/inittab'],
    ['S1', GETTY('ttyS1'), '/proc/cmdline'],
  ]);
});
