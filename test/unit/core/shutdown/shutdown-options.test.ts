import { describe, expect, test } from 'vitest';
import {
  parseShutdownCommandLine,
  type ShutdownRequest,
} from '../../../../src/core/shutdown/shutdown-options.ts';

const PLAIN: ShutdownRequest = {
  level: '1',
  haltAction: undefined,
  warnOnly: false,
  cancel: false,
  checkAllowed: false,
  withoutInit: false,
  fastBoot: false,
  forceFsck: false,
  warnings: 'all',
  killDelay: undefined,
  time: 'now',
  words: [],
};

function parse(text: string): ReturnType<typeof parseShutdownCommandLine> {
  return parseShutdownCommandLine(text.split(' ').filter((word) => word !== ''));
}

describe('parseShutdownCommandLine', () => {
  test.each<[text: string, request: Partial<ShutdownRequest>]>([
    ['now', {}],
    ['-r now', { level: '6' }],
    ['-h now', { level: '0' }],
    ['-h -P now', { level: '0', haltAction: 'POWEROFF' }],
    ['-Hh now', { level: '0', haltAction: 'HALT' }],
    ['-h -H -P now', { level: '0', haltAction: 'POWEROFF' }],
    ['now -h -r', { level: '6' }],
    ['-r -h now', { level: '0' }],
    ['-i 5 now', { level: '5' }],
    ['-i 10 now', { level: '1' }],
    ['-i s now', { level: 's' }],
    ['-r -i a now', { level: 'a' }],
    [
      '-akfFnyqt9 now',
      {
        checkAllowed: true,
        warnOnly: true,
        fastBoot: true,
        forceFsck: true,
        withoutInit: true,
        warnings: 'reduced',
        killDelay: '9',
      },
    ],
    ['-qQ now', { warnings: 'last' }],
    ['-t soon now', { killDelay: 'soon' }],
    ['12:30 going down', { time: '12:30', words: ['going', 'down'] }],
    ['-g 3 5 minutes', { time: '3', words: ['5', 'minutes'] }],
    ['-c', { cancel: true, time: undefined }],
    ['-c 12:30 now', { cancel: true, time: undefined, words: ['12:30', 'now'] }],
    ['-h', { level: '0', time: undefined }],
    ['-- -5', { time: '-5' }],
  ])('%s', (text, request) => {
    expect(parse(text)).toEqual({ kind: 'request', request: { ...PLAIN, ...request }, root: undefined });
  });

  test.each<[text: string, request: Partial<ShutdownRequest>]>([
    ['-h -P +0 message', { level: '0', haltAction: 'POWEROFF' }],
    ['-h -H +0 message', { level: '0', haltAction: 'HALT' }],
    ['-h -r +0 message', { level: '6' }],
    // Those built for BSD and Solaris, and the one that dinit's users met.
    ['-p +0 message', { level: '0', haltAction: 'POWEROFF' }],
    ['-h -p +0 message', { level: '0', haltAction: 'POWEROFF' }],
    ['-i5 -g0 -y message', { level: '5', time: '0' }],
  ])('as a guest agent calls it: %s', (text, request) => {
    expect(parse(text)).toEqual({
      kind: 'request',
      request: { ...PLAIN, time: '+0', words: ['message'], ...request },
      root: undefined,
    });
  });

  test('--root', () => {
    expect(parse('--root /mnt now')).toMatchObject({ kind: 'request', root: '/mnt' });
    expect(parse('-x --root=/mnt now')).toMatchObject({ kind: 'usage', root: '/mnt' });
  });

  test.each<[text: string, line: string]>([
    ['-x', "invalid option -- 'x'"],
    ['-rzx now', "invalid option -- 'z'"],
    ['--help', "invalid option -- '-'"],
    ['now -t', "option requires an argument -- 't'"],
    ['-P now', '-H and -P flags can only be used along with -h flag.'],
    ['-r -H now', '-H and -P flags can only be used along with -h flag.'],
  ])('%s is wrong use', (text, line) => {
    expect(parse(text)).toEqual({ kind: 'usage', line, root: undefined });
  });

  test.each<[text: string, word: string]>([
    ['-i 9 now', '9'],
    ['-i q now', 'q'],
    ['-i 9 -x', '9'],
  ])('%s names no level', (text, word) => {
    expect(parse(text)).toEqual({ kind: 'bad-level', word, root: undefined });
  });

  test('the first fault is the one that is told', () => {
    expect(parse('-x -i 9')).toMatchObject({ kind: 'usage' });
    expect(parseShutdownCommandLine(['-i', ''])).toMatchObject({ kind: 'bad-level', word: '' });
  });
});
