/** Answers requests of the control socket. Pure but for what it is given. */
import { controlError, decodeRequestLine, type ControlReply } from '../core/engine/control-message.ts';
import { describeMachine } from '../core/engine/machine-status.ts';
import type { State } from '../core/engine/machine-types.ts';
import type { Millis } from '../core/units.ts';
import type { LevelWaiters } from './level-waiters.ts';

export interface ControlFacts {
  readonly pid: number;
  readonly root: string;
  readonly startedAt: Millis;
  readonly now: () => Millis;
  readonly state: () => State;
  readonly waiters: Pick<LevelWaiters, 'ask'>;
}

/**
 * @param gone Aborted when nobody waits for the answer any more.
 * @returns The reply line, without its newline.
 */
export async function answerControl(line: string, facts: ControlFacts, gone: AbortSignal): Promise<string> {
  return JSON.stringify(await reply(line, facts, gone));
}

async function reply(line: string, facts: ControlFacts, gone: AbortSignal): Promise<ControlReply> {
  const request = decodeRequestLine(line);
  if (!('command' in request)) return request;
  try {
    if (request.command === 'level') return await facts.waiters.ask(request, gone);
    const { pid, root, startedAt, now, state } = facts;
    return describeMachine(state(), { pid, root, now: now(), startedAt });
  } catch (error) {
    return controlError(
      `cannot ${request.command === 'level' ? 'wait' : 'describe the state'}: ${String(error)}`,
    );
  }
}
