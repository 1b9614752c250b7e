import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bootInit, describePid1, type Booted } from '../support/booted-init.ts';
import { makeFifo } from '../support/fifo-gate.ts';

const TERM_LINE = /^INIT: Sending processes configured via \/etc\/inittab the TERM signal$/;
const KILL_LINE = /^INIT: Sending processes configured via \/etc\/inittab the KILL signal$/;
const hasLine = (init: Booted, pattern: RegExp) => init.console.lines.some((line) => pattern.test(line));

/** Milliseconds from the request to the note. Only lower bounds are ever asserted. */
async function timeTo(init: Booted, note: string, ...request: readonly string[]): Promise<number> {
  const start = performance.now();
  expect(await init.telinit(...request)).toMatchObject({ code: 0, stdout: '', stderr: '' });
  await init.noted(note);
  return performance.now() - start;
}

describePid1('level change', () => {
  test('telinit 3 ends what is not in 3, keeps what is, and starts what is new', async () => {
    const init = await bootInit(
      'id:2:initdefault:\na:23:respawn:/t/stay both\nb:2:respawn:/t/stay only-two\nc:3:respawn:/t/stay only-three\nd:2:wait:/t/note ready\n',
    );
    await init.noted('ready 2 N');
    const kept = await pidsOf(init, '/t/stay');
    await timeTo(init, 'only-three 3 2', '3');
    expect(init.log().filter((line) => line.startsWith('both'))).toEqual(['both 2 N']);
    expect((await pidsOf(init, '/t/stay')).filter((pid) => kept.includes(pid))).toHaveLength(1);
    await init.console.waitForLine(/^INIT: Switching to runlevel: 3$/);
  });

  test('children that obey TERM are never sent KILL', async () => {
    const init = await bootInit('id:2:initdefault:\na:2:respawn:/t/stay a\nb:3:wait:/t/note three\n');
    await init.noted('a 2 N');
    await timeTo(init, 'three 3 2', '3');
    expect(hasLine(init, TERM_LINE)).toBe(true);
    expect(hasLine(init, KILL_LINE)).toBe(false);
  });

  test('a child that ignores TERM is killed after 3 s, and only then the level begins', async () => {
    const init = await bootInit('id:2:initdefault:\na:2:respawn:/t/deaf a\nb:3:wait:/t/note three\n');
    await init.noted('a 2 N');
    expect(await timeTo(init, 'three 3 2', '3')).toBeGreaterThanOrEqual(2990);
    expect(hasLine(init, KILL_LINE)).toBe(true);
    expect(await pidsOf(init, 'sleep')).toEqual([]);
  });

  test('-t 1 makes it 1 s, for that request only', async () => {
    const init = await bootInit(
      'id:2:initdefault:\na:24:respawn:/t/deaf a\nb:3:wait:/t/note three\nc:5:wait:/t/note five\n',
    );
    await init.noted('a 2 N');
    expect(await timeTo(init, 'three 3 2', '-t', '1', '3')).toBeGreaterThanOrEqual(990);
    await init.telinit('4');
    await init.noted('a 4 3');
    expect(await timeTo(init, 'five 5 4', '5')).toBeGreaterThanOrEqual(2990);
  });

  test('the whole process group is signalled, and what left it is not', async () => {
    const init = await bootInit('id:2:initdefault:\na:2:respawn:/group\nb:3:wait:/t/note three\n', {
      tree: { 'group!': '#!/bin/sh\nsleep 2001 &\nsetsid sleep 2002 &\necho up >>/log\nwait\n' },
    });
    await init.noted('up');
    await timeTo(init, 'three 3 2', '3');
    expect(await pidsOf(init, 'sleep 2001')).toEqual([]);
    expect(await pidsOf(init, 'sleep 2002')).toHaveLength(1);
  });

  test('a running wait entry of the old level is killed, not waited for', async () => {
    const init = await bootInit(
      'id:2:initdefault:\na:2:wait:/t/stay slow\nb:2:wait:/t/note never\nc:3:wait:/t/note three\n',
    );
    await init.noted('slow 2 N');
    await timeTo(init, 'three 3 2', '3');
    expect(init.log()).toEqual(['slow 2 N', 'three 3 2']);
  });

  test('once and wait run once per stay: 23:once not again on 2→3, 2:wait again on 2→3→2', async () => {
    const init = await bootInit(
      'id:2:initdefault:\na:23:once:/t/note once\nb:23:wait:/t/note both\nc:2:wait:/t/note two\nd:3:wait:/t/note three\n',
    );
    await init.noted('two 2 N');
    await timeTo(init, 'three 3 2', '3');
    await timeTo(init, 'two 2 3', '2');
    expect(init.log().toSorted()).toEqual(['both 2 N', 'once 2 N', 'three 3 2', 'two 2 3', 'two 2 N']);
  });

  test('telinit with the current level does nothing at all, not even read the table', async () => {
    const init = await bootInit('id:2:initdefault:\nb:2:wait:/t/note two\n');
    await init.noted('two 2 N');
    init.writeInittab(
      'id:2:initdefault:\nb:2:wait:/t/note two\nn:2:once:/t/note new\nt:3:wait:/t/note three\n',
    );
    await init.telinit('2');
    await timeTo(init, 'three 3 2', '3');
    expect(init.log()).toEqual(['two 2 N', 'three 3 2']);
  });

  test('7 to 9 are levels like others', async () => {
    const init = await bootInit('id:2:initdefault:\nb:2:wait:/t/note two\nc:7:wait:/t/note seven\n');
    await init.noted('two 2 N');
    await timeTo(init, 'seven 7 2', '7');
  });

  test('telinit during sysinit kills it and goes straight to the level, with # as the previous one', async () => {
    const init = await bootInit(
      'id:2:initdefault:\ns::sysinit:/t/stay sys\nb::bootwait:/t/note boot\nc:3:wait:/t/note three\n',
    );
    await init.noted('sys S N');
    await timeTo(init, 'three 3 #', '3');
    expect(init.log()).toEqual(['sys S N', 'three 3 #']);
  });

  test('a, b and c start their entries without leaving the level; once and wait again each time', async () => {
    const init = await bootInit(
      'id:2:initdefault:\nl:2:wait:/t/note level\na:a:ondemand:/t/stay daemon\nb:a:once:/t/note once\nc:b:once:/t/note other\nd:3:wait:/t/note three\n',
    );
    await init.noted('level 2 N');
    expect(init.log()).toEqual(['level 2 N']);
    await init.telinit('a');
    await init.noted('once 2 N');
    await init.noted('daemon 2 N');
    await timeTo(init, 'three 3 2', '3');
    await init.telinit('A');
    await init.noted('once 3 2');
    await init.telinit('b');
    await init.noted('other 3 2');
    // The daemon outlives the level change, and a second demand leaves it alone.
    expect(init.log().filter((line) => line.startsWith('daemon'))).toEqual(['daemon 2 N']);
    expect(await pidsOf(init, 'sleep')).toHaveLength(1);
  });

  test('single user ends what was started on demand', async () => {
    const init = await bootInit(
      'id:2:initdefault:\ns:S:wait:/t/gate shell\na:a:ondemand:/t/stay daemon\nl:2:wait:/t/note level\n',
    );
    await init.noted('level 2 N');
    makeFifo(join(init.dir, 'gate'));
    await init.telinit('a');
    await init.noted('daemon 2 N');
    await timeTo(init, 'shell S 2', 's');
    expect(await pidsOf(init, 'sleep')).toEqual([]);
    await init.console.waitForLine(/^INIT: Going single user$/);
  });

  test('from single user telinit 2 ends the S entries', async () => {
    const init = await bootInit('id:2:initdefault:\ns:S:wait:/t/stay shell\nl:2:wait:/t/note level\n');
    await init.noted('level 2 N');
    await timeTo(init, 'shell S 2', 'S');
    await timeTo(init, 'level 2 S', '2');
    expect(await pidsOf(init, 'sleep')).toEqual([]);
  });

  test('a respawned child is started again at once, with what the level says now', async () => {
    const init = await bootInit('id:2:initdefault:\na:23:respawn:/t/stay a\nt:3:wait:/t/note three\n');
    await init.noted('a 2 N');
    await timeTo(init, 'three 3 2', '3');
    await init.run(['pkill', '-KILL', '-x', 'sleep']);
    await init.noted('a 3 2');
  });
});

/** Pids inside whose command line begins so. */
async function pidsOf(init: Booted, command: string): Promise<readonly string[]> {
  const pattern = command.startsWith('/t/') ? 'sleep 1000' : command;
  const { stdout } = await init.run(['pgrep', '-f', `^${pattern}`]);
  return stdout.split('\n').filter((line) => line !== '');
}
