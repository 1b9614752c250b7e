/** What the daemon shim tells its starter, and what that means. */
import type { Pid } from '../units.ts';

/** The first argument by which our own applet knows that it is to become a daemon. Nobody types it. */
export const STAGE_WORD = '--rcinit-become-daemon';

export type ShimReport =
  | { readonly kind: 'running'; readonly pid: Pid }
  | {
      readonly kind: 'failed';
      /** Undefined: it failed before it knew. */
      readonly pid: Pid | undefined;
      /** The shell's status of the exec: 127 there is no such file, 126 it cannot be run. Undefined: never tried. */
      readonly execStatus: number | undefined;
      /** What was said meanwhile, one line; empty if nothing was. */
      readonly said: string;
    };

/** @param text Everything up to the end of the pipe, which is the exec, or the end of the process. */
export function parseShimReport(text: string): ShimReport {
  const lines = text.split('\n').filter((line) => line !== '');
  const numberAfter = (word: string) => {
    const found = lines.find((line) => new RegExp(`^${word} \\d+$`).test(line));
    return found === undefined ? undefined : Number(found.slice(word.length + 1));
  };
  const pid = numberAfter('pid');
  const execStatus = numberAfter('fail');
  if (pid !== undefined && execStatus === undefined && lines.includes('go')) return { kind: 'running', pid };
  const said = lines.filter((line) => !/^(pid \d+|fail \d+|go)$/.test(line)).join('; ');
  return { kind: 'failed', pid, execStatus, said };
}
