/** `telinit --wait LEVEL`: asks for a level through the control socket, and comes back when it is reached. */
import {
  CONTROL_VERSION,
  decodeReplyLine,
  encodeLine,
  type LevelReply,
} from '../core/engine/control-message.ts';
import { parseLastRc } from '../core/scripts/last-rc.ts';
import type { RunLevel } from '../core/runlevel.ts';
import { CONTROL_SOCKET, LAST_RC } from '../core/system-paths.ts';
import type { Millis } from '../core/units.ts';
import { askControl } from '../os/pid1/control-client.ts';
import { inRoot } from '../os/file/in-root.ts';
import { errnoText } from '../os/os-error.ts';
import { readTextIfAny } from '../os/file/text-file.ts';
import { describeLast } from '../rc/script-status.ts';
import type { AppletIo } from './applet.ts';
import { printable } from './printable.ts';
import { startProgress } from './progress.ts';

export interface LevelWait {
  readonly root: string;
  readonly level: RunLevel;
  /** TERM to KILL, in seconds. */
  readonly sleepSeconds: number;
  /** Undefined: as long as it takes. */
  readonly timeoutMs: Millis | undefined;
}

/** As timeout(1): the level may still be reached, only nobody waits any more. */
const EXIT = { reached: 0, failed: 1, timeout: 124 } as const;

/** @returns 0 if the level is reached and nothing failed there, 124 when the time is over, 1 for the rest. */
export async function waitForLevel(wait: LevelWait, io: AppletIo): Promise<number> {
  const { root, level, sleepSeconds, timeoutMs } = wait;
  const path = inRoot(root, CONTROL_SOCKET);
  const line = encodeLine({ version: CONTROL_VERSION, command: 'level', level, sleepSeconds }).trimEnd();
  const progress = startProgress(io);
  progress.update(`waiting for run level ${level} …`);
  const answer = await askControl(path, line, timeoutMs);
  progress.stop();
  const fail = (why: string): number => {
    io.err(`${io.name}: cannot wait for run level "${level}": ${why}\n`);
    return EXIT.failed;
  };
  switch (answer.kind) {
    case 'answer': {
      const reply = decodeReplyLine(answer.line);
      if (reply.kind === 'error') return fail(reply.message);
      if (reply.kind !== 'level') return fail('init answered another question');
      if (reply.outcome === 'reached') return report(root, reply, io);
      return fail(`somebody asked for level ${reply.level} meanwhile; rcinit status shows where init is`);
    }
    case 'absent':
      return fail(
        `no rcinit answers on ${path}; telinit ${level} without --wait works with every System V init`,
      );
    case 'denied':
      return fail(`permission denied on ${path}; run this as the user that runs init`);
    case 'timeout':
      io.err(
        `${io.name}: run level "${level}" is not reached within ${(timeoutMs ?? 0) / 1_000} s; rcinit status says what it waits for\n`,
      );
      return EXIT.timeout;
    case 'failed':
      // That is what these two levels are for.
      if (level === '0' || level === '6') return EXIT.reached;
      return fail(
        answer.code === 'ECONNRESET'
          ? 'init has ended or was replaced; rcinit status shows it'
          : `cannot talk to init through ${path}: ${errnoText(answer.code)}`,
      );
  }
}

function report(root: string, { level, failed }: LevelReply, io: AppletIo): number {
  const lines = [
    ...failed.map(({ id, why }) => `entry "${printable(id)}": ${why}`),
    ...failedScripts(root, level).map(({ name, why }) => `script "${printable(name)}": ${why}`),
  ];
  if (lines.length === 0) return EXIT.reached;
  io.err(`${io.name}: run level "${level}" is reached, but not all of it:\n`);
  for (const line of lines) io.err(`  ${line}\n`);
  return EXIT.failed;
}

/** Those of the last run of `rc`, if it was for this level. */
function failedScripts(
  root: string,
  level: string,
): readonly { readonly name: string; readonly why: string }[] {
  const text = readTextIfAny(root, LAST_RC);
  const parsed = text === undefined ? undefined : parseLastRc(text);
  if (parsed?.kind !== 'parsed' || parsed.record.level !== level) return [];
  return parsed.record.scripts
    .filter(({ outcome }) => outcome === 'failed')
    .map((script) => ({ name: script.name, why: describeLast(script) }));
}
