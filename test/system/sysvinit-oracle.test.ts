import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootDebian, SYSVINIT, whyNoDebianMachine } from '../support/debian-machine.ts';
import { processStates, type Pid1 } from '../support/pid1.ts';
import { waitFor } from '../support/wait-for.ts';

const reason = await whyNoDebianMachine(SYSVINIT);

/** The same machine under the original, so that what the other test expects is known to be true. */
describe.skipIf(reason !== undefined)(`the same machine under the original sysvinit ${reason ?? ''}`, () => {
  let machine: Pid1;
  const run = (...argv: readonly string[]) => machine.run(argv);

  beforeAll(async () => {
    machine = await bootDebian(SYSVINIT);
  });
  afterAll(() => machine?.end());

  test('boots to level 2 and starts the services in order', async () => {
    await machine.console.waitForLine(/Starting nginx.*\.$/, 60_000);
    const steps = machine.console.lines.filter((line) => /Starting|Entering/.test(line));
    expect(steps.map((line) => line.split(':')[0])).toEqual([
      'INIT',
      'Starting periodic command scheduler',
      'Starting redis-server',
      'Starting nginx',
    ]);
    expect(await run('runlevel')).toMatchObject({ code: 0, stdout: 'N 2\n', stderr: '' });
  });

  test('the services answer', async () => {
    expect(await run('curl', '-sS', '--max-time', '20', 'http://127.0.0.1/')).toMatchObject({ code: 0 });
    const ping = async () => (await run('redis-cli', 'ping')).stdout;
    expect(await waitFor('redis', async () => (await ping()) === 'PONG\n')).toBe(true);
  });

  test('service nginx status is 0 while it runs, 3 after stop, 0 after start', async () => {
    for (const [action, code] of [
      ['status', 0],
      ['stop', 0],
      ['status', 3],
      ['start', 0],
      ['status', 0],
    ] as const) {
      expect({ action, ...(await run('service', 'nginx', action)) }).toMatchObject({ action, code });
    }
  });

  test('telinit 3 changes the level and runlevel prints "2 3"', async () => {
    expect(await run('telinit', '3')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    await machine.console.waitForLine(/Switching to runlevel: 3/);
    expect(await run('runlevel')).toMatchObject({ code: 0, stdout: '2 3\n', stderr: '' });
    // A script's own child may be one for a moment; what stays one fails this.
    expect(await waitFor('no zombie', () => ![...processStates(machine).values()].includes('Z'))).toBe(true);
  });

  test('SIGTERM does nothing, telinit 0 stops all three', async () => {
    machine.signal('SIGTERM');
    expect(await run('telinit', '0')).toMatchObject({ code: 0 });
    const files = ['/run/nginx.pid', '/run/redis/redis-server.pid', '/run/crond.pid'];
    const left = () => files.filter((file) => existsSync(machine.path(file)));
    expect(await waitFor('the end of all three', () => left().length === 0, 60_000)).toBe(true);
    expect(await run('runlevel')).toMatchObject({ stdout: '3 0\n' });
  });
});
