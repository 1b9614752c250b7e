/** Has a script tried in its place by another process, and gathers what that tells. */
import { runInRoom } from '../../os/process/test-room.ts';
import type { CheckResult } from './check.ts';
import { READY, type TestEvent, type TestRequest } from './request.ts';

export type TestEnd =
  | { readonly kind: 'tested'; readonly results: readonly CheckResult[] }
  /** The service was running, or the preparation failed. */
  | { readonly kind: 'refused'; readonly why: string }
  /** There can be no namespaces here, or (without them) no FFI. */
  | { readonly kind: 'no-place'; readonly why: string }
  | { readonly kind: 'broken'; readonly why: string };

/**
 * Comes back when everything that was started is gone.
 * @param onBegin Gets the name of each check before it is tried.
 */
export async function testScript(
  request: TestRequest,
  env: Readonly<Record<string, string | undefined>>,
  onBegin: (name: string) => void,
  cancelSignal: AbortSignal,
): Promise<TestEnd> {
  const results: CheckResult[] = [];
  let refused: string | undefined;
  const onLine = (line: string): void => {
    const event = JSON.parse(line) as TestEvent;
    if (event.kind === 'begin') onBegin(event.name);
    else if (event.kind === 'result') results.push(event.result);
    else refused = event.why;
  };
  const { place, root, force } = request;
  const call = { place, root, env, onLine, cancelSignal, words: ['test-inside'], readyLine: READY };
  // A service that ran before us shall run on.
  const end = await runInRoom({ ...call, request: JSON.stringify(request), leavesProcesses: force });
  if (end.kind === 'no-room') return { kind: 'no-place', why: end.why };
  if (end.kind === 'broken') return end;
  return refused === undefined ? { kind: 'tested', results } : { kind: 'refused', why: refused };
}
