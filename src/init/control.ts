/** Answers requests of the control socket. Pure but for what it is given. */
import { controlError, decodeRequestLine, type ControlReply } from '../core/control-message.ts';
import { describeMachine } from '../core/machine-status.ts';
import type { State } from '../core/machine-types.ts';
import type { Millis } from '../core/units.ts';

export interface ControlFacts {
  readonly pid: number;
  readonly root: string;
  readonly startedAt: Millis;
  readonly now: () => Millis;
  readonly state: () => State;
}

/** @returns The reply line, without its newline. */
export function answerControl(line: string, facts: ControlFacts): string {
  return JSON.stringify(reply(line, facts));
}

function reply(line: string, { pid, root, startedAt, now, state }: ControlFacts): ControlReply {
  const request = decodeRequestLine(line);
  if (!('command' in request)) return request;
  try {
    return describeMachine(state(), { pid, root, now: now(), startedAt });
  } catch (error) {
    return controlError(`cannot describe the state: ${String(error)}`);
  }
}
