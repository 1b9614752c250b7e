/** Every init script of the sample system through all actions of the LSB, under each shell this machine has. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { copySampleRoot, processesOf, type RunOptions, type SampleRoot } from '../support/sample-root.ts';
import { waitFor } from '../support/wait-for.ts';

/** By path: the scripts run with init's own short PATH. */
const installed = [['dash'], ['busybox', 'sh'], ['bash', '--posix']].flatMap(([program, ...rest]) => {
  const found = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' });
  return found.status === 0 ? [[found.stdout.trim(), ...rest]] : [];
});
/** Many starts of Node on a machine that has other things to do. */
const MANY_STARTS_MS = 90_000;
/** Daemons with what `reload` says while stopped and while running. */
const DAEMONS = [
  { name: 'scribe', reload: { stopped: 3, running: 3 }, keepsPid: false },
  { name: 'clock', reload: { stopped: 3, running: 3 }, keepsPid: false },
  { name: 'greeter', reload: { stopped: 7, running: 0 }, keepsPid: true },
  { name: 'web', reload: { stopped: 3, running: 3 }, keepsPid: false },
];

/** Runs the actions one after the other: `status 3, stop 0`. */
async function codesOf(root: SampleRoot, name: string, actions: readonly string[], options: RunOptions) {
  const codes: string[] = [];
  for (const action of actions) codes.push(`${action} ${(await root.run(name, [action], options)).code}`);
  return codes.join(', ');
}

describe.each(installed.map((shell) => ({ shell })))(
  'under $shell',
  { timeout: MANY_STARTS_MS },
  ({ shell }) => {
    const options: RunOptions = { shell };

    test.each(DAEMONS)('$name answers each action as the LSB asks', async ({ name, reload, keepsPid }) => {
      const root = await copySampleRoot();
      const codes = (...actions: string[]) => codesOf(root, name, actions, options);
      await root.run('folders', ['start'], options);

      expect(await codes('status', 'stop', 'try-restart', 'force-reload', 'reload', 'status')).toBe(
        `status 3, stop 0, try-restart 0, force-reload 0, reload ${reload.stopped}, status 3`,
      );
      expect(processesOf(root.dir)).toEqual([]);

      expect(await codes('start', 'status')).toBe('start 0, status 0');
      const first = root.pidOf(name) ?? 0;
      expect(processesOf(root.dir)).toEqual([first]);
      expect(await codes('start', 'reload')).toBe(`start 0, reload ${reload.running}`);
      expect(root.pidOf(name)).toBe(first);

      for (const action of ['try-restart', 'restart', 'force-reload']) {
        const before = root.pidOf(name);
        expect(await codes(action, 'status')).toBe(`${action} 0, status 0`);
        expect(root.pidOf(name) === before).toBe(action === 'force-reload' && keepsPid);
      }

      const killed = root.pidOf(name) ?? 0;
      process.kill(killed, 'SIGKILL');
      await waitFor('the end of the killed daemon', () => !processesOf(root.dir).includes(killed));
      expect(await codes('status', 'start', 'status')).toBe('status 1, start 0, status 0');
      expect(await codes('stop', 'status', 'stop')).toBe('stop 0, status 3, stop 0');
      expect(root.pidOf(name)).toBeUndefined();
      expect(await codes('restart', 'status', 'stop')).toBe('restart 0, status 0, stop 0');
      expect(processesOf(root.dir)).toEqual([]);
    });

    test('folders answers each action as the LSB asks', async () => {
      const root = await copySampleRoot();
      const stopped = ['status', 'stop', 'try-restart', 'force-reload', 'reload', 'status'];
      expect(await codesOf(root, 'folders', stopped, options)).toBe(
        'status 3, stop 0, try-restart 0, force-reload 0, reload 3, status 3',
      );
      const started = [
        'start',
        'status',
        'start',
        'restart',
        'try-restart',
        'force-reload',
        'stop',
        'status',
      ];
      expect(await codesOf(root, 'folders', started, options)).toBe(
        'start 0, status 0, start 0, restart 0, try-restart 0, force-reload 0, stop 0, status 3',
      );
    });

    test.each(['folders', 'scribe', 'clock', 'greeter', 'web'])('%s refuses bad use with 2', async (name) => {
      const root = await copySampleRoot();
      const usage = `Usage: ${root.dir}/etc/init.d/${name} {start|stop|restart|try-restart|reload|force-reload|status}\n`;
      for (const args of [[], ['begin'], ['start', 'now'], ['']]) {
        expect(await root.run(name, args, options)).toEqual({ code: 2, stdout: '', stderr: usage });
      }
    });
  },
);

test('at least one shell was tried', () => {
  expect(installed.length).toBeGreaterThan(0);
});
