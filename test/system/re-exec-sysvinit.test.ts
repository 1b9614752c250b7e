import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeState } from '../../src/core/state-stream-reader.ts';
import { IS_CI } from '../support/is-ci.ts';
import { APPLETS } from '../support/pid1.ts';
import { bootTwoInits, whyNoSysvinit, type TwoInits } from '../support/two-inits.ts';
import { waitFor } from '../support/wait-for.ts';

const reason = await whyNoSysvinit();
if (reason !== undefined && IS_CI) throw new Error(`The hand-over cannot be tested: ${reason}`);

const TABLE = [
  'id:2:initdefault:',
  'si::sysinit:/t/note sysinit',
  'b::boot:/t/stay boot',
  'bw::bootwait:/t/note bootwait',
  'r:234:respawn:/t/stay daemon',
  'o:2345:once:+@/t/stay once',
  'f:234:once:/t/note finished',
  'w:2:wait:/t/note two',
  'w3:3:wait:/t/note three',
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

async function environmentOf(init: TwoInits, pid: string): Promise<readonly string[]> {
  return (await init.run(['cat', `/proc/${pid}/environ`])).stdout.split('\0');
}

describe.skipIf(reason !== undefined)(`hand-over between sysvinit and rcinit ${reason ?? ''}`, () => {
  test('sysvinit writes the state in the form of the specification', async () => {
    const init = await bootFull('sysvinit');
    const before = await init.processes();
    init.installScript('#!/bin/sh\nexec cat </proc/self/fd/11 >/stream\n');
    await init.telinit('u');
    const path = join(init.dir, 'stream');
    await waitFor('the stream', () => existsSync(path));
    const text = readFileSync(path, 'latin1');
    console.log(text, before);
    const state = decodeState(readFileSync(path), 1_000);
    expect(state).toMatchObject({ kind: 'usable', isForeign: true, problems: [] });
  });

  test('there and back', async () => {
    const init = await bootFull('sysvinit');
    const before = await init.processes();
    await init
      .handOver('rcinit')
      .catch(async (e) =>
        console.log(
          String(e).slice(0, 80),
          (
            await init.run([
              'sh',
              '-c',
              'ps -ef; cat /proc/1/status /proc/1/stack /proc/1/wchan; ls -l /proc/1/fd; tr "\\0" " " </proc/1/environ',
            ])
          ).stdout,
        ),
      );
    expect(await init.processes()).toEqual(before);
    console.log((await init.run([join(APPLETS, 'rcinit'), 'status'])).stdout);
    await init.handOver('sysvinit');
    expect(await init.processes()).toEqual(before);
    await init.handOver('rcinit');
    expect(await init.processes()).toEqual(before);
    console.log(before, init.log(), init.console.raw);
    console.log(await environmentOf(init, '1'));
  });
});
