import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeState } from '../../src/core/engine/state-stream-reader.ts';
import { makeFifo, passGate } from '../support/fifo-gate.ts';
import { IS_CI } from '../support/is-ci.ts';
import { APPLETS, processStates } from '../support/pid1.ts';
import { bootTwoInits, whyNoSysvinit, type TwoInits } from '../support/two-inits.ts';
import { waitFor } from '../support/wait-for.ts';

const reason = await whyNoSysvinit();
if (reason !== undefined && IS_CI) throw new Error(`The hand-over cannot be tested: ${reason}`);

const TABLE = [
  'id:2:initdefault:',
  'si::sysinit:/t/note sysinit',
  'b::boot:/t/stay boot',
  'bw::bootwait:/t/note bootwait',
  'r:234:respawn:/usr/bin/env ID=r /t/stay daemon',
  'o:2345:once:+@/t/stay once',
  'f:234:once:/t/note finished',
  'w:2:wait:/t/note two',
  'w3:3:wait:/t/note three',
  'w4:4:wait:/t/note four',
  'd:a:ondemand:/t/stay demand',
  'ca::ctrlaltdel:/t/note keys',
  '',
].join('\n');

async function bootFull(first: 'sysvinit' | 'rcinit'): Promise<TwoInits> {
  const init = await bootTwoInits(TABLE, first);
  for (const line of ['boot S N', 'daemon 2 N', 'once 2 N', 'finished 2 N', 'two 2 N'])
    await init.noted(line);
  await init.telinit('a');
  await init.noted('demand 2 N');
  await init.telinit('-e', 'INIT_COLOUR=blue');
  return init;
}

interface Entry {
  readonly id: string;
  readonly state: string;
  readonly pid?: number;
}

/** What rcinit says of its entries. */
async function status(init: TwoInits): Promise<Readonly<Record<string, Entry>>> {
  const reply = await waitFor('the answer of rcinit', async () => {
    const { stdout } = await init.run([join(APPLETS, 'rcinit'), 'status', '--json']);
    return (JSON.parse(stdout) as { readonly init: { readonly entries: readonly Entry[] } | null }).init;
  });
  return Object.fromEntries(reply.entries.map((entry) => [entry.id, entry]));
}

/** The entry's command puts its id into the environment. */
async function pidOf(init: TwoInits, id: string): Promise<string> {
  return waitFor(`the process of ${id}`, async () => {
    const { stdout } = await init.run(['sh', '-c', `grep -lsw "ID=${id}" /proc/[1-9]*/environ`]);
    return /\/proc\/(\d+)\//.exec(stdout)?.[1];
  });
}

async function environmentOf(init: TwoInits, id: string): Promise<readonly string[]> {
  return (await init.run(['cat', `/proc/${await pidOf(init, id)}/environ`])).stdout.split('\0');
}

async function killEntry(init: TwoInits, id: string, note: string, times: number): Promise<void> {
  await init.run(['kill', '-KILL', await pidOf(init, id)]);
  await init.noted(note, times);
}

/** What comes before the entries; there is no wtmp in this root. */
const HEAD = /^12567362VER.*\n-RL2\n-TL2\n-PLN\n-SI0\n-WR0\n-WU[1-9]\n-ST3\n-DB1\nRECca\n/;

describe.skipIf(reason !== undefined)(`hand-over between sysvinit and rcinit ${reason ?? ''}`, () => {
  test('sysvinit writes the state in the form that we read', async () => {
    const init = await bootFull('sysvinit');
    const before = await init.processes();
    init.installScript('#!/bin/sh\nexec cat </proc/self/fd/11 >/stream\n');
    await init.telinit('u');
    await init.exited;
    const bytes = readFileSync(join(init.dir, 'stream'));
    expect(bytes.toString('latin1')).toMatch(HEAD);
    const state = decodeState(bytes, 1_000);
    if (state.kind !== 'usable') throw new Error(state.why);
    expect({ isForeign: state.isForeign, problems: state.problems }).toEqual({
      isForeign: true,
      problems: [],
    });
    const { core, facts } = state.saved;
    expect(core).toMatchObject({
      level: '2',
      shownLevel: '2',
      previous: 'N',
      booted: true,
      tableDefault: '2',
    });
    expect(facts.owed).toMatchObject({ wtmp: { boot: true }, utmp: { boot: false } });
    const running = core.slots.flatMap(({ entry, run }) =>
      run?.kind === 'running' ? [[entry.id, run.pid]] : [],
    );
    expect(running.map(([id]) => id)).toEqual(['b', 'r', 'o', 'd']);
    expect(running.map(([, pid]) => `${pid} sleep 1000`)).toEqual(before);
    expect(
      core.slots.map(
        ({ entry, done, demand }) =>
          `${entry.id} ${entry.levels}${done ? ' done' : ''}${demand ? ' demand' : ''}`,
      ),
    ).toEqual([
      'ca S0123456789 done',
      'si #',
      'b * done',
      'bw *',
      'r 234',
      'o 2345 done',
      'f 234 done',
      'w 2 done',
      'w3 3',
      'w4 4',
      'd A demand',
    ]);
    expect(core.slots.find(({ key }) => key === 'o')?.entry).toMatchObject({
      command: '/t/stay once',
      records: false,
      shell: 'never',
    });
  });

  test('from sysvinit to rcinit and back, twice: every process stays, nothing runs again', async () => {
    const init = await bootFull('sysvinit');
    const [before, log] = [await init.processes(), init.log()];
    expect(before).toHaveLength(4);
    for (const to of ['rcinit', 'sysvinit', 'rcinit', 'sysvinit'] as const) {
      await init.handOver(to);
      expect({ to, processes: await init.processes() }).toEqual({ to, processes: before });
      expect(init.log()).toEqual(log);
      expect((await init.run(['cat', '/proc/1/cmdline'])).stdout).toMatch(/^init \[2\]/);
      expect((await init.run([join(APPLETS, 'runlevel')])).stdout).toBe('N 2\n');
    }
    const said = init.console.lines.filter((line) => /reloading|PANIC|fail|cannot|handed/.test(line));
    expect(said.map((line) => line.replace(/\d\S*/, (version) => version[0] ?? ''))).toEqual([
      'INIT: version 0 reloading',
      'INIT: version 3 reloading',
      'INIT: version 0 reloading',
      'INIT: version 3 reloading',
    ]);
  });

  test('after the hand-over rcinit is in charge: respawn, levels, variables, demand, marks, keys', async () => {
    const init = await bootFull('sysvinit');
    await init.handOver('rcinit');
    expect(await status(init)).toMatchObject({
      r: { state: 'running' },
      f: { state: 'done' },
      d: { state: 'running' },
    });
    await killEntry(init, 'r', 'daemon 2 N', 2);
    expect(await environmentOf(init, 'r')).toContain('INIT_COLOUR=blue');
    await init.telinit('3');
    await init.noted('three 3 2');
    expect(
      init
        .log()
        .filter((line) => /^(finished|once|demand)/.test(line))
        .toSorted(),
    ).toEqual(['demand 2 N', 'finished 2 N', 'once 2 N']);
    await init.telinit('-e', 'INIT_COLOUR');
    await killEntry(init, 'r', 'daemon 3 2', 1);
    expect((await environmentOf(init, 'r')).filter((line) => line.startsWith('INIT_COLOUR'))).toEqual([]);
    init.signal('SIGINT');
    await init.noted('keys 3 2');
  });

  test('and sysvinit after us, with the same', async () => {
    const init = await bootFull('rcinit');
    const before = await init.processes();
    await init.handOver('sysvinit');
    expect(await init.processes()).toEqual(before);
    await killEntry(init, 'r', 'daemon 2 N', 2);
    expect(await environmentOf(init, 'r')).toContain('INIT_COLOUR=blue');
    await init.telinit('3');
    await init.noted('three 3 2');
    expect(
      init
        .log()
        .filter((line) => /^(finished|once|demand)/.test(line))
        .toSorted(),
    ).toEqual(['demand 2 N', 'finished 2 N', 'once 2 N']);
    init.signal('SIGINT');
    await init.noted('keys 3 2');
    expect([...processStates(init).values()]).not.toContain('Z');
  });

  test.each([
    ['sysvinit', 'rcinit'],
    ['rcinit', 'sysvinit'],
  ] as const)(
    'in the middle of a waited-for entry, from %s to %s: the rest waits for its end',
    async (from, to) => {
      const table =
        'id:2:initdefault:\nw:2:wait:/t/gate script\nr:2:respawn:/t/stay daemon\nb:2:wait:/t/note last\n';
      const init = await bootTwoInits(table, from);
      makeFifo(join(init.dir, 'gate'));
      await init.noted('script 2 N');
      await init.handOver(to);
      expect(init.log()).toEqual(['script 2 N']);
      await passGate(join(init.dir, 'gate'));
      await init.noted('last 2 N');
      await init.noted('daemon 2 N');
      expect(init.log().toSorted()).toEqual(['daemon 2 N', 'last 2 N', 'script 2 N', 'script over']);
    },
  );

  test('in single user, whose end leads to the default level under the next init', async () => {
    const init = await bootTwoInits(
      'id:2:initdefault:\nbw::bootwait:/t/note boot\ns:S:wait:/t/gate shell\nw:2:wait:/t/note two\n',
      'sysvinit',
      {
        args: ['single'],
      },
    );
    makeFifo(join(init.dir, 'gate'));
    await init.noted('shell S N');
    await init.handOver('rcinit');
    await passGate(join(init.dir, 'gate'));
    await init.noted('two 2 N');
    expect(init.log()).toEqual(['shell S N', 'shell over', 'boot S N', 'two 2 N']);
  });

  test('a request that comes while sysvinit takes over is not lost', async () => {
    const init = await bootFull('rcinit');
    const telinit = join(APPLETS, 'telinit');
    init.installScript(`#!/bin/sh\n[ "$1" != --version ] || exit 0\n${telinit} 3\nexec /sysvinit "$@"\n`);
    await init.telinit('u');
    await init.console.waitForLine(/^INIT: version 3.* reloading$/);
    await init.noted('three 3 2');
    expect(existsSync(init.path('/run/initctl'))).toBe(true);
  });
});
