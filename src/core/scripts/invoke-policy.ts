/** Whether invoke-rc.d runs a script: the verdict of the run level, and what policy-rc.d makes of it. Pure. */
import type { InvokeOptions } from './invoke-command.ts';

/**
 * The codes of invoke-rc.d and policy-rc.d.
 * @see rc-tools, invoke-rc.d and policy-rc.d
 */
export const INVOKE_CODES = {
  statusUnknown: 4,
  unknownScript: 100,
  denied: 101,
  subsystemError: 102,
  syntaxError: 103,
  allowed: 104,
  uncertain: 105,
  fallback: 106,
} as const;

const { denied, subsystemError, allowed, uncertain, fallback } = INVOKE_CODES;

/** Whether there is an executable link of each kind. */
export interface LevelLinks {
  readonly start: boolean;
  readonly stop: boolean;
  readonly startAtBoot: boolean;
}

/** @returns 104 or 101 for an action that starts something; undefined where the level does not matter. */
export function judgeByLevel(action: string, links: LevelLinks): number | undefined {
  if (!isStarting(action)) return undefined;
  if (links.start) return allowed;
  return links.stop || !links.startAtBoot ? denied : allowed;
}

/** What policy-rc.d is asked: in parentheses where the level says no. */
export function policyQuestion(action: string, verdict: number | undefined): string {
  return verdict === denied && isStarting(action) ? `(${action})` : action;
}

function isStarting(action: string): boolean {
  return action === 'start' || action === 'restart' || action === 'try-restart';
}

export interface Verdict {
  readonly code: number;
  /** What to try, first to last. */
  readonly actions: readonly string[];
  readonly messages: readonly string[];
  /** True if it was the policy that said no. */
  readonly byPolicy: boolean;
}

/**
 * What the exit status of policy-rc.d means. It replaces the verdict of the level.
 * @param output What it printed: the actions to take instead, for 106.
 */
export function judgeByPolicy(
  answer: { readonly status: number; readonly output: string },
  action: string,
  options: InvokeOptions,
): Verdict {
  const code = { 0: allowed, 1: uncertain }[answer.status] ?? answer.status;
  const plain = { actions: [action], byPolicy: false };
  if (code === denied && options.force) {
    const messages = [`Overriding policy-rc.d denied execution of ${action}.`];
    return { ...plain, code: allowed, messages };
  }
  if (code === denied) {
    return { ...plain, code, byPolicy: true, messages: [`policy-rc.d denied execution of ${action}.`] };
  }
  if (code === uncertain && !options.query) {
    const messages = [
      'policy-rc.d query returned "behaviour undefined",',
      `assuming "${action}" is allowed.`,
    ];
    return { ...plain, code: allowed, messages };
  }
  if (code === fallback && !options.query) return takeFallback(answer.output, action, options);
  if (code >= INVOKE_CODES.unknownScript && code <= fallback) return { ...plain, code, messages: [] };
  const warning = `WARNING: policy-rc.d returned unexpected error status ${code}, ${subsystemError} used instead.`;
  return { ...plain, code: subsystemError, messages: [warning] };
}

function takeFallback(output: string, action: string, options: InvokeOptions): Verdict {
  const wanted = output.split(/\s+/).filter((word) => word !== '');
  const list = wanted.join(', ');
  if (options.force || options.noFallback) {
    const messages = [`ignoring policy-rc.d fallback request: ${list}.`];
    return { code: options.force ? allowed : denied, actions: [action], messages, byPolicy: true };
  }
  const noun = wanted.length === 1 ? 'action' : 'actions';
  const messages = [`executing ${noun} "${list}" instead due to policy-rc.d request.`];
  return { code: allowed, actions: wanted, messages, byPolicy: false };
}
