import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { applet, readBootArguments } from '../../src/cli/init.ts';
import { decodeRequest } from '../../src/core/wire/initctl-message.ts';
import { callApplet } from '../support/run-applet.ts';
import { withTree } from '../support/with-tree.ts';

describe('readBootArguments', () => {
  const none = { wantedLevel: undefined, emergency: false, autoboot: false };

  test.each<[words: string, found: Partial<ReturnType<typeof readBootArguments>>]>([
    ['', {}],
    ['3', { wantedLevel: '3' }],
    ['9', { wantedLevel: '9' }],
    ['S', { wantedLevel: 'S' }],
    ['s', { wantedLevel: 'S' }],
    ['-s', { wantedLevel: 'S' }],
    ['single', { wantedLevel: 'S' }],
    ['2 single', { wantedLevel: 'S' }],
    ['single 5', { wantedLevel: '5' }],
    ['-b', { emergency: true }],
    ['emergency', { emergency: true }],
    ['-a', { autoboot: true }],
    ['auto', { autoboot: true }],
    ['-i 3 -b auto', { wantedLevel: '3', emergency: true, autoboot: true }],
    ['-z 3', {}],
    ['-z xxx 4', { wantedLevel: '4' }],
    ['5 -z', { wantedLevel: '5' }],
    ['--main web', { main: 'web' }],
    ['3 --main 4 -b', { wantedLevel: '3', main: '4', emergency: true }],
    ['--main=-s 2', { wantedLevel: '2', main: '-s' }],
    ['3 --main', { wantedLevel: '3' }],
    ['splash quiet 33 --init ro nomodeset q a', {}],
  ])('of "%s"', (words, found) => {
    expect(readBootArguments(words.split(' '))).toEqual({ ...none, ...found });
  });
});

describe('init that is not PID 1', () => {
  test('is telinit', async () => {
    const root = withTree({ 'run/': '' });
    execFileSync('mkfifo', [join(root, 'run/initctl')]);
    const fd = openSync(join(root, 'run/initctl'), constants.O_RDWR | constants.O_NONBLOCK);
    onTestFinished(() => closeSync(fd));
    const io = { name: 'init', env: { RCINIT_ROOT: root } };
    expect(await callApplet(applet, ['3'], io)).toMatchObject({ code: 0, out: '', err: '' });
    const bytes = Buffer.alloc(384);
    readSync(fd, bytes);
    expect(decodeRequest(bytes)).toEqual({ kind: 'runlevel', level: '3', sleepSeconds: 3 });
    expect(await callApplet(applet, [], io)).toMatchObject({
      code: 1,
      err: 'Usage: init {-e VAR[=VAL] | [-t SECONDS] {0|1|2|3|4|5|6|S|s|Q|q|A|a|B|b|C|c|U|u}}\n',
    });
  });

  test.each([['--main', 'web'], ['--main=web']])('says what is wrong with %s', async (...args) => {
    expect(await callApplet(applet, args, { name: 'init', env: {} })).toEqual({
      code: 1,
      signal: null,
      out: '',
      err: `init: cannot boot: this is process ${process.pid}, and init has to be 1; start the container without --init, and with a pid namespace of its own\n`,
    });
  });

  test.each(['-i', '--init'])(
    'is init all the same with %s anywhere, but never of the machine',
    async (word) => {
      for (const env of [{}, { RCINIT_ROOT: '' }, { RCINIT_ROOT: '.' }]) {
        expect(await callApplet(applet, ['3', word], { name: 'init', env })).toMatchObject({
          code: 1,
          out: '',
          err: 'init: cannot boot "/": this is not PID 1; name a folder with --root DIR or RCINIT_ROOT\n',
        });
      }
    },
  );
});
