import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { bootInit, describePid1, IS_ORIGINAL, type Booted } from '../support/booted-init.ts';
import { rawRequest } from '../support/raw-request.ts';
import { waitFor } from '../support/wait-for.ts';

const HEAD = 'id:2:initdefault:\nl2:2:wait:/t/note up\nl3:3:wait:/t/note three\n';
const FLOOD = 100_000;
/** What one write puts into a fifo without being mixed with others (PIPE_BUF), in whole requests. */
const REQUESTS_PER_WRITE = 10;

async function boot(inittab = HEAD): Promise<Booted> {
  const init = await bootInit(inittab);
  await init.noted('up 2 N');
  return init;
}

/** PID 1 lives as long as it still does what it is asked. */
async function expectAlive(init: Booted): Promise<void> {
  expect(await init.telinit('3')).toMatchObject({ code: 0, stdout: '', stderr: '' });
  await init.noted('three 3 2');
}

/** Writes without blocking the test, which has to read the console meanwhile. */
async function writeFifo(init: Booted, chunks: Iterable<Uint8Array>): Promise<void> {
  await waitFor('the control fifo', () => existsSync(init.path('/run/initctl')));
  const stream = createWriteStream(init.path('/run/initctl'), { flags: 'r+' });
  for (const chunk of chunks) {
    if (!stream.write(chunk)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}

function* repeat(chunk: Uint8Array, times: number): Iterable<Uint8Array> {
  for (let time = 0; time < times; time++) yield chunk;
}

describePid1('bad requests', () => {
  test('a wrong magic, a short and a long request are refused one by one', async () => {
    const init = await boot();
    const bogus = () => init.console.lines.filter((line) => line === 'INIT: got bogus initrequest').length;
    const send = async (input: Uint8Array, says: RegExp) => {
      await init.run(['sh', '-c', 'cat >/run/initctl'], { input });
      await init.console.waitForLine(says);
    };
    await send(rawRequest({ magic: 0x12345678, level: '3' }), /^INIT: got bogus initrequest$/);
    expect(bogus()).toBe(1);
    await send(Buffer.from('ten bytes!'), /^INIT: got bogus initrequest$/);
    await send(rawRequest({ level: 'x' }), /^INIT: bad runlevel: X$/);
    expect(bogus()).toBe(2);
    await send(rawRequest({ command: 5 }), /^INIT: got unimplemented initrequest\.$/);
    await send(
      Buffer.concat([rawRequest({ level: '3' }), Buffer.from('xy')]),
      /^INIT: Switching to runlevel: 3$/,
    );
    await init.noted('three 3 2');
    expect(await waitFor('the two stray bytes to be refused', () => bogus() === 3)).toBe(true);
  });

  test.skipIf(IS_ORIGINAL)(`${FLOOD} requests are read, and the next one is obeyed`, async () => {
    const init = await boot();
    const chunk = Buffer.concat([...repeat(rawRequest({ level: '2' }), REQUESTS_PER_WRITE)]);
    await writeFifo(init, repeat(chunk, FLOOD / REQUESTS_PER_WRITE));
    await expectAlive(init);
  });

  test(`${FLOOD} bogus requests are read, and the next one is obeyed`, async () => {
    const init = await boot();
    const chunk = Buffer.concat([...repeat(rawRequest({ magic: 1 }), REQUESTS_PER_WRITE)]);
    await writeFifo(init, repeat(chunk, FLOOD / REQUESTS_PER_WRITE));
    await expectAlive(init);
  });

  test('a megabyte of noise does no harm', async () => {
    const init = await boot();
    await writeFifo(init, [randomBytes(2 ** 20)]);
    // What is left of the noise may spoil the requests right behind it, as many as there are.
    const isThere = () => init.log().includes('three 3 2');
    await waitFor('level 3', async () => (await init.telinit('3')).code === 0 && isThere());
  });

  test('a hundred re-readings in a row start nothing twice', async () => {
    const init = await boot(`${HEAD}a:2:respawn:/t/stay stay\n`);
    await init.noted('stay 2 N');
    await writeFifo(init, repeat(rawRequest({ level: 'q' }), 100));
    await expectAlive(init);
    expect(init.log()).toEqual(['up 2 N', 'stay 2 N', 'three 3 2']);
  });
});

describePid1('a bad inittab', () => {
  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['only comments', '# nothing\n\n'],
  ])('%s: asks for a level on the console and lives', async (name, inittab) => {
    const init = await bootInit(inittab);
    await init.console.waitForLine(/^Enter runlevel: /);
    if (name === 'missing' && !IS_ORIGINAL) await init.console.waitForLine(/^INIT: No inittab file found$/);
    init.type('4\n');
    await init.console.waitForLine(/^INIT: Entering runlevel: 4$/);
    init.writeInittab(HEAD);
    expect(await init.telinit('3')).toMatchObject({ code: 0 });
    await init.noted('three 3 4');
  });

  test.skipIf(IS_ORIGINAL)('binary: names the lines and uses what is good', async () => {
    const noise = randomBytes(65_536).map((byte) => (byte === 10 ? 11 : byte));
    const init = await bootInit(
      Buffer.concat([Buffer.from('\x7fELF:\0\n'), noise, Buffer.from(`\n${HEAD}`)]),
    );
    await init.noted('up 2 N');
    await init.console.waitForLine(/^INIT: \/etc\/inittab\[1\]: /);
    await expectAlive(init);
  });

  test('wrong lines are named with their number, in the original words, and the rest is used', async () => {
    const init = await bootInit(
      `one\n:2:once:/x\na:2:frobnicate:/x\nabcde:2:once:/x\nb:2:once:/t/note b\nb:2:once:/t/note again\n${HEAD}`,
    );
    await init.noted('up 2 N');
    const said = init.console.lines.filter((line) => line.startsWith('INIT: /etc/inittab['));
    expect(said).toEqual([
      'INIT: /etc/inittab[1]: missing action field',
      'INIT: /etc/inittab[2]: missing id field',
      'INIT: /etc/inittab[3]: frobnicate: unknown action field',
      'INIT: /etc/inittab[4]: id field too long (max 4 characters)',
      'INIT: /etc/inittab[6]: duplicate ID field "b"',
    ]);
    expect(init.log().toSorted()).toEqual(['b 2 N', 'up 2 N']);
  });

  test.skipIf(IS_ORIGINAL)('CRLF line ends are no part of the command', async () => {
    const init = await boot(HEAD.replaceAll('\n', '\r\n'));
    await expectAlive(init);
  });

  test.skipIf(IS_ORIGINAL)('10 MB of comments, then the table', async () => {
    await expectAlive(await boot(`${'# filler filler filler filler\n'.repeat(350_000)}${HEAD}`));
  });

  test.skipIf(IS_ORIGINAL)('10 MB of wrong lines, then the table', async () => {
    await expectAlive(await boot(`${'wrong wrong wrong wrong wrong\n'.repeat(350_000)}${HEAD}`));
  });

  test.skipIf(IS_ORIGINAL)('one line of 10 MB, and a last line without a newline', async () => {
    await expectAlive(await boot(`${'x'.repeat(10_000_000)}\n${HEAD.trimEnd()}`));
  });

  test.skipIf(IS_ORIGINAL)(
    'a table that becomes unusable is refused, and the last good one stays',
    async () => {
      const init = await boot(`${HEAD}a:2:respawn:/t/stay stay\n`);
      await init.noted('stay 2 N');
      init.writeInittab('complete nonsense\n');
      await init.telinit('q');
      await init.console.waitForLine(/keeping the table read before/);
      expect((await init.run(['pidof', 'sleep'])).code).toBe(0);
      await expectAlive(init);
    },
  );

  test('a default level nobody defines is entered, and another one can be asked for', async () => {
    const init = await bootInit('id:5:initdefault:\nl3:3:wait:/t/note three\n');
    await init.console.waitForLine(/^INIT: Entering runlevel: 5$/);
    if (!IS_ORIGINAL) await init.console.waitForLine(/no inittab entry names runlevel 5/);
    await init.telinit('3');
    await init.noted('three 3 5');
  });

  test('a default level that is none is asked for', async () => {
    const init = await bootInit('id:x:initdefault:\nl3:3:wait:/t/note three\n');
    // The original flushes it off the terminal right away.
    if (!IS_ORIGINAL) await init.console.waitForLine(/^INIT: Initdefault level 'X' is invalid$/);
    await init.console.waitForLine(/^Enter runlevel: /);
    init.type('3\n');
    await init.noted('three 3 N');
  });
});

describePid1('a machine in trouble', () => {
  test.skipIf(IS_ORIGINAL)('a read-only root: boots, switches, ends', async () => {
    const init = await bootInit('id:2:initdefault:\nl2:2:wait:/bin/echo two\nl3:3:wait:/bin/echo three\n', {
      readOnly: true,
      tmpfs: { '/run': 'mode=0755' },
    });
    await init.console.waitForLine(/^two$/);
    expect(await init.telinit('3')).toMatchObject({ code: 0 });
    await init.console.waitForLine(/^three$/);
    init.signal('SIGTERM');
    expect(await init.exited).toEqual({ code: 0, signal: null });
  });

  test.skipIf(IS_ORIGINAL)('nothing at all can be written: says so, boots, and ends on SIGTERM', async () => {
    const init = await bootInit('id:2:initdefault:\nl2:2:wait:/bin/echo two\nl0:0:wait:/bin/echo down\n', {
      readOnly: true,
    });
    await init.console.waitForLine(/^two$/);
    await init.console.waitForLine(/read-only file system/i);
    init.signal('SIGTERM');
    expect(await init.exited).toEqual({ code: 0, signal: null });
    expect(init.console.lines).toContain('down');
  });

  test.skipIf(IS_ORIGINAL)(
    'a full disk for the state files is reported, and the level changes all the same',
    async () => {
      const fill = '#!/bin/sh\ncat /dev/zero >/run/fill 2>/dev/null\nexit 0\n';
      const init = await bootInit(`${HEAD}si::sysinit:/fill\n`, {
        tmpfs: { '/run': 'mode=0755,size=64k' },
        tree: { 'fill!': fill },
      });
      await init.noted('up 2 N');
      await init.console.waitForLine(/no space left on device/i);
      await expectAlive(init);
    },
  );

  test('a program that forks for ever is ended by the next level', async () => {
    const init = await bootInit(`${HEAD}f:2:once:/forks\n`, {
      tree: { 'forks!': '#!/bin/sh\necho forking >>/log\nwhile :; do (:& ) ; done\n' },
    });
    await init.noted('forking');
    await expectAlive(init);
    await init.run(['sh', '-c', 'while pgrep -x forks; do sleep 0.05; done']);
    expect((await init.run(['ps', '-eo', 'stat='])).stdout).not.toMatch(/^Z/m);
  });

  test('commands that are a directory, missing or not executable do not stop the rest', async () => {
    const init = await bootInit(
      'id:2:initdefault:\na:2:wait:/etc\nb:2:wait:/nowhere/at/all\nc:2:wait:/etc/inittab\nd:2:once:\nl2:2:wait:/t/note up\nl3:3:wait:/t/note three\n',
    );
    await init.noted('up 2 N');
    await expectAlive(init);
  });
});
