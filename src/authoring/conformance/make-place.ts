/** The place where a script is tried, as the bench needs it. */
import { posix } from 'node:path';
import type { Millis } from '../../core/units.ts';
import { descendantsOf } from '../../os/process/procfs.ts';
import { captureScript, type OutputEnd } from '../../os/scripts/script-output.ts';
import { startAtTerminal } from '../../os/terminal/terminal-start.ts';
import { serviceEnvironment } from '../../rc/environment.ts';
import { findProgramFolders } from '../../rc/program-folders.ts';
import type { Manner } from './action-checks.ts';
import { NotPreparedError, type BenchPlace } from './bench.ts';
import type { RunFacts } from './check.ts';
import type { TerminalSide } from './look-at-daemon.ts';
import type { TestRequest } from './request.ts';

const NOBODY = 65_534;
const CLOSED = 'exec "$@" <&- >&- 2>&-';
/** What the script needs of the machine before anybody can be refused for a lack of rights. */
const MAY_READ = 'test -r "$1" && test -x "$1" && { test "$2" = / || "$3" --version >/dev/null; }';
/** A daemon may be slow to let go of the output; only one that never does is waited for so long. */
const DRAIN_MS: Millis = 1_000;
const STARTER_UMASK = 0o077;

export interface Surroundings {
  readonly request: TestRequest;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A folder and a file that have nothing to do with the service. */
  readonly scratch: { readonly path: string; readonly file: string };
  readonly cancelSignal: () => AbortSignal;
  /** Is told of every call of the script. */
  readonly onCall: (run: RunFacts) => void;
}

type Call = Pick<Parameters<typeof captureScript>[0], 'path' | 'args' | 'cwd' | 'env' | 'identity'>;

export function makePlace(around: Surroundings): BenchPlace {
  const { request, env, onCall } = around;
  const { script, root } = request;
  const folders = findProgramFolders(root);
  const usual = serviceEnvironment(env, folders);
  const capture = (call: Call, timeoutMs: Millis = request.timeoutMs): Promise<OutputEnd> =>
    captureScript({ ...call, timeoutMs, drainMs: DRAIN_MS, cancelSignal: around.cancelSignal() });
  const inManner: Readonly<Record<Manner, (args: readonly string[]) => Call>> = {
    plain: (args) => ({ path: script, args, cwd: root, env: usual }),
    'bare-environment': (args) => ({ path: script, args, cwd: root, env: bareEnvironment(usual, root) }),
    'other-folder': (args) => ({ path: script, args, cwd: around.scratch.path, env: usual }),
    'closed-streams': (args) => ({
      path: '/bin/sh',
      args: ['-c', CLOSED, 'sh', script, ...args],
      cwd: root,
      env: usual,
    }),
    nobody: (args) => ({ path: script, args, cwd: '/', env: usual, identity: { uid: NOBODY, gid: NOBODY } }),
  };
  const whyNotNobody = async (): Promise<string | undefined> => {
    if (process.getuid?.() !== 0) return 'only root can be somebody else';
    const applet = posix.join(folders.appletsDir, 'start-stop-daemon');
    const words = ['-c', MAY_READ, 'sh', script, root, applet];
    const end = await capture({ ...inManner.nobody(words), path: '/bin/sh' });
    if (end.kind === 'not-started') return 'this user namespace has only one user';
    return end.kind === 'ended' && end.status.kind === 'exited' && end.status.code === 0
      ? undefined
      : 'nobody may not read the script or the commands it needs';
  };
  let nobody: Promise<string | undefined> | undefined;
  // Orphans fall to our parent: the PID 1 of the room, or the command itself. Once that is gone, we have another.
  const reaper = process.ppid;
  return {
    call: async (args, manner) => {
      if (around.cancelSignal().aborted) throw new NotPreparedError('the test was cancelled');
      const run = toFacts(args, await capture(inManner[manner](args)));
      onCall(run);
      return run;
    },
    listPids: () =>
      process.ppid === reaper ? descendantsOf(reaper).filter((pid) => pid !== process.pid) : [],
    reaper,
    pidfileFolders: ['run', 'var/run'].map((name) => posix.join(root, name)),
    whyNotNobody: () => (nobody ??= whyNotNobody()),
  };
}

/** Of a folder, the scripts get told where it is, and where our commands are; that is not theirs to set. */
function bareEnvironment(usual: Readonly<Record<string, string>>, root: string): Record<string, string> {
  if (root === '/') return {};
  const names = ['PATH', 'RCINIT_ROOT', 'INIT_FUNCTIONS'];
  return Object.fromEntries(Object.entries(usual).filter(([name]) => names.includes(name)));
}

function toFacts(args: readonly string[], end: OutputEnd): RunFacts {
  const { output, isHeld, durationMs } = end;
  switch (end.kind) {
    case 'ended':
      return { args, output, isHeld, durationMs, end: { kind: 'ended', status: end.status } };
    case 'timed-out':
      return { args, output, isHeld, durationMs, end: { kind: 'timed-out' } };
    case 'not-started':
      return { args, output, isHeld, durationMs, end: { kind: 'not-started', why: end.why } };
  }
}

export function makeTerminalSide(around: Surroundings): TerminalSide {
  const { request, env, scratch, onCall } = around;
  const { script, root, timeoutMs } = request;
  return {
    folder: scratch.path,
    openFile: scratch.file,
    umask: STARTER_UMASK,
    scriptPath: script,
    start: async () => {
      const run = await startAtTerminal({
        path: script,
        args: ['start'],
        env: serviceEnvironment(env, findProgramFolders(root)),
        cwd: scratch.path,
        umask: STARTER_UMASK.toString(8).padStart(4, '0'),
        openFile: scratch.file,
        timeoutMs,
        cancelSignal: around.cancelSignal(),
      });
      const { end, output, durationMs } = run;
      onCall({ args: ['start'], end, output, durationMs, isHeld: false });
      return run;
    },
  };
}
