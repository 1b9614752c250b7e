/** The messages of `run/rcinit/control.sock`: one JSON object a line each way, with a version. */
import type { Action } from '../inittab/inittab-entry.ts';
import type { Place } from './machine-types.ts';
import { parseRunLevel, type InitLevel, type PreviousLevel, type RunLevel } from '../runlevel.ts';
import type { ExitStatus, Millis, Pid } from '../units.ts';

export const CONTROL_VERSION = 1;

export type ControlRequest = StatusRequest | LevelRequest;

export interface StatusRequest {
  readonly version: typeof CONTROL_VERSION;
  readonly command: 'status';
}

/** Asks for a level as `/run/initctl` does, and for an answer when it is reached. */
export interface LevelRequest {
  readonly version: typeof CONTROL_VERSION;
  readonly command: 'level';
  readonly level: RunLevel;
  /** TERM to KILL, in seconds. */
  readonly sleepSeconds: number;
}

export type ControlReply = StatusReply | LevelReply | ErrorReply;

export interface LevelReply {
  readonly version: typeof CONTROL_VERSION;
  readonly kind: 'level';
  /** `elsewhere`: somebody asked for `level` meanwhile. */
  readonly outcome: 'reached' | 'elsewhere';
  readonly level: InitLevel;
  /** Entries of the level that failed, with the reason in words. */
  readonly failed: readonly { readonly id: string; readonly why: string }[];
}

export interface ErrorReply {
  readonly version: typeof CONTROL_VERSION;
  readonly kind: 'error';
  readonly message: string;
}

export interface StatusReply {
  readonly version: typeof CONTROL_VERSION;
  readonly kind: 'status';
  /** Pid of init as it sees itself: 1 unless it runs in a folder. */
  readonly pid: Pid;
  readonly root: string;
  readonly place: Place;
  /** `running` at rest or in a phase, `changing` between two levels, and the rarer states by name. */
  readonly state: 'running' | 'changing' | 'asking' | 'emergency' | 'paused' | 'ending';
  readonly level: InitLevel;
  readonly previous: PreviousLevel;
  readonly uptimeMs: Millis;
  readonly entries: readonly EntryStatus[];
}

export interface EntryStatus {
  readonly id: string;
  readonly levels: string;
  readonly action: Action;
  readonly command: string;
  readonly state: EntryState;
  readonly pid?: Pid;
  /** How long the process has been running. */
  readonly uptimeMs?: Millis;
  /** Called by `telinit a`, `b` or `c`: it stays when the level changes. */
  readonly demand?: true;
  readonly starts: number;
  /** How the last process ended, if one did. */
  readonly last?: (ExitStatus | { readonly kind: 'not-started'; readonly code: string }) & {
    readonly agoMs: Millis;
  };
  /** Why it is not running, for people; absent while it runs. */
  readonly why?: string;
  /** `held` only: when it will be tried again. */
  readonly retryInMs?: Millis;
}

/**
 * `running`, or why it is not: `done` once this stay, `held` for starting too often, `blocked` behind an entry that
 * is waited for, `idle` until an event or a demand calls it, `elsewhere` in other levels, `off`.
 */
export type EntryState = 'running' | 'done' | 'held' | 'blocked' | 'idle' | 'elsewhere' | 'off';

export function encodeLine(message: ControlRequest | ControlReply): string {
  return `${JSON.stringify(message)}\n`;
}

/** Reads a request line. @returns A request, or the error reply to send back. */
export function decodeRequestLine(line: string): ControlRequest | ErrorReply {
  const value = parseObject(line);
  if (value === undefined) return controlError('not a JSON object');
  if (value['version'] !== CONTROL_VERSION) {
    return controlError(
      `unknown version ${JSON.stringify(value['version'])}, this init speaks version ${CONTROL_VERSION}`,
    );
  }
  if (value['command'] === 'status') return { version: CONTROL_VERSION, command: 'status' };
  if (value['command'] === 'level') return decodeLevelRequest(value);
  return controlError(`unknown command ${JSON.stringify(value['command'])}`);
}

function decodeLevelRequest({
  level,
  sleepSeconds,
}: Readonly<Record<string, unknown>>): LevelRequest | ErrorReply {
  const wanted = typeof level === 'string' ? parseRunLevel(level) : undefined;
  if (wanted === undefined) return controlError(`no run level: ${JSON.stringify(level)}`);
  if (!Number.isInteger(sleepSeconds))
    return controlError(`no number of seconds: ${JSON.stringify(sleepSeconds)}`);
  return { version: CONTROL_VERSION, command: 'level', level: wanted, sleepSeconds: Number(sleepSeconds) };
}

const REPLY_KINDS: readonly unknown[] = ['status', 'level', 'error'] satisfies ControlReply['kind'][];

/** Reads a reply line of an init that may be of another version. */
export function decodeReplyLine(line: string): ControlReply {
  const value = parseObject(line);
  if (value?.['version'] === CONTROL_VERSION && REPLY_KINDS.includes(value['kind'])) {
    return value as unknown as ControlReply;
  }
  return controlError(
    'init answered in a language this program does not know; are both of the same version?',
  );
}

export function controlError(message: string): ErrorReply {
  return { version: CONTROL_VERSION, kind: 'error', message };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
