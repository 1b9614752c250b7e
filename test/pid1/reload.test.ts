import { expect, test } from 'vitest';
import { bootInit, describePid1, IS_ORIGINAL, type Booted } from '../support/booted-init.ts';
import { waitFor } from '../support/wait-for.ts';

const TOO_FAST = /^INIT: Id "a" respawning too fast: disabled for 5 minutes$/;
const HEAD = 'id:2:initdefault:\n';

/** `q` is done when a `once` line that is new in the table has run. */
async function reload(init: Booted, table: string, mark: string): Promise<void> {
  init.writeInittab(`${HEAD}${table}${mark}:2:once:/t/note ${mark}\n`);
  expect(await init.telinit('q')).toMatchObject({ code: 0, stdout: '', stderr: '' });
  await init.noted(`${mark} 2 N`);
}

const stays = (init: Booted) => init.log().filter((line) => line.startsWith('stay'));

async function boot(table: string): Promise<Booted> {
  const init = await bootInit(`${HEAD}${table}zz:2:once:/t/note up\n`);
  await init.noted('up 2 N');
  return init;
}

async function killStay(init: Booted, seconds = 1000): Promise<void> {
  expect((await init.run(['pkill', '-KILL', '-f', `^sleep ${seconds}$`])).code).toBe(0);
}

describePid1('telinit q', () => {
  test('a removed line ends its process at once', async () => {
    const init = await boot('a:2:respawn:/t/stay stay\n');
    await init.noted('stay 2 N');
    await reload(init, '', 'm1');
    expect((await init.run(['pidof', 'sleep'])).code).toBe(1);
    expect(stays(init)).toEqual(['stay 2 N']);
  });

  test('a changed action ends the process and starts the new entry', async () => {
    const init = await boot('a:2:respawn:/t/stay stay\n');
    await init.noted('stay 2 N');
    await reload(init, 'a:2:once:/t/stay stay\n', 'm1');
    await init.noted('stay 2 N', 2);
    await killStay(init);
    await reload(init, 'a:2:once:/t/stay stay\n', 'm2');
    expect(stays(init)).toHaveLength(2);
  });

  test('a changed command takes effect at the next start', async () => {
    const init = await boot('a:2:respawn:/t/stay stay-old\n');
    await init.noted('stay-old 2 N');
    await reload(init, 'a:2:respawn:/t/stay stay-new\n', 'm1');
    expect(stays(init)).toEqual(['stay-old 2 N']);
    await killStay(init);
    await init.noted('stay-new 2 N');
  });

  test('a changed command of a finished once does not make it run again', async () => {
    const init = await boot('a:2:once:/t/note stay-old\n');
    await init.noted('stay-old 2 N');
    await reload(init, 'a:2:once:/t/note stay-new\n', 'm1');
    expect(stays(init)).toEqual(['stay-old 2 N']);
  });

  test('a new boot line does not run, a new wait line of this level does', async () => {
    const init = await boot('');
    await reload(
      init,
      'b::boot:/t/note stay-boot\ns::sysinit:/t/note stay-sysinit\nw:2:wait:/t/note stay-wait\n',
      'm1',
    );
    expect(stays(init)).toEqual(['stay-wait 2 N']);
  });

  test('off ends the process of the same id', async () => {
    const init = await boot('a:2:respawn:/t/stay stay\n');
    await init.noted('stay 2 N');
    await reload(init, 'a:2:off:/t/stay stay\n', 'm1');
    expect((await init.run(['pidof', 'sleep'])).code).toBe(1);
  });

  test('SIGHUP reads the table too', async () => {
    const init = await boot('');
    init.writeInittab(`${HEAD}a:2:once:/t/note new\n`);
    init.signal('SIGHUP');
    await init.noted('new 2 N');
  });

  test('a process that survives keeps its pid', async () => {
    const init = await boot('a:2:respawn:/t/stay stay\n');
    await init.noted('stay 2 N');
    const before = await init.run(['pidof', 'sleep']);
    await reload(init, 'b:3:once:/t/note other\na:2:respawn:/t/stay stay\n', 'm1');
    expect((await init.run(['pidof', 'sleep'])).stdout).toBe(before.stdout);
  });
});

describePid1('respawn', () => {
  test('a killed process is started again at once, each time', async () => {
    const init = await boot('a:2:respawn:/t/stay stay\n');
    for (let time = 1; time <= 5; time++) {
      await init.noted('stay 2 N', time);
      const asleep = async () => (await init.run(['pidof', 'sleep'])).code === 0;
      await waitFor('the process to sleep', asleep);
      await killStay(init);
    }
    await init.noted('stay 2 N', 6);
  });

  test('ten starts within two minutes, then the entry is held; telinit q gives it ten more', async () => {
    const table = 'a:2:respawn:/crash\n';
    const init = await bootInit(`${HEAD}${table}`, {
      tree: { 'crash!': '#!/bin/sh\necho crash >>/log\nexit 7\n' },
    });
    const crashes = () => init.log().filter((line) => line === 'crash').length;
    await init.console.waitForLine(TOO_FAST);
    expect(crashes()).toBe(10);
    const seen = init.console.lines.length;
    await init.telinit('q');
    await init.console.waitForLine(TOO_FAST, 20_000, seen - 1);
    expect(crashes()).toBe(20);
  });

  test.skipIf(IS_ORIGINAL)(
    'the throttle names the command, how it ended last and when it is tried again',
    async () => {
      const init = await bootInit(`${HEAD}a:2:respawn:/crash 1 2\n`, {
        tree: { 'crash!': '#!/bin/sh\nexit 7\n' },
      });
      const line = await init.console.waitForLine(/"\/crash 1 2"/);
      expect(line).toMatch(
        /^INIT: Id "a": "\/crash 1 2" .*\b7\b.*; next try at \d\d:\d\d:\d\d, or at once with telinit q$/,
      );
    },
  );

  test('orphans are reaped, whatever they do', async () => {
    const init = await boot('a:2:respawn:/t/stay stay\n');
    const script =
      'i=0; while [ $i -lt 300 ]; do (sh -c "exit $i" & (kill -9 $$ 2>&1) & ) ; (sleep 0.1 &) ; i=$((i+1)); done';
    await init.run(['sh', '-c', script]);
    const states = async () => (await init.run(['ps', '-eo', 'stat='])).stdout;
    await waitFor('all orphans to be reaped', async () => !/^Z/m.test(await states()));
    await init.noted('stay 2 N');
    await reload(init, 'a:2:respawn:/t/stay stay\n', 'm1');
  });
});
