import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bootDebian, RCINIT, whyNoDebianMachine } from '../support/debian-machine.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/containers.md'), 'utf8');
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

    test('nginx has all it writes to in the tmpfs of the compose file of docs/containers.md', async () => {
      const list: readonly string[] = JSON.parse(/^ +tmpfs: (\[.*\])$/m.exec(PAGE)?.[1] ?? '[]');
      // What a container engine mounts where nothing else is said.
      const tmpfs = Object.fromEntries(list.map((item) => [...item.split(':'), 'mode=1777'].slice(0, 2)));
      const machine = await bootDebian(RCINIT, ['--main', 'nginx'], 'links', { readOnly: true, tmpfs });
      onTestFinished(() => machine.end());
      await machine.console.waitForLine(/main script "nginx": its daemon is pid \d+$/, 120_000);
      expect(await machine.run(['service', 'nginx', 'status'])).toMatchObject({ code: 0 });
      machine.signal('SIGTERM');
      expect(await machine.exited).toEqual({ code: 0, signal: null });
    });
  },
);
