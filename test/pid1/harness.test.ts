import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { describePid1 } from '../support/booted-init.ts';
import { processStates, startPid1 } from '../support/pid1.ts';
import { waitFor } from '../support/wait-for.ts';
import { writeTree } from '../support/with-tree.ts';

function makeTree(init: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'rcinit-tree-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeTree(dir, { 'init!': `#!/bin/sh\n${init}\n` });
  return dir;
}

async function start(init: string) {
  const dir = makeTree(init);
  const pid1 = await startPid1({ kind: 'tree', layer: dir, argv: ['/init', 'one', 'two'] });
  onTestFinished(() => pid1.end());
  return pid1;
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`);

describePid1('startPid1', () => {
  test('the program is PID 1 with its arguments, a terminal, and nothing of the machine but programs', async () => {
    const pid1 = await start(
      'echo "$$ $*"; tty; ls -d /home /root /etc/shadow 2>&1 | grep -c cannot; exec sleep 1000',
    );
    await pid1.console.waitForLine(/^1 one two$/);
    await pid1.console.waitForLine(/^\/dev\/console$/);
    await pid1.console.waitForLine(/^3$/);
  });

  test('reports the exit status of PID 1, or that it was killed', async () => {
    expect(await (await start('exit 7')).exited).toEqual({ code: 7, signal: null });
    const killed = await start('exec sleep 1000');
    killed.signal('SIGKILL');
    expect((await killed.exited).code).toBeNull();
  });

  test('a command inside sees the namespace, and its daemons do not keep the test waiting', async () => {
    const pid1 = await start('exec sleep 1000');
    expect(
      await pid1.run(['sh', '-c', 'cat; echo err >&2; (sleep 1000 &); exit 3'], { input: 'in' }),
    ).toEqual({
      code: 3,
      signal: null,
      stdout: 'in',
      stderr: 'err\n',
    });
    expect([...processStates(pid1).keys()]).toContain(1);
    expect(processStates(pid1).size).toBe(2);
  });

  test('end removes every process, mount and folder', async () => {
    const pid1 = await start('sleep 1000 & setsid sleep 1000 & exec sleep 1000');
    await waitFor('three processes', () => processStates(pid1).size === 3);
    await pid1.end();
    expect(isAlive(pid1.hostPid)).toBe(false);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain('rcinit-');
  });

  test('a killed test process leaves nothing', async () => {
    const dir = makeTree('exec sleep 1000');
    const module = join(import.meta.dirname, '../support/pid1.ts');
    const script = `const { startPid1 } = await import(${JSON.stringify(module)});
      const pid1 = await startPid1({ kind: 'tree', layer: ${JSON.stringify(dir)}, argv: ['/init'] });
      console.log(pid1.hostPid);`;
    const victim = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: join(import.meta.dirname, '../..'),
      env: { ...process.env, TMPDIR: dir },
    });
    const line = await new Promise<string>((resolve) => {
      victim.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    });
    const hostPid = Number(line);
    expect(isAlive(hostPid)).toBe(true);
    victim.kill('SIGKILL');
    expect(await waitFor('the namespace to die', () => !isAlive(hostPid))).toBe(true);
  });

  test('a root that cannot be built is an error with the reason', async () => {
    await expect(startPid1({ kind: 'tree', layer: '/nowhere/at/all', argv: ['/init'] })).rejects.toThrow(
      /The root could not be built .*\/nowhere\/at\/all/s,
    );
  });
});
