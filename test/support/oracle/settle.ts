import { setTimeout as delay } from 'node:timers/promises';
import type { Machine } from './machine.ts';
import { BOOT_MARK, VIEWS } from './observe.ts';

/** Nothing may have changed for this long. Every case waits for what it knows will come before that. */
const QUIET_MS = 200;
const LOOK_MS = 20;
/** A machine that never comes to rest is looked at as it is. */
const DEADLINE_MS = 10_000;

/** Waits until nothing can be seen to change, so that what must not happen has had its time. */
export async function settle(machine: Machine): Promise<void> {
  const end = performance.now() + DEADLINE_MS;
  let last = '';
  for (let quietSince = performance.now(); performance.now() - quietSince < QUIET_MS; await delay(LOOK_MS)) {
    const now = look(machine);
    if (performance.now() > end) return;
    if (now !== last) quietSince = performance.now();
    last = now;
  }
}

function look(machine: Machine): string {
  const views = ['console', 'log', 'syslog', 'processes', 'level'] as const;
  return JSON.stringify(views.map((name) => VIEWS[name](machine, BOOT_MARK)));
}
