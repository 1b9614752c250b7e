import { expect, test } from 'vitest';
import { bootInit, describePid1, IS_ORIGINAL, type Booted } from '../support/booted-init.ts';
import { rawRequest } from '../support/raw-request.ts';
import type { Tree } from '../support/with-tree.ts';

/** SIGRTMIN+3, what systemd's tools send to a container's init (glibc: SIGRTMIN is 34). */
const SIGRTMIN_3 = 37;
const HEAD = 'id:2:initdefault:\nl2:2:wait:/t/note up\n';

async function boot(table: string, tree: Tree = {}): Promise<Booted> {
  const init = await bootInit(HEAD + table, { tree });
  await init.noted('up 2 N');
  return init;
}

describePid1('signals', () => {
  test('SIGINT runs the ctrlaltdel entries, and again for the next one', async () => {
    const init = await boot('ca::ctrlaltdel:/t/note cad\n');
    init.signal('SIGINT');
    await init.noted('cad 2 N');
    init.signal('SIGINT');
    await init.noted('cad 2 N', 2);
    expect(init.log()).toEqual(['up 2 N', 'cad 2 N', 'cad 2 N']);
  });

  test('SIGWINCH runs the kbrequest entries', async () => {
    const init = await boot('kb:2:kbrequest:/t/note kb\n');
    init.signal('SIGWINCH');
    await init.noted('kb 2 N');
  });

  test('power requests through the fifo run their entries', async () => {
    const init = await boot(
      'a::powerfail:/t/note fail\nb::powerwait:/t/note wait\nc::powerfailnow:/t/note now\nd::powerokwait:/t/note ok\n',
    );
    const send = (command: number) =>
      init.run(['sh', '-c', 'cat >/run/initctl'], { input: rawRequest({ command }) });
    await send(2);
    await init.noted('wait 2 N');
    await init.noted('fail 2 N');
    await send(3);
    await init.noted('now 2 N');
    await send(4);
    await init.noted('ok 2 N');
    expect(init.log().toSorted()).toEqual(['fail 2 N', 'now 2 N', 'ok 2 N', 'up 2 N', 'wait 2 N']);
  });

  test('SIGUSR1 opens a deleted fifo again', async () => {
    const init = await boot('c:3:wait:/t/note three\n');
    await init.run(['rm', '/run/initctl']);
    init.signal('SIGUSR1');
    // telinit itself says at once when there is no fifo; so this waits for it.
    await init.run(['sh', '-c', 'until [ -p /run/initctl ]; do sleep 0.05; done']);
    expect(await init.telinit('3')).toMatchObject({ code: 0 });
    await init.noted('three 3 2');
  });

  test('a deleted fifo is made again without being asked', async () => {
    const init = await boot('c:3:wait:/t/note three\n');
    await init.run(['rm', '/run/initctl']);
    await init.run(['sh', '-c', 'until [ -p /run/initctl ]; do sleep 0.05; done'], { deadlineMs: 20_000 });
    expect(await init.telinit('3')).toMatchObject({ code: 0 });
    await init.noted('three 3 2');
  });

  test('SIGQUIT, SIGABRT and other signals without a meaning do nothing', async () => {
    const init = await boot('c:3:wait:/t/note three\n');
    for (const signal of [
      'SIGQUIT',
      'SIGABRT',
      'SIGPIPE',
      'SIGALRM',
      'SIGTTIN',
      'SIGTTOU',
      'SIGURG',
    ] as const) {
      init.signal(signal);
    }
    expect(await init.telinit('3')).toMatchObject({ code: 0 });
    await init.noted('three 3 2');
  });
});

/** What the original does not do: it ignores SIGTERM, so its containers end by SIGKILL. */
describePid1('the end in a container', () => {
  const LEAVE = 'a:2:respawn:/t/stay daemon\nl0:0:wait:/t/note down\nz:0:wait:/t/note last\n';

  test.skipIf(IS_ORIGINAL).each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGPWR', 'SIGPWR'],
    ['SIGRTMIN+3', SIGRTMIN_3],
    ['SIGINT without a ctrlaltdel entry', 'SIGINT'],
  ] as const)('%s leads through level 0 to exit status 0', async (_name, signal) => {
    const init = await boot(LEAVE);
    await init.noted('daemon 2 N');
    init.signal(signal);
    expect(await init.exited).toEqual({ code: 0, signal: null });
    expect(init.log().filter((line) => !line.startsWith('daemon'))).toEqual([
      'up 2 N',
      'down 0 2',
      'last 0 2',
    ]);
  });

  test.skipIf(IS_ORIGINAL)('telinit 0 ends init with status 0, and what ignores TERM is killed', async () => {
    const init = await boot('a:2:respawn:/escape\nl0:0:wait:/t/note down\n', {
      'escape!': '#!/bin/sh\ntrap "" TERM\nsetsid sleep 1000 &\necho escaped >>/log\nexec sleep 1000\n',
    });
    await init.noted('escaped');
    // telinit is among what is ended: it may not come to its exit status.
    await init.telinit('-t', '0', '0');
    expect(await init.exited).toEqual({ code: 0, signal: null });
    expect(init.log()).toEqual(['up 2 N', 'escaped', 'down 0 2']);
  });

  test.skipIf(IS_ORIGINAL)(
    'telinit 6 ends init with status 133, which asks a supervisor to start it again',
    async () => {
      const init = await boot('l6:6:wait:/t/note reboot\n');
      await init.telinit('6');
      expect(await init.exited).toEqual({ code: 133, signal: null });
      expect(init.log()).toEqual(['up 2 N', 'reboot 6 2']);
    },
  );

  test.skipIf(IS_ORIGINAL)(
    "Debian's rescue shell for a failed reboot (z6:6:respawn:) does not keep a container alive",
    async () => {
      const init = await boot('l6:6:wait:/t/note reboot\nz6:6:respawn:/t/stay rescue\n');
      await init.telinit('6');
      expect(await init.exited).toEqual({ code: 133, signal: null });
    },
  );

  test.skipIf(IS_ORIGINAL)('SIGTERM during sysinit ends orderly too', async () => {
    const init = await bootInit('id:2:initdefault:\ns::sysinit:/t/stay sys\nl0:0:wait:/t/note down\n');
    await init.noted('sys S N');
    init.signal('SIGTERM');
    expect(await init.exited).toEqual({ code: 0, signal: null });
    expect(init.log()).toEqual(['sys S N', 'down 0 #']);
  });

  test.skipIf(IS_ORIGINAL)('a second SIGTERM does not run level 0 twice', async () => {
    const init = await boot('a:2:respawn:/t/deaf deaf\nl0:0:wait:/t/note down\n');
    await init.noted('deaf 2 N');
    init.signal('SIGTERM');
    await init.console.waitForLine(/Switching to runlevel: 0/);
    init.signal('SIGTERM');
    init.signal('SIGINT');
    expect(await init.exited).toEqual({ code: 0, signal: null });
    expect(init.log().filter((line) => line.startsWith('down'))).toEqual(['down 0 2']);
  });
});
