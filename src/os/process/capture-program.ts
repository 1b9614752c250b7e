/** Runs a program for what it prints on standard output, with a time limit. Loads execa. */
import { execa } from 'execa';
import type { Millis } from '../../core/units.ts';

export interface CaptureCall {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: Millis;
}

export type CaptureEnd =
  /** Whatever its exit status was. */
  { readonly kind: 'ended'; readonly output: string } | { readonly kind: 'failed'; readonly why: string };

const MAX_OUTPUT_BYTES = 2 ** 26;

/** Nothing to read, standard error is thrown away; it is killed at the time limit and when we end. Never rejects. */
export async function captureProgram({ path, args, env, timeoutMs }: CaptureCall): Promise<CaptureEnd> {
  const result = await execa(path, args, {
    env,
    extendEnv: false,
    stdin: 'ignore',
    stderr: 'ignore',
    reject: false,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_BYTES,
    stripFinalNewline: false,
  });
  if (result.timedOut) return { kind: 'failed', why: `no answer within ${timeoutMs / 1000} s, killed` };
  if (result.isMaxBuffer) return { kind: 'failed', why: 'its output is too long' };
  if (result.exitCode === undefined)
    return {
      kind: 'failed',
      why:
        result.signal === undefined ? (result.code ?? 'it cannot be started') : `ended by ${result.signal}`,
    };
  return { kind: 'ended', output: result.stdout };
}
