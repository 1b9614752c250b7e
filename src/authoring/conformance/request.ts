/** What the two processes of `rcinit test` tell each other: one line of JSON each. */
import type { Millis } from '../../core/units.ts';
import type { CheckResult } from './check.ts';

export interface TestRequest {
  /** Absolute. */
  readonly script: string;
  /** `/`, or the folder that stands for it. */
  readonly root: string;
  /** Names of checks, in their order. */
  readonly checks: readonly string[];
  readonly timeoutMs: Millis;
  readonly place: 'room' | 'here';
  /** A shell command to run first. */
  readonly prepare: string | undefined;
  /** Stop the service if it runs already, and start it again at the end. */
  readonly force: boolean;
}

export type TestEvent =
  | { readonly kind: 'begin'; readonly name: string }
  | { readonly kind: 'result'; readonly result: CheckResult }
  /** Nothing was tried: the service was running, or the preparation failed. */
  | { readonly kind: 'refused'; readonly why: string };

/** Printed before everything else: the place is made, and what follows are events. */
export const READY = 'ready';
