/** What `rcinit new` writes, run for real: five kinds of daemon, both forms, both start-stop-daemons. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { IS_CI } from '../support/is-ci.ts';
import {
  isDpkgsThere,
  makeServedRoot,
  type RunOptions,
  type ServedRoot,
  type Tools,
} from '../support/served-root.ts';
import { waitFor } from '../support/wait-for.ts';

const MANY_STARTS_MS = 120_000;
const NOBODY = 65_534;
const FORMS = ['full', 'declarative'] as const;
const KINDS = [
  { kind: 'foreground', options: [], reload: undefined },
  { kind: 'fork', options: ['--fork'], reload: undefined },
  { kind: 'notify', options: ['--ready', 'notify'], reload: undefined },
  { kind: 'reloads', options: ['--reload', 'HUP'], reload: 'HUP' },
] as const;
const TOOLS: readonly Tools[] = ['ours', "dpkg's"];
const SHELLS: readonly (readonly string[])[] = [['dash'], ['busybox', 'sh']];
const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;
/** Everything that a shell, an insserv or a systemd could take for something else. */
const STRANGE = [
  'a b',
  "it's",
  '"x"',
  '$HOME',
  '%n',
  '`id`',
  '\\',
  '*',
  '',
  '-',
  'é',
  '~',
  '#',
  'a\nb',
  '${x}',
  '!',
];

async function codes(root: ServedRoot, actions: string, options: RunOptions): Promise<string> {
  const told: string[] = [];
  for (const action of actions.split(' ')) told.push(`${action} ${(await root.run([action], options)).code}`);
  return told.join(', ');
}

/** Leaves a stale pid file, with the number of a process that somebody has waited for: zombies are another matter. */
async function killDaemon(root: ServedRoot): Promise<void> {
  const pid = root.pid() ?? 0;
  process.kill(pid, 'SIGKILL');
  await waitFor('the end of the daemon', () => !existsSync(`/proc/${pid}/exe`));
  writeFileSync(join(root.dir, 'run/served.pid'), `${spawnSync('true').pid}\n`);
}

describe.each(FORMS)('rcinit new, form %s', { timeout: MANY_STARTS_MS }, (form) => {
  describe.each(TOOLS)('with %s start-stop-daemon', (tools) => {
    const isMissing = tools !== 'ours' && !isDpkgsThere;
    if (isMissing && IS_CI) throw new Error('there is no start-stop-daemon of dpkg');
    const shells = tools === 'ours' ? SHELLS.slice(0, 1) : SHELLS;

    describe.skipIf(isMissing).each(shells.map((shell) => ({ shell })))('under $shell', ({ shell }) => {
      const options: RunOptions = { tools, shell };

      test.each(KINDS)(
        '$kind answers each action as the LSB asks',
        async ({ kind, options: flags, reload }) => {
          const root = await makeServedRoot(kind, ['--form', form, ...flags]);
          const told = (actions: string) => codes(root, actions, options);
          const [off, on] = reload === undefined ? [3, 3] : [7, 0];
          expect(await told('status stop try-restart force-reload reload status')).toBe(
            `status 3, stop 0, try-restart 0, force-reload 0, reload ${off}, status 3`,
          );
          expect(root.processes()).toEqual([]);

          expect(await told('start status start')).toBe('start 0, status 0, start 0');
          const first = root.pid();
          await waitForWords(root);
          expect(root.processes()).toEqual([first]);
          expect(await told('reload status')).toBe(`reload ${on}, status 0`);
          expect(root.pid()).toBe(first);
          if (reload !== undefined) await waitFor('the reload', () => existsSync(join(root.dir, 'reloads')));
          expect(existsSync(join(root.dir, 'ready'))).toBe(kind === 'notify');

          for (const action of ['try-restart', 'restart', 'force-reload']) {
            const before = root.pid();
            await waitForWords(root);
            expect(await told(`${action} status`)).toBe(`${action} 0, status 0`);
            expect(root.pid() === before).toBe(action === 'force-reload' && reload !== undefined);
          }
          await killDaemon(root);
          expect(await told('status start status')).toBe('status 1, start 0, status 0');
          await killDaemon(root);
          expect(await told('stop status')).toBe('stop 0, status 3');
          expect(await told('restart status stop stop status')).toBe(
            'restart 0, status 0, stop 0, stop 0, status 3',
          );
          expect(root.processes()).toEqual([]);
        },
      );

      test('a one-shot is done once, and undone', async () => {
        const root = await makeServedRoot('once', ['--form', form, '--oneshot'], ['a b']);
        const done = () => readFileSync(join(root.dir, 'done'), 'utf8').split('\n').length - 1;
        expect(await codes(root, 'status start status start', options)).toBe(
          'status 3, start 0, status 0, start 0',
        );
        expect(done()).toBe(1);
        expect(await codes(root, 'restart try-restart force-reload reload', options)).toBe(
          'restart 0, try-restart 0, force-reload 0, reload 3',
        );
        expect(done()).toBe(4);
        expect(await codes(root, 'stop status stop try-restart force-reload status', options)).toBe(
          'stop 0, status 3, stop 0, try-restart 0, force-reload 0, status 3',
        );
        expect(done()).toBe(4);
      });

      test('words come through as they are', async () => {
        const root = await makeServedRoot('foreground', ['--form', form], STRANGE);
        expect(await codes(root, 'start', options)).toBe('start 0');
        const words = await waitFor('the words', () => readIfAny(join(root.dir, 'words')));
        expect(JSON.parse(words)).toEqual(STRANGE);
        expect(await codes(root, 'stop', options)).toBe('stop 0');
      });

      test('a pid file that names a stranger neither stops nor signals him', async () => {
        const root = await makeServedRoot('foreground', ['--form', form, '--reload', 'TERM']);
        const stranger = spawn('sleep', ['1000']);
        onTestFinished(() => void stranger.kill('SIGKILL'));
        writeFileSync(join(root.dir, 'run/served.pid'), `${stranger.pid}\n`);
        expect((await root.run(['status'], options)).code).not.toBe(0);
        expect(await codes(root, 'reload stop', options)).toBe('reload 7, stop 0');
        expect(stranger.exitCode ?? stranger.signalCode).toBe(null);
        expect(await codes(root, 'start status stop', options)).toBe('start 0, status 0, stop 0');
      });

      test('refuses wrong use, and a program that is not there', async () => {
        const root = await makeServedRoot('foreground', ['--form', form]);
        const unknown = form === 'full' ? 2 : 3;
        expect((await root.run(['begin'], options)).code).toBe(unknown);
        expect(await root.run([], options)).toMatchObject({ code: 2, stdout: '' });
        rmSync(join(root.dir, 'served.mjs'));
        expect(await root.run(['start'], options)).toEqual({
          code: 5,
          stdout: '',
          stderr: `served: ${root.dir}/served.mjs is not there; install it\n`,
        });
        expect(await codes(root, 'stop status', options)).toBe('stop 0, status 3');
      });

      test.skipIf(process.getuid?.() !== 0)('4 without the right to it, and nothing is changed', async () => {
        const root = await makeServedRoot('foreground', ['--form', form, '--reload', 'HUP']);
        chmodSync(join(root.dir, 'run'), 0o755);
        const as = { ...options, uid: NOBODY };
        expect(await codes(root, 'start restart', as)).toBe('start 4, restart 4');
        expect(await codes(root, 'start', options)).toBe('start 0');
        const pid = root.pid();
        expect(await codes(root, 'stop reload force-reload try-restart', as)).toBe(
          'stop 4, reload 4, force-reload 4, try-restart 4',
        );
        expect(root.pid()).toBe(pid);
        expect(await codes(root, 'status stop', options)).toBe('status 0, stop 0');
      });

      test('of four starts at once there is one daemon', async () => {
        const root = await makeServedRoot('foreground', ['--form', form]);
        const starts = await Promise.all([1, 2, 3, 4].map(() => root.run(['start'], options)));
        expect(starts.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
        expect(root.processes()).toEqual([root.pid()]);
        expect(await codes(root, 'stop', options)).toBe('stop 0');
      });

      test('a daemon that does not come up is a failed start', async () => {
        const root = await makeServedRoot('foreground', ['--form', form]);
        const text = readFileSync(root.script, 'utf8').replaceAll(process.execPath, `${root.dir}/broken`);
        // The kernel refuses it, so there is no moment in which it runs.
        writeFileSync(join(root.dir, 'broken'), '\u007fELF', { mode: 0o755 });
        writeFileSync(root.script, text);
        expect(await codes(root, 'start', options)).toBe('start 1');
      });
    });
  });

  test('folders, environment, limits, commands, log and defaults do what they say', async () => {
    const root = await makeServedRoot('foreground', [
      '--form',
      form,
      '--env',
      '"GREETING=it\'s $5, 100%" EMPTY=',
      '--folders',
      '/run/served:0750',
      '--limits',
      'nofile=123',
      '--umask',
      '027',
      '--pre',
      '/bin/sh -c "echo before >>$RCINIT_ROOT/steps"',
      '--pre',
      '-/bin/false',
      '--post',
      '/bin/sh -c "echo $MAINPID >>$RCINIT_ROOT/steps"',
      '--log',
      '/run/served.log',
      '--directory',
      '/usr',
    ]);
    writeFileSync(join(root.dir, 'etc/default/served'), "DAEMON_OPTS='one two'\n");
    expect(await codes(root, 'start', { tools: 'ours' })).toBe('start 0');
    const pid = root.pid() ?? 0;
    const words = await waitFor('the words', () => readIfAny(join(root.dir, 'words')));
    expect(JSON.parse(words)).toEqual(['one', 'two']);
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    expect(environment).toContain("GREETING=it's $5, 100%");
    expect(environment).toContain('EMPTY=');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^Umask:\t0027$/m);
    expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max open files +123 +123 /m);
    expect(readFileSync(join(root.dir, 'steps'), 'utf8')).toBe(`before\n${pid}\n`);
    expect(existsSync(join(root.dir, 'run/served.log'))).toBe(true);
    expect(await codes(root, 'stop', { tools: 'ours' })).toBe('stop 0');
  });

  test.skipIf(!hasShellcheck && !IS_CI)(
    'shellcheck finds nothing (skipped where it is not installed)',
    async () => {
      const everything = [
        '--env',
        'A=$x',
        '--folders',
        '/run/a',
        '--user',
        'nobody',
        '--pre',
        'id',
        '--post',
        'id',
      ];
      const more = ['--limits', 'core=0', '--log', '/run/l', '--env-file', '-/etc/x', '--env-file', '/etc/y'];
      const sets = [
        ...KINDS.map(({ options }) => options),
        ['--oneshot', '--stop', 'id'],
        [...everything, ...more],
      ];
      for (const options of sets) {
        const root = await makeServedRoot('x', ['--form', form, ...options], STRANGE);
        const ran = spawnSync('shellcheck', ['-s', 'sh', root.script], { encoding: 'utf8' });
        expect(ran.stdout).toBe('');
      }
    },
  );
});

/** Before it has read them, the daemon would die of a SIGHUP: that it runs is all that start can tell. */
function waitForWords(root: ServedRoot): Promise<unknown> {
  return waitFor('the daemon', () => {
    const caught = /^SigCgt:\t([0-9a-f]+)$/m.exec(readIfAny(`/proc/${root.pid()}/status`) ?? '')?.[1];
    return (parseInt(caught?.at(-1) ?? '0', 16) & 1) === 1;
  });
}

function readIfAny(path: string): string | undefined {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text === '' ? undefined : text;
}
