import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bootInit, describePid1, type Booted } from '../support/booted-init.ts';
import { makeFifo, passGate } from '../support/fifo-gate.ts';
import { APPLETS, CHECKOUT, processStates } from '../support/pid1.ts';
import { waitFor } from '../support/wait-for.ts';

const TABLE = [
  'id:2:initdefault:',
  'si::sysinit:/t/note sysinit',
  'b::boot:/t/stay boot',
  'r:234:respawn:/t/stay daemon',
  'o:2345:once:/t/stay once',
  'f:234:once:/t/note finished',
  'w:2:wait:/t/note two',
  'w3:3:wait:/t/note three',
  'd:a:ondemand:/t/stay demand',
  '',
].join('\n');

const RELOADING = /^INIT: version 0\.1\.0 reloading$/;

async function bootFull(options: Parameters<typeof bootInit>[1] = {}): Promise<Booted> {
  const init = await bootInit(TABLE, options);
  for (const line of ['boot S N', 'daemon 2 N', 'once 2 N', 'finished 2 N', 'two 2 N'])
    await init.noted(line);
  return init;
}

/** Asks for the re-exec and waits until the new program speaks. */
async function reexec(init: Booted, pattern = RELOADING): Promise<void> {
  const from = init.console.lines.length - 1;
  expect(await init.telinit('u')).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  await init.console.waitForLine(pattern, 20_000, from);
}

interface Entry {
  readonly id: string;
  readonly pid?: number;
  readonly state: string;
  readonly starts: number;
  readonly why?: string;
  readonly last?: { readonly kind: string; readonly signal?: string };
}

async function entries(init: Booted): Promise<Readonly<Record<string, Entry>>> {
  const json = await waitFor('the answer of init', async () => {
    const { stdout } = await init.run([join(APPLETS, 'rcinit'), 'status', '--json']);
    const { init: status } = JSON.parse(stdout) as {
      readonly init: { readonly entries: readonly Entry[] } | null;
    };
    return status;
  });
  return Object.fromEntries(json.entries.map((entry) => [entry.id, entry]));
}

async function pids(init: Booted): Promise<readonly (number | undefined)[]> {
  const all = await entries(init);
  return ['b', 'r', 'o', 'd'].map((id) => all[id]?.pid);
}

function descriptors(init: Booted): number {
  return readdirSync(`/proc/${init.hostPid}/fd`).length;
}

describePid1('telinit u', () => {
  test('keeps every process and starts nothing again; marks, variables and demand stay', async () => {
    const init = await bootFull();
    await init.telinit('a');
    await init.noted('demand 2 N');
    await init.telinit('-e', 'INIT_COLOUR=blue');
    const [before, log] = [await pids(init), init.log()];
    expect(before.every((pid) => pid !== undefined)).toBe(true);
    await reexec(init);
    expect(await pids(init)).toEqual(before);
    expect((await entries(init))['f']).toMatchObject({
      state: 'done',
      starts: 1,
      why: 'done, exited with status 0',
    });
    expect(init.log()).toEqual(log);
    expect((await init.run(['cat', '/proc/1/cmdline'])).stdout).toMatch(/^init \[2\]/);
    await init.telinit('3');
    await init.noted('three 3 2');
    // `once` belongs to both levels and `finished` had its turn; what was called on demand goes on.
    expect(init.log()).toEqual([...log, 'three 3 2']);
    expect(await pids(init)).toEqual(before);
    const { r } = await entries(init);
    await init.run(['kill', '-KILL', String(r?.pid)]);
    await init.noted('daemon 3 2');
    const after = (await entries(init))['r'];
    expect(after).toMatchObject({ starts: 2, last: { kind: 'signaled', signal: 'SIGKILL' } });
    expect((await init.run(['cat', `/proc/${after?.pid}/environ`])).stdout.split('\0')).toContain(
      'INIT_COLOUR=blue',
    );
    await init.telinit('-e', 'INIT_COLOUR');
    await init.run(['kill', '-KILL', String(after?.pid)]);
    await init.noted('daemon 3 2', 2);
    const { stdout } = await init.run(['cat', `/proc/${(await entries(init))['r']?.pid}/environ`]);
    expect(stdout).not.toContain('INIT_COLOUR');
  });

  test('writes no record twice, and later those that could not be written before', async () => {
    const init = await bootFull({ tree: { 'var/log/wtmp': '' } });
    await init.telinit('a');
    await init.noted('demand 2 N');
    const records = () => ['/run/utmp', '/var/log/wtmp'].map((path) => readFileSync(init.path(path), 'hex'));
    // The program runs before its record is written; who gets an answer comes after both.
    await entries(init);
    const before = records();
    expect(before.map((text) => text.length > 0)).toEqual([true, true]);
    await reexec(init);
    await entries(init);
    expect(records()).toEqual(before);

    const late = await bootFull();
    await reexec(late);
    writeFileSync(join(late.dir, 'var/log/wtmp'), '');
    await late.telinit('3');
    await late.noted('three 3 2');
    const types = await waitFor('the records', () => {
      const bytes = readFileSync(join(late.dir, 'var/log/wtmp'));
      return bytes.length >= 2 * 384 ? [bytes.readInt16LE(0), bytes.readInt16LE(384)] : undefined;
    });
    // The boot is told before the level.
    expect(types).toEqual([2, 1]);
  });

  test('the main process stays the main process over a re-exec', async () => {
    const init = await bootInit('id:2:initdefault:\napp:2:respawn:/t/stay app\n', {
      args: ['--main', 'app'],
    });
    await init.noted('app 2 N');
    await reexec(init);
    const { app } = await entries(init);
    await init.run(['kill', '-KILL', String(app?.pid)]);
    expect(await init.exited).toMatchObject({ code: 137 });
  });

  test('ten times in a row, while children die: no end is lost, no zombie and no descriptor stays', async () => {
    const init = await bootInit(
      'id:2:initdefault:\nr:2:respawn:/t/stay daemon\nq:2:once:/bin/sh -c "while :; do (sleep 0.01 &); sleep 0.02; done"\n',
    );
    await init.noted('daemon 2 N');
    await reexec(init);
    const open = await settled(init);
    // Nine restarts are as many as the throttle allows.
    for (let round = 1; round <= 9; round++) {
      const { r } = await entries(init);
      await Promise.all([reexec(init), init.run(['kill', '-KILL', String(r?.pid)])]);
      await init.noted('daemon 2 N', round + 1);
    }
    expect(init.log()).toHaveLength(10);
    expect(await settled(init)).toBe(open);
    await waitFor('no zombie', () => ![...processStates(init).values()].includes('Z'));
  });

  test('what happens while nobody is there is not lost: a child that dies, and requests', async () => {
    const init = await bootFull({ init: '/init', tree: { 'init=': join(APPLETS, 'init') } });
    const { r } = await entries(init);
    // Not by the shell itself: after a command of its own it reaps whoever is dead, and then the end is really lost.
    const kill = `(kill -KILL ${r?.pid}) &`;
    const steps = [`${APPLETS}/telinit -e INIT_A=1`, `${APPLETS}/telinit 3`, kill];
    replaceInit(init, `${steps.join('\n')}\nexec ${APPLETS}/init "$@"\n`);
    await init.telinit('u');
    await init.noted('three 3 2');
    await waitFor(
      'the other daemon',
      () => init.log().filter((line) => line.startsWith('daemon')).length === 2,
    );
    expect((await entries(init))['r']).toMatchObject({ starts: 2, last: { signal: 'SIGKILL' } });
  });

  test('requests that come meanwhile are obeyed by the new program', async () => {
    const init = await bootFull();
    const telinit = join(APPLETS, 'telinit');
    await init.run(['sh', '-c', `${telinit} u; ${telinit} -e INIT_A=1; sleep 0.05; ${telinit} 3`]);
    await init.noted('three 3 2');
    await init.console.waitForLine(RELOADING);
    expect(init.log().filter((line) => line.startsWith('daemon'))).toHaveLength(1);
  });

  test('is ignored during sysinit', async () => {
    const init = await bootInit('id:2:initdefault:\ns::sysinit:/t/gate sysinit\nw:2:wait:/t/note two\n');
    makeFifo(join(init.dir, 'gate'));
    await init.noted('sysinit S N');
    await init.telinit('u');
    await init.telinit('-e', 'INIT_A=1');
    await passGate(join(init.dir, 'gate'));
    await init.noted('two 2 N');
    expect(init.console.raw).not.toContain('reloading');
  });

  test('keeps the throttle: an entry that is off stays off, until telinit q', async () => {
    const init = await bootInit(
      'id:2:initdefault:\nr:2:respawn:/t/note flapping\nk:2:respawn:/t/stay daemon\n',
    );
    await init.console.waitForLine(/Id "r" respawning too fast: disabled for 5 minutes/);
    await init.noted('daemon 2 N');
    await reexec(init);
    expect((await entries(init))['r']).toMatchObject({ state: 'held', starts: 10 });
    expect(init.log().filter((line) => line === 'flapping 2 N')).toHaveLength(10);
    await init.telinit('q');
    await init.noted('flapping 2 N', 20);
  });

  test('runs the program that was put there meanwhile', async () => {
    const init = await bootFull(PROGRAM);
    const before = await pids(init);
    // As npm does it: a new folder beside, then the names are changed.
    cpSync(join(init.dir, 'prog'), join(init.dir, 'new'), { recursive: true, verbatimSymlinks: true });
    writeFileSync(join(init.dir, 'new/package.json'), '{ "version": "9.8.7" }');
    renameSync(join(init.dir, 'prog'), join(init.dir, 'old'));
    renameSync(join(init.dir, 'new'), join(init.dir, 'prog'));
    await reexec(init, /^INIT: version 9\.8\.7 reloading$/);
    expect(await pids(init)).toEqual(before);
  });

  test.each<[what: string, damage: (dir: string) => void, why: RegExp]>([
    [
      'missing',
      (dir) => rmSync(join(dir, 'prog/dist/applets/init')),
      /: No such file or directory; going on/,
    ],
    [
      'half written',
      (dir) =>
        writeFileSync(join(dir, 'prog/dist/applets/init'), `#!${process.execPath}\nfunction (`, {
          mode: 0o755,
        }),
      /: with --version it exited with status 1; going on/,
    ],
  ])('a program that is %s is not run: init says so and goes on', async (_what, damage, why) => {
    const init = await bootFull(PROGRAM);
    const [before, open] = [await pids(init), descriptors(init)];
    damage(init.dir);
    await init.telinit('u');
    await init.console.waitForLine(/^INIT: Attempt to re-exec failed$/);
    expect(await init.console.waitForLine(/^INIT: cannot re-execute/)).toMatch(why);
    expect(await pids(init)).toEqual(before);
    expect(descriptors(init)).toBe(open);
    await init.telinit('3');
    await init.noted('three 3 2');
  });

  test('without FFI it says why it cannot', async () => {
    const init = await bootInit(TABLE, {
      init: '/usr/bin/env',
      args: ['RCINIT_NO_FFI=1', join(APPLETS, 'init')],
    });
    await init.noted('two 2 N');
    await init.telinit('u');
    await init.console.waitForLine(/cannot re-execute .*: no FFI, switched off by RCINIT_NO_FFI=1; going on/);
  });
});

describePid1('a state that makes no sense', () => {
  async function resumeWith(script: string): Promise<Booted> {
    const init = await bootFull({ init: '/init', tree: { 'init=': join(APPLETS, 'init') } });
    replaceInit(init, `${script}\nexec ${APPLETS}/init "$@"\n`);
    await init.telinit('u');
    return init;
  }

  test('without the signature it is a fresh boot', async () => {
    const init = await resumeWith('echo garbage >/proc/self/fd/11');
    await init.noted('two 2 N', 2);
    await init.noted('sysinit S N', 2);
    expect(init.console.raw).not.toContain('reloading');
    expect(init.console.raw).not.toContain('handed');
  });

  test('without a level too, and init says so', async () => {
    const init = await resumeWith('printf "12567362VERx\\n-RL?\\nEND\\n" >/proc/self/fd/11');
    await init.console.waitForLine(
      /^INIT: the state that was handed on cannot be used, it names no run level: booting anew$/,
    );
    await init.noted('two 2 N', 2);
  });

  test('what is missing at its end is named, and telinit q repairs it', async () => {
    const init = await resumeWith(
      'grep -a -m 1 -B 1000 "^RECf" /proc/self/fd/11 >/cut; cat /cut >/proc/self/fd/11',
    );
    await init.console.waitForLine(
      /^INIT: the state that was handed on: it breaks off after 5 entries; telinit q reads the table again$/,
    );
    await init.noted('daemon 2 N');
    expect(Object.keys(await entries(init))).toEqual(['si', 'b', 'r', 'o']);
    await init.telinit('q');
    await init.noted('two 2 N', 2);
    expect(init.log().filter((line) => line === 'daemon 2 N')).toHaveLength(1);
  });

  test('processes that are no children of init are not believed in', async () => {
    const init = await resumeWith(
      'sed "s/^PID[1-9].*/PID4000000/" /proc/self/fd/11 >/other; cat /other >/proc/self/fd/11',
    );
    await init.console.waitForLine(
      /^INIT: process 4000000 of id "r" is no child of init, taking it as ended$/,
    );
    await init.noted('daemon 2 N', 2);
  });
});

describePid1('an error that should not be', () => {
  /** Starts init with this code loaded first, which every program after it loads as well. */
  function faulty(code: string): Parameters<typeof bootInit>[1] {
    return {
      init: '/usr/bin/env',
      args: ['NODE_OPTIONS=--require=/fault.cjs', join(APPLETS, 'init')],
      tree: { 'fault.cjs': code },
    };
  }

  test('outside the loop: init re-executes itself with everything that runs, once in five minutes', async () => {
    const init = await bootFull(
      faulty(`const fs = require('node:fs');
        setInterval(() => {
          if (!fs.existsSync('/fault')) return;
          fs.rmSync('/fault');
          throw new Error('injected');
        }, 10).unref();`),
    );
    const before = await pids(init);
    writeFileSync(join(init.dir, 'fault'), '');
    await init.console.waitForLine(RELOADING);
    expect(init.console.lines.slice(2, 5)).toEqual([
      'INIT: internal error in "the main loop", ignoring it, please report: injected',
      'INIT: re-executing because of internal errors, with everything that runs',
      'INIT: version 0.1.0 reloading',
    ]);
    expect(await pids(init)).toEqual(before);
    writeFileSync(join(init.dir, 'fault'), '');
    await waitFor('the second report', () => init.console.raw.split('injected').length === 3);
    await init.telinit('3');
    await init.noted('three 3 2');
    expect(init.console.raw.split('reloading')).toHaveLength(2);
    expect(await pids(init)).toEqual(before);
  });

  test('again and again inside the loop: the same', async () => {
    const flapping = [1, 2, 3, 4, 5].map((id) => `f${id}:2:respawn:/bin/true\n`).join('');
    const init = await bootInit(
      `id:2:initdefault:\nr:2:respawn:/t/stay daemon\n${flapping}`,
      // What is said of an entry that is turned off has the time of day in it.
      faulty(`Date.prototype.toTimeString = () => { throw new Error('injected'); };`),
    );
    await init.noted('daemon 2 N');
    await init.console.waitForLine(RELOADING);
    const faults = init.console.lines.filter((line) => line.includes('internal error in'));
    expect(faults).toEqual(
      Array.from(
        { length: 5 },
        () => 'INIT: internal error in "sayHeld", ignoring it, please report: injected',
      ),
    );
    expect(Object.values(await entries(init)).map(({ state }) => state)).toEqual([
      'running',
      ...Array.from({ length: 5 }, () => 'held'),
      'elsewhere',
    ]);
    expect(init.log()).toEqual(['daemon 2 N']);
  });
});

/** Everything is open once init answers; the connection closes a moment later. */
async function settled(init: Booted): Promise<number> {
  await entries(init);
  let last = -1;
  return waitFor('the same number of descriptors twice', () => {
    const now = descriptors(init);
    const isSame = now === last;
    last = now;
    return isSame ? now : undefined;
  });
}

/** Puts a script where init was started from. It passes the trial, and then has the state and everything else. */
function replaceInit(init: Booted, script: string): void {
  const path = join(init.dir, 'init');
  writeFileSync(`${path}.new`, `#!/bin/sh\n[ "$1" != --version ] || exit 0\n${script}`, { mode: 0o755 });
  renameSync(`${path}.new`, path);
}

/** A copy of the program in the test's own tree, with a version of its own. */
const PROGRAM = {
  init: '/prog/dist/applets/init',
  tree: {
    'prog/package.json': '{ "version": "1.2.3" }',
    'prog/node_modules=': join(CHECKOUT, 'node_modules'),
  },
  files: { 'prog/dist': join(CHECKOUT, 'dist') },
};
