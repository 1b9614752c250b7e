import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseLastRc } from '../../src/core/scripts/last-rc.ts';
import { bootDebian, RCINIT, STOP_LINKS, whyNoDebianMachine } from '../support/debian-machine.ts';
import { processStates, type Pid1 } from '../support/pid1.ts';
import { waitFor } from '../support/wait-for.ts';

const ORPHANS = 1000;
const PID_FILES = ['/run/nginx.pid', '/run/redis/redis-server.pid', '/run/crond.pid'];

const reason = await whyNoDebianMachine(RCINIT);

describe.skipIf(reason !== undefined)(
  `unmodified Debian services under rcinit as PID 1 ${reason ?? ''}`,
  () => {
    let machine: Pid1;
    const run = (...argv: readonly string[]) => machine.run(argv);

    beforeAll(async () => {
      machine = await bootDebian(RCINIT);
    });
    afterAll(() => machine?.end());

    test('rcinit is PID 1 and boots to level 2 through rc', async () => {
      await waitFor('level 2 in last-rc.json', () => lastRc(machine)?.state === 'done', 120_000);
      expect(machine.console.lines).toContain('INIT: Entering runlevel: 2');
      expect(lastRc(machine)).toMatchObject({
        level: '2',
        previous: 'N',
        scripts: [
          { link: '/etc/rc2.d/S01cron', action: 'start', outcome: 'ok', exit: 0 },
          { link: '/etc/rc2.d/S02redis-server', action: 'start', outcome: 'ok', exit: 0 },
          { link: '/etc/rc2.d/S03nginx', action: 'start', outcome: 'ok', exit: 0 },
        ],
      });
      expect(await run('runlevel')).toMatchObject({ code: 0, stdout: 'N 2\n', stderr: '' });
    });

    test('nginx answers on loopback', async () => {
      const page = await run('curl', '-sS', '--max-time', '20', 'http://127.0.0.1/');
      expect(page).toMatchObject({ code: 0, stderr: '' });
      expect(page.stdout).toContain('Welcome to nginx!');
    });

    test('redis answers PING', async () => {
      const ping = () => run('redis-cli', 'ping');
      // The script returns before redis listens; that is its author's choice.
      const answer = await waitFor('an answer from redis', async () => {
        const result = await ping();
        return result.code === 0 && !result.stdout.startsWith('LOADING') ? result : undefined;
      });
      expect(answer).toMatchObject({ stdout: 'PONG\n', stderr: '' });
    });

    test('cron runs', async () => {
      expect(await run('service', 'cron', 'status')).toMatchObject({ code: 0 });
    });

    test('service nginx status is 0 while it runs, 3 after stop, 0 after start', async () => {
      expect(await run('service', 'nginx', 'status')).toMatchObject({ code: 0 });
      expect(await run('service', 'nginx', 'stop')).toMatchObject({ code: 0 });
      expect(await run('service', 'nginx', 'status')).toMatchObject({ code: 3 });
      expect(await run('curl', '-s', '--max-time', '20', 'http://127.0.0.1/')).toMatchObject({ code: 7 });
      expect(await run('service', 'nginx', 'start')).toMatchObject({ code: 0 });
      expect(await run('service', 'nginx', 'status')).toMatchObject({ code: 0 });
    });

    test('telinit 3 changes the level and runlevel prints "2 3"', async () => {
      expect(await run('telinit', '3')).toMatchObject({ code: 0, stdout: '', stderr: '' });
      await waitFor('the end of level 3', () => isDone(machine, '3'), 60_000);
      expect(await run('runlevel')).toMatchObject({ code: 0, stdout: '2 3\n', stderr: '' });
      expect(await run('redis-cli', 'ping')).toMatchObject({ stdout: 'PONG\n' });
      expect(await run('service', 'nginx', 'status')).toMatchObject({ code: 0 });
    });

    test(`${ORPHANS} orphans leave no zombie`, async () => {
      const before = machine.path('/run/orphans');
      const script = `i=0; while [ $i -lt ${ORPHANS} ]; do (echo >>/run/orphans; exec sleep 0.2) & i=$((i + 1)); done`;
      expect(await run('sh', '-c', script)).toMatchObject({ code: 0 });
      const started = () => (existsSync(before) ? readFileSync(before, 'utf8').length : 0);
      await waitFor('all orphans to have lived', () => started() === ORPHANS, 60_000);
      await waitFor('all orphans to be reaped', () => orphansLeft(machine) === 0, 60_000);
      // A script's own child may be one for a moment; what stays one fails this.
      expect(await waitFor('no zombie', () => ![...processStates(machine).values()].includes('Z'))).toBe(
        true,
      );
    });

    test('SIGTERM to PID 1 stops all three in order and ends with status 0', async () => {
      expect(PID_FILES.filter((file) => !existsSync(machine.path(file)))).toEqual([]);
      machine.signal('SIGTERM');
      expect(await machine.exited).toEqual({ code: 0, signal: null });
      expect(lastRc(machine)).toMatchObject({
        level: '0',
        previous: '3',
        state: 'done',
        scripts: STOP_LINKS.map((link) => ({
          link: `/etc/rc0.d/${link}`,
          action: 'stop',
          outcome: 'ok',
          exit: 0,
        })),
      });
      // Each daemon or its script removes the pid file at an orderly end; a kill leaves it.
      expect(PID_FILES.filter((file) => existsSync(machine.path(file)))).toEqual([]);
      expect(readFileSync(machine.path('/var/log/redis/redis-server.log'), 'utf8')).toContain('bye bye');
    });
  },
);

function lastRc(machine: Pid1) {
  const path = machine.path('/run/rcinit/last-rc.json');
  const parsed = existsSync(path) ? parseLastRc(readFileSync(path, 'utf8')) : undefined;
  return parsed?.kind === 'parsed' ? parsed.record : undefined;
}

function isDone(machine: Pid1, level: string): boolean {
  const record = lastRc(machine);
  return record?.level === level && record.state === 'done';
}

/** Every process but init that was made by `sleep`. */
function orphansLeft(machine: Pid1): number {
  return [...processStates(machine).keys()].filter((pid) => commandOf(machine, pid) === 'sleep').length;
}

function commandOf(machine: Pid1, pid: number): string | undefined {
  try {
    return readFileSync(machine.path(`/proc/${pid}/comm`), 'utf8').trim();
  } catch {
    return undefined;
  }
}
