/** What a process does that has to be an init and cannot become one: says why, and tries again until it is one. */
import type { Place } from '../../core/engine/machine-types.ts';
import type { Millis } from '../../core/units.ts';
import { SYSTEM_PATH } from '../../core/system-paths.ts';
import { monotonicNow } from '../clock.ts';
import { openConsole, type Console } from '../terminal/console.ts';
import { nextPrograms } from '../process/next-program.ts';
import { errnoText, type OsError } from '../os-error.ts';
import { handOver } from './re-exec.ts';
import { spawnOnConsole } from './spawn.ts';

export interface StandByOptions {
  /** Why there is no init. */
  readonly why: string;
  /** On a machine a person gets the console meanwhile: nobody else could mend it. */
  readonly place: Place;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The state that was handed on, which the next try has to know. */
  readonly stream: Uint8Array | undefined;
}

/** Nobody may sit there, and what failed may work by itself the next time: sulogin waits so long for a password. */
const LOGIN_SECONDS = '60';
/** As the kernel does where there is no init at all, the shell asks for no password; sulogin does. */
const SHELLS = [
  ['/sbin/sulogin', '-t', LOGIN_SECONDS],
  ['/bin/sh', '-i'],
] as const;
/** Between two tries at least: a shell that ends at once must not make a storm of starts. */
const RETRY_MS: Millis = 5_000;

type Variables = Readonly<Record<string, string>>;

/** Never comes back: this process either becomes a new init or goes on trying. */
export function standBy({ why, place, env, stream }: StandByOptions): Promise<never> {
  const console = openConsole({ mode: place === 'machine' ? 'machine' : 'inherited', env });
  const own = Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const wait = (reason: string): void => {
    const at = monotonicNow();
    const again = (): void => {
      setTimeout(() => wait(startAgain(own, stream)), Math.max(0, at + RETRY_MS - monotonicNow()));
    };
    // First of all: it throws away what nobody has read yet.
    console.reset();
    console.say(`cannot start: ${reason}`);
    console.say(
      place === 'machine'
        ? 'a shell for repairs follows; init starts again when it ends'
        : `trying again in ${RETRY_MS / 1_000} s`,
    );
    if (place === 'machine') lendShell(console, own, again);
    else again();
  };
  wait(why);
  return new Promise(() => undefined);
}

/** @param onEnd Called once, also where there is no shell. */
function lendShell(console: Console, own: Variables, onEnd: () => void): void {
  const request = { env: { ...own, PATH: SYSTEM_PATH }, controllingTerminal: true };
  for (const argv of SHELLS) {
    const result = console.lendStdio((stdio) =>
      spawnOnConsole({ argv, ...request }, { cwd: '/', stdio, takeTerminal: true, onExit: onEnd }),
    );
    if (result.kind === 'spawned') return;
  }
  onEnd();
}

/** @returns Why that failed; if it succeeds, this program is gone. */
function startAgain(env: Variables, stream: Uint8Array | undefined): string {
  let error: OsError | undefined;
  for (const program of nextPrograms()) {
    error = handOver([...program, ...process.argv.slice(2)], {
      stream: stream ?? new Uint8Array(0),
      env,
      fifo: undefined,
      keep: [],
    });
  }
  return error === undefined ? 'there is no program' : `${error.syscall}: ${errnoText(error.code)}`;
}
