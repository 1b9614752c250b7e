import { spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { ExitStatus, Pid } from '../../../../src/core/units.ts';
import type { SpawnRequest } from '../../../../src/os/pid1/ports.ts';
import { reapPid } from '../../../../src/os/libc/libc.ts';
import { readStat } from '../../../../src/os/process/procfs.ts';
import { spawnOnConsole, type ConsoleSpawn } from '../../../../src/os/pid1/spawn.ts';
import { openPty, type Pty } from '../../../support/pty.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { withTree } from '../../../support/with-tree.ts';

const PATH = '/sbin:/usr/sbin:/bin:/usr/bin';

interface Run {
  readonly dir: string;
  readonly result: ConsoleSpawn;
  readonly ends: readonly (readonly [Pid, ExitStatus])[];
  readonly output: () => string;
}

function run(
  argv: readonly string[],
  request: Partial<SpawnRequest> = {},
  dir = withTree({}),
  device?: string,
  flags: string | number = device === undefined ? 'a' : 'r+',
): Run {
  const path = join(dir, 'output');
  const fd = openSync(device ?? path, flags);
  const ends: [Pid, ExitStatus][] = [];
  const result = spawnOnConsole(
    { argv, env: { PATH }, controllingTerminal: false, ...request },
    {
      cwd: dir,
      stdio: [fd, fd, fd],
      takeTerminal: true,
      onExit: (pid, status) => ends.push([pid, status]),
      hasReaper,
    },
  );
  closeSync(fd);
  if (result.kind === 'spawned' && result.waits === 'reaper')
    reap(result.pid, (status) => ends.push([result.pid, status]));
  return { dir, result, ends, output: () => readFileSync(path, 'utf8') };
}

function reap(pid: Pid, onEnd: (status: ExitStatus) => void): void {
  const timer = setInterval(() => {
    const status = reapPid(pid);
    if (status === undefined) return;
    clearInterval(timer);
    onEnd(status);
  }, 5);
  onTestFinished(() => clearInterval(timer));
}

function pidOf({ result }: Run): Pid {
  if (result.kind === 'failed') throw new Error(`not started: ${result.code}`);
  return result.pid;
}

/** Whether a process of the session runs the program: then nothing of a shell is between it and the keys. */
function isRunning(session: Pid, program: string): boolean {
  const listed = spawnSync('ps', ['-o', 'comm=', '-s', String(session)], { encoding: 'utf8' });
  return listed.stdout.split('\n').includes(program);
}

/** Of the runs that follow. */
let hasReaper = false;

describe.each([
  ['libuv', false],
  ['posix_spawn', true],
])('by %s', (_how, isReaped) => {
  beforeEach(() => void (hasReaper = isReaped));

  test('spawnOnConsole runs the program with its arguments, environment, folder and streams', async () => {
    const one = run(['sh', '-c', 'echo "$0 $1 $VAR"; pwd; env | grep -c =; echo error >&2', 'a b', 'c'], {
      env: { PATH, VAR: 'x y' },
    });
    await waitFor('the end', () => one.ends[0]);
    expect(one.ends).toEqual([[pidOf(one), { kind: 'exited', code: 0 }]]);
    expect(one.output()).toBe(`a b c x y\n${one.dir}\n3\nerror\n`);
  });

  test('spawnOnConsole starts a leader of a session and group, without a terminal', async () => {
    const one = run(['sleep', '60']);
    const pid = pidOf(one);
    expect(readStat(pid)).toMatchObject({ ppid: process.pid, sid: pid, pgrp: pid });
    process.kill(-pid, 'SIGKILL');
    await waitFor('the end', () => one.ends[0]);
    expect(one.ends).toEqual([[pid, { kind: 'signaled', signal: 'SIGKILL' }]]);
  });

  test('spawnOnConsole gives all signals their default and blocks none', async () => {
    const ignore = (): void => undefined;
    process.on('SIGHUP', ignore);
    onTestFinished(() => void process.off('SIGHUP', ignore));
    const one = run(['cat', '/proc/self/status']);
    await waitFor('the end', () => one.ends[0]);
    const masks = one.output().match(/^Sig(Blk|Ign|Cgt):.*$/gm);
    expect(masks).toEqual(['Blk', 'Ign', 'Cgt'].map((name) => `Sig${name}:\t0000000000000000`));
  });

  test('spawnOnConsole gives the program streams that block, also where ours do not', async () => {
    const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;
    const flags = O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK;
    const one = run(['grep', 'flags:', '/proc/self/fdinfo/1'], {}, withTree({}), undefined, flags);
    await waitFor('the end', () => one.ends[0]);
    const shown = Number.parseInt(/\d+$/m.exec(one.output())?.[0] ?? '', 8);
    expect(shown & (O_WRONLY | O_APPEND | O_NONBLOCK)).toBe(O_WRONLY | O_APPEND);
  });

  test('spawnOnConsole lets the program inherit nothing but its three streams', async () => {
    const fd = openSync('/dev/null', 'r');
    onTestFinished(() => closeSync(fd));
    const one = run(['/bin/sh', '-c', `test -e /proc/$$/fd/${fd} || echo closed`]);
    await waitFor('the end', () => one.ends[0]);
    expect(one.output()).toBe('closed\n');
  });

  test.each([
    ['ENOENT', 'an unknown name', ['no-such-program']],
    ['ENOENT', 'an unknown path', ['/no/such/program']],
    ['ENOTDIR', 'a path through a file', ['/dev/null/program']],
    ['EACCES', 'a plain file', ['/etc/passwd']],
    ['EACCES', 'a folder', ['/etc']],
    ['ENOENT', 'an empty name', ['']],
    ['ENOENT', 'nothing', []],
    ['E2BIG', 'too long an argument', ['true', 'x'.repeat(4_000_000)]],
    ['EINVAL', 'a NUL', ['true', 'a\0b']],
  ])('spawnOnConsole says %s at once for %s', (code, _what, argv) => {
    expect(run(argv).result).toEqual({ kind: 'failed', code });
  });

  test('spawnOnConsole says ENOENT where the interpreter or the folder is missing', () => {
    const dir = withTree({ 'script!': '#!/no/such/interpreter\n' });
    expect(run([join(dir, 'script')]).result).toEqual({ kind: 'failed', code: 'ENOENT' });
    const options = {
      cwd: join(dir, 'missing'),
      stdio: [0, 1, 2],
      takeTerminal: false,
      onExit: () => undefined,
      hasReaper,
    } as const;
    const request = { argv: ['true'], env: { PATH }, controllingTerminal: false };
    expect(spawnOnConsole(request, options)).toEqual({ kind: 'failed', code: 'ENOENT' });
  });

  test('spawnOnConsole runs a script without an interpreter line by the shell', async () => {
    const one = run(['./script', "it's", 'a b'], {}, withTree({ 'script!': 'echo "$1 $2"; exit 3\n' }));
    await waitFor('the end', () => one.ends[0]);
    expect(one.output()).toBe("it's a b\n");
    expect(one.ends[0]?.[1]).toEqual({ kind: 'exited', code: 3 });
  });

  describe('spawnOnConsole with a controlling terminal', () => {
    interface Screen {
      readonly dir: string;
      readonly pty: Pty;
      readonly start: (script: string, more?: Partial<SpawnRequest>) => Run;
      /** What a script wrote into `./NAME`, once it has. */
      readonly noted: (name: string) => Promise<string>;
    }

    const openScreen = (): Screen => {
      const pty = openPty(() => undefined);
      onTestFinished(() => pty.close());
      const dir = withTree({});
      const note = (name: string) => {
        const path = join(dir, name);
        const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
        return text.endsWith('\n') ? text.trim() : undefined;
      };
      return {
        dir,
        pty,
        start: (script, more) =>
          run(['/bin/sh', '-c', script], { controllingTerminal: true, ...more }, dir, pty.path),
        noted: (name) => waitFor(name, () => note(name)),
      };
    };
    const SHOW = 'ps -o sid=,pgid=,tpgid=,tty= -p $$';

    test('the program has it, in the session and group of a middleman; the status is its own', async () => {
      const { pty, start, noted } = openScreen();
      const one = start(`${SHOW} >result; exit 5`);
      await waitFor('the end', () => one.ends[0]);
      const pid = pidOf(one);
      expect(one.ends).toEqual([[pid, { kind: 'exited', code: 5 }]]);
      const tty = pty.path.replace('/dev/', '');
      expect((await noted('result')).split(/\s+/)).toEqual([pid, pid, pid, tty].map(String));
    });

    test('the program gets its environment and nothing else, and all signals at default', async () => {
      const { start, noted } = openScreen();
      const one = start('tr "\\0" "\\n" </proc/$$/environ >env; grep SigIgn: /proc/$$/status >ignored', {
        env: { PATH, ONE: 'a b' },
      });
      await waitFor('the end', () => one.ends[0]);
      expect((await noted('env')).split('\n').toSorted()).toEqual(['ONE=a b', `PATH=${PATH}`]);
      expect(await noted('ignored')).toBe('SigIgn:\t0000000000000000');
    });

    test('Ctrl-C ends the program, whose status the middleman tells', async () => {
      const { pty, start, noted } = openScreen();
      const one = start('echo up >up; exec sleep 60');
      await noted('up');
      await waitFor('sleep', () => isRunning(pidOf(one), 'sleep'));
      pty.type('\u0003');
      await waitFor('the end', () => one.ends[0]);
      expect(one.ends).toEqual([[pidOf(one), { kind: 'exited', code: 130 }]]);
    });

    test('what the program left in the background is not hung up, and the next program gets the terminal', async () => {
      const { start, noted } = openScreen();
      const one = start(
        '(trap "echo hung up >hup" HUP; while [ ! -e stop ]; do sleep 0.02; done; echo over >over) & exit 0',
      );
      await waitFor('the end', () => one.ends[0]);
      const next = start(`${SHOW} >result; echo stop >stop`);
      await waitFor('the end', () => next.ends[0]);
      expect((await noted('result')).split(/\s+/).slice(0, 3)).toEqual(Array(3).fill(`${pidOf(next)}`));
      await noted('over');
      expect(existsSync(join(next.dir, 'hup'))).toBe(false);
    });

    test('a signal to its group ends the program too', async () => {
      const { start, noted } = openScreen();
      const one = start('echo $$ >up; sleep 60; :');
      const program = Number(await noted('up'));
      process.kill(-pidOf(one), 'SIGTERM');
      await waitFor('the end', () => one.ends[0]);
      expect(one.ends).toEqual([[pidOf(one), { kind: 'signaled', signal: 'SIGTERM' }]]);
      await waitFor('the end of the program', () => readStat(program) === undefined);
    });
  });

  test('spawnOnConsole starts the program all the same where descriptor 0 is no terminal, or setsid(1) is missing', async () => {
    const dir = withTree({});
    const file = run(['/bin/sh', '-c', 'echo ran'], { controllingTerminal: true }, dir);
    await waitFor('the end', () => file.ends[0]);
    expect(file.output()).toBe('ran\n');
    const pty = openPty(() => undefined);
    onTestFinished(() => pty.close());
    const request = { controllingTerminal: true, env: { PATH: '/none' } };
    const noSetsid = run(['/bin/sh', '-c', 'echo ran too >result'], request, dir, pty.path);
    await waitFor('the end', () => noSetsid.ends[0]);
    expect(readFileSync(join(dir, 'result'), 'utf8')).toBe('ran too\n');
  });
});

test('spawnOnConsole leaves to the reaper what posix_spawn started, and to libuv what that could not', async () => {
  hasReaper = true;
  const program = run(['true']);
  expect(program.result).toMatchObject({ waits: 'reaper' });
  const script = run(['./script'], {}, withTree({ 'script!': 'exit 3\n' }));
  expect(script.result).toMatchObject({ waits: 'libuv' });
  await waitFor('the ends', () => program.ends[0] && script.ends[0]);
  expect(script.ends[0]?.[1]).toEqual({ kind: 'exited', code: 3 });
});
