/** Starts the process that tries a script, in namespaces of its own or right here, and hands on what it tells. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Millis, Pid } from '../../core/units.ts';
import { killProcess } from './kill-process.ts';
import { ffiProblem, setChildSubreaper } from '../libc/libc.ts';
import { errorText } from '../os-error.ts';
import { descendantsOf } from './procfs.ts';
import { appletsDir, shellLibrary } from '../program.ts';
import { startReaping } from './reap.ts';

export interface RoomCall {
  /** Namespaces of its own, or the machine as it is. */
  readonly place: 'room' | 'here';
  /** The root that the script belongs to. */
  readonly root: string;
  /** The words after `rcinit`. */
  readonly words: readonly string[];
  /** One line for its standard input, which stays open: its end asks it to clean up and go. */
  readonly request: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Printed when the place is made. */
  readonly readyLine: string;
  /** Each other line of its standard output. */
  readonly onLine: (line: string) => void;
  /** Here: what is still there when it has ended is wanted. */
  readonly leavesProcesses: boolean;
  readonly cancelSignal: AbortSignal;
}

export type RoomEnd =
  | { readonly kind: 'ended' }
  /** `why` is what the room said. */
  | { readonly kind: 'no-room'; readonly why: string }
  | { readonly kind: 'broken'; readonly why: string };

/** What `test-room` exits with when it cannot be made; unshare(1) itself says 1. */
const NO_ROOM = 97;
/** To stop the service and be gone, before it is killed. */
const LEAVE_MS: Millis = 60_000;

/** Comes back when the process, and in a room everything in it, is gone. Never rejects. */
export async function runInRoom(call: RoomCall): Promise<RoomEnd> {
  const problem = call.place === 'here' ? ffiProblem() : undefined;
  if (problem !== undefined) return { kind: 'no-room', why: `orphans cannot be followed: ${problem}` };
  const stage = mkdtempSync(join(tmpdir(), 'rcinit-room-'));
  try {
    return await follow(call, commandOf(call, stage));
  } catch (error) {
    return { kind: 'no-room', why: errorText(error) };
  } finally {
    rmdirSync(stage);
  }
}

function commandOf({ place, root, words }: RoomCall, stage: string): readonly string[] {
  const program = [process.execPath, join(appletsDir(), 'rcinit'), ...words];
  if (place === 'here') return program;
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const flags = ['--fork', '--kill-child=SIGKILL', '--pid', '--mount', '--uts', '--ipc', '--net'];
  const room = shellLibrary('test-room') ?? 'test-room';
  return [
    'unshare',
    ...user,
    ...flags,
    '--propagation=private',
    '--',
    '/bin/sh',
    room,
    stage,
    root,
    ...program,
  ];
}

async function follow(call: RoomCall, command: readonly string[]): Promise<RoomEnd> {
  const [file = '', ...args] = command;
  const orphans = call.place === 'here' ? adoptOrphans(() => child.pid) : undefined;
  // A group of its own: Ctrl-C is for us to hear, and to end it in good order.
  const child = spawn(file, args, { env: call.env, cwd: '/', stdio: 'pipe', detached: true });
  let isReady = false;
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${call.request}\n`);
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === call.readyLine) isReady = true;
    else call.onLine(line);
  });
  const letGo = leaveOnAbort(call, child);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => {
    letGo();
    orphans?.release(call.leavesProcesses);
  });
  if (code === 0) return { kind: 'ended' };
  const why = complaint.trim().split('\n').slice(-3).join('; ') || `it ended with ${code ?? 'a signal'}`;
  return { kind: !isReady && (code === NO_ROOM || call.place === 'room') ? 'no-room' : 'broken', why };
}

/** A room ends with its PID 1; here the process has to clean up by itself. */
function leaveOnAbort({ place, cancelSignal }: RoomCall, child: ChildProcess): () => void {
  let limit: NodeJS.Timeout | undefined;
  const leave = (): void => {
    child.stdin?.end();
    const kill = (): void => void child.kill('SIGKILL');
    if (place === 'room') kill();
    else limit = setTimeout(kill, LEAVE_MS);
  };
  cancelSignal.addEventListener('abort', leave);
  return () => {
    clearTimeout(limit);
    cancelSignal.removeEventListener('abort', leave);
  };
}

/** As PID 1 does it in a room: orphans below us become our children, and are reaped. */
function adoptOrphans(ownChild: () => Pid | undefined): { readonly release: (keep: boolean) => void } {
  setChildSubreaper();
  const reaper = startReaping({
    isOurs: (pid) => pid === ownChild(),
    onOrphan: () => undefined,
    onChildless: () => undefined,
  });
  return {
    release: (keep) => {
      reaper?.stop();
      if (!keep) for (const pid of descendantsOf(process.pid)) killProcess(pid);
    },
  };
}
