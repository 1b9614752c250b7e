/** `rcinit status`: asks the running init, looks at the init scripts, and shows both. */
import {
  decodeReplyLine,
  encodeLine,
  CONTROL_VERSION,
  type StatusReply,
} from '../core/engine/control-message.ts';
import { CONTROL_SOCKET } from '../core/system-paths.ts';
import { askControl } from '../os/pid1/control-client.ts';
import { inRoot } from '../os/file/in-root.ts';
import { errnoText } from '../os/os-error.ts';
import { loadColours } from '../rc/colours.ts';
import { readScriptStatus } from '../rc/script-status.ts';
import type { AppletIo } from './applet.ts';
import { startProgress } from './progress.ts';
import { renderStatus } from './status-table.ts';

export interface StatusOptions {
  /** Absolute. */
  readonly root: string;
  readonly json: boolean;
}

/** As LSB's `status`: 3 when no init runs here, 4 when it cannot be known. */
const EXIT = { running: 0, absent: 3, unknown: 4 } as const;
const ASK_DEADLINE_MS = 5_000;

type Answer =
  | { readonly kind: 'running'; readonly status: StatusReply }
  | { readonly kind: 'absent' | 'unknown'; readonly why: string };

export async function runStatus({ root, json }: StatusOptions, io: AppletIo): Promise<number> {
  const progress = startProgress(io);
  progress.update('waiting for the answer of init …');
  const answer = await askInit(root);
  progress.stop();
  const scripts = readScriptStatus(root);
  if (json) {
    const init = answer.kind === 'running' ? answer.status : null;
    const problem = answer.kind === 'running' ? null : answer.why;
    io.out(`${JSON.stringify({ init, problem, scripts }, undefined, 2)}\n`);
    return EXIT[answer.kind];
  }
  if (answer.kind !== 'running') io.err(`rcinit: ${answer.why}\n`);
  const colours = await loadColours(io.stdoutIsTty, io.env);
  io.out(renderStatus(answer.kind === 'running' ? answer.status : undefined, scripts, colours));
  return EXIT[answer.kind];
}

async function askInit(root: string): Promise<Answer> {
  const path = inRoot(root, CONTROL_SOCKET);
  const line = encodeLine({ version: CONTROL_VERSION, command: 'status' }).trimEnd();
  const answer = await askControl(path, line, ASK_DEADLINE_MS);
  switch (answer.kind) {
    case 'answer': {
      const reply = decodeReplyLine(answer.line);
      if (reply.kind === 'status') return { kind: 'running', status: reply };
      return unknown(path, reply.kind === 'error' ? reply.message : 'it answered another question');
    }
    case 'absent':
      return { kind: 'absent', why: `no rcinit runs in "${root}" (nobody listens on ${path})` };
    case 'denied':
      return unknown(path, 'permission denied; run this as the user that runs init');
    case 'timeout':
      return unknown(path, `no answer within ${ASK_DEADLINE_MS / 1_000} s; is init stopped?`);
    case 'failed':
      return unknown(path, errnoText(answer.code));
  }
}

function unknown(path: string, why: string): Answer {
  return { kind: 'unknown', why: `cannot ask init through "${path}": ${why}` };
}
