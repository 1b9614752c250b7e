import { describe, expect, test } from 'vitest';
import { formatCtime } from '../../../../src/core/c-time.ts';
import {
  bannerText,
  goingDownText,
  messageText,
  nologinText,
} from '../../../../src/core/shutdown/shutdown-text.ts';
import { showControls } from '../../../../src/core/visible-text.ts';

/** Every text was seen on a terminal, from sysvinit 3.06. */
describe('goingDownText', () => {
  test.each<[level: string, minutes: number, text: string]>([
    ['0', 0, '\rThe system is going down for system halt NOW!\r\n'],
    ['6', 0, '\rThe system is going down for reboot NOW!\r\n'],
    ['1', 0, '\rThe system is going down to maintenance mode NOW!\r\n'],
    ['0', 1, '\rThe system is going DOWN for system halt in 1 minute!\r\n'],
    ['6', 3, '\rThe system is going DOWN for reboot in 3 minutes!\r\n'],
    ['1', 60, '\rThe system is going DOWN to maintenance mode in 60 minutes!\r\n'],
    ['5', 3, '\rThe system is going DOWN to runlevel 5 in 3 minutes!\r\n'],
    ['a', 1, '\rThe system is going DOWN to runlevel a in 1 minute!\r\n'],
    ['s', 1, '\rThe system is going DOWN to runlevel s in 1 minute!\r\n'],
  ])('to level %s in %d minutes', (level, minutes, text) => {
    expect(goingDownText(level, minutes)).toBe(text);
  });
});

test('bannerText names the speaker, and a terminal if there is one', () => {
  const speaker = { user: 'root', host: 'vm', terminal: undefined };
  const time = 'Fri Nov 20 14:39:03 2026';
  expect(bannerText(speaker, time)).toBe(
    '\r\nBroadcast message from root@vm (Fri Nov 20 14:39:03 2026):\r\n\r\n',
  );
  expect(bannerText({ ...speaker, terminal: 'pts/3' }, time)).toBe(
    '\r\nBroadcast message from root@vm (pts/3) (Fri Nov 20 14:39:03 2026):\r\n\r\n',
  );
});

test('messageText joins the words; inside one nothing is changed', () => {
  expect(messageText(['hello  world', 'again'])).toBe('hello  world again \r\n');
  expect(messageText([])).toBe('');
});

test('nologinText', () => {
  expect(nologinText('Fri Nov 20 14:42:06 2026', 'going \r\n')).toBe(
    '\rThe system is going down on Fri Nov 20 14:42:06 2026\n\r\ngoing \r\n',
  );
});

test('formatCtime pads the day as C does', () => {
  expect(formatCtime(new Date(2027, 10, 5, 9, 8, 7))).toBe('Fri Nov  5 09:08:07 2027');
  expect(formatCtime(new Date(2026, 10, 20, 14, 42, 6))).toBe('Fri Nov 20 14:42:06 2026');
});

test('showControls leaves nothing that could do things to a terminal', () => {
  expect(showControls('a\tb\r\nc')).toBe('a\tb\r\nc');
  expect(showControls('\u001b[2J\u0007\u007f\u0000\u009b1m')).toBe('^[[2J^G^?^@^[1m');
  expect(showControls('Müll – 電源')).toBe('Müll – 電源');
});
