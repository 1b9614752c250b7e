import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bootFolder, makeFolder, processesOf, type BootedFolder } from '../support/booted-folder.ts';
import { waitFor } from '../support/wait-for.ts';

const TABLE =
  'id:2:initdefault:\nr:23:respawn:t/stay daemon\nl2:2:wait:t/note two\nl3:3:wait:t/note three\nl0:0:wait:t/note down\n';

async function boot(): Promise<BootedFolder> {
  const folder = bootFolder(makeFolder(TABLE));
  await folder.noted('two 2 N');
  await folder.noted('daemon 2 N');
  return folder;
}

async function reexec(folder: BootedFolder): Promise<void> {
  const from = folder.console.lines.length - 1;
  expect(await folder.run('telinit', 'u')).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  await folder.console.waitForLine(/^INIT: version 0\.1\.0 reloading$/, 20_000, from);
}

function children(folder: BootedFolder): string {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,stat=,args=', '--ppid', String(folder.process.pid)], {
    encoding: 'utf8',
  });
  return stdout.trim();
}

describe('telinit u in a folder', () => {
  test('keeps the process, its children and its level, and does not introduce itself again', async () => {
    const folder = await boot();
    await folder.console.waitForLine(/Ctrl-C here stops everything in order/);
    const before = children(folder);
    expect(before).toMatch(/^\d+ Ss +sleep 1000$/);
    await reexec(folder);
    await waitFor('the trial to be over', () => children(folder) === before);
    expect(folder.log()).toEqual(expect.arrayContaining(['daemon 2 N', 'two 2 N']));
    expect(await folder.run('telinit', '3')).toMatchObject({ code: 0 });
    await folder.noted('three 3 2');
    expect(folder.log()).toHaveLength(3);
    expect(folder.console.raw.split('Ctrl-C here')).toHaveLength(2);
  });

  test('keeps the root for itself, at every moment', async () => {
    const folder = await boot();
    const tries = (async () => {
      const answers = [];
      for (let count = 0; count < 8; count++) answers.push(await folder.run('rcinit', 'boot'));
      return answers;
    })();
    for (let count = 0; count < 3; count++) await reexec(folder);
    const stderr = `rcinit: cannot boot "${folder.dir}": an init runs there already; rcinit status --root "${folder.dir}" shows it\n`;
    expect(await tries).toEqual(
      Array.from({ length: 8 }, () => ({ code: 1, signal: null, stdout: '', stderr })),
    );
  });

  test('adopts and reaps orphans afterwards, and ends in order with status 0', async () => {
    const folder = await boot();
    await reexec(folder);
    const daemon = /^(\d+)/.exec(children(folder))?.[1];
    process.kill(Number(daemon), 'SIGKILL');
    await folder.noted('daemon 2 N', 2);
    // Neither the lock nor the state nor the fifo is handed on to what the new program starts.
    const [, next] = await waitFor('the next daemon', () => /^(\d+) \S+ +sleep 1000$/.exec(children(folder)));
    expect(readdirSync(`/proc/${next}/fd`)).toEqual(['0', '1', '2']);
    folder.process.kill('SIGINT');
    expect(await folder.exited).toEqual({ code: 0, signal: null });
    expect(folder.log().at(-1)).toBe('down 0 2');
    expect(processesOf(folder.dir)).toEqual([]);
  });
});
