import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bootDebian, RCINIT, whyNoDebianMachine } from '../support/debian-machine.ts';

const reason = await whyNoDebianMachine(RCINIT);

describe.skipIf(reason !== undefined)(
  `a container whose main process is a Debian service ${reason ?? ''}`,
  () => {
    test.each([
      ['nginx', '/run/nginx.pid', 'QUIT', 0],
      ['redis-server', '/run/redis/redis-server.pid', 'KILL', 137],
      ['cron', '/run/crond.pid', 'TERM', 143],
    ])('%s: restarts go on, its end ends everything', async (script, pidfile, signal, code) => {
      const machine = await bootDebian(RCINIT, ['--main', script]);
      onTestFinished(() => machine.end());
      const pid = () => readFileSync(machine.path(pidfile), 'utf8').trim();
      const says = async (words: string) =>
        machine.console.waitForLine(new RegExp(`main script "${script}": ${words} pid ${pid()}$`), 120_000);
      await machine.console.waitForLine(/main script/, 120_000);
      await says('its daemon is');
      expect(await machine.run(['service', script, 'restart'])).toMatchObject({ code: 0 });
      await machine.console.waitForLine(/its new daemon is/, 60_000);
      await says('its new daemon is');
      await machine.run(['kill', `-${signal}`, pid()]);
      expect(await machine.exited).toEqual({ code, signal: null });
      await machine.console.waitForLine(/Switching to runlevel: 0/);
    });
  },
);
