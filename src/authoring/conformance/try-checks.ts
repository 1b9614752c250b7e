/** Does what each check asks for, and has what was seen judged. */
import { ACTION_CHECKS, type ActionCheck } from './action-checks.ts';
import { NotPreparedError, type Bench } from './bench.ts';
import type { CheckInfo, Verdict } from './check.ts';
import { DAEMON_CHECKS } from './daemon-checks.ts';
import { judgeAction, type ServiceState } from './judge-action.ts';
import { judgeHangup, SPECIAL_CHECKS } from './special-checks.ts';
import type { DaemonLook } from './look-at-daemon.ts';
import * as special from './try-special.ts';

export interface Check {
  readonly info: CheckInfo;
  readonly attempt: (bench: Bench, look: DaemonLook) => Promise<Verdict>;
}

const plain = (info: CheckInfo, attempt: (bench: Bench) => Promise<Verdict>): Check => ({ info, attempt });
const action = (name: string): Check => {
  const check = ACTION_CHECKS.find((one) => one.name === name);
  if (check === undefined) throw new Error(`no check ${name}`);
  return plain(check, (bench) => tryAction(check, bench));
};

/** In the order in which they run: what breaks little first. */
export const CHECKS: readonly Check[] = [
  ...['start', 'status-running', 'start-running', 'stop', 'status-stopped', 'stop-stopped'].map(action),
  plain(SPECIAL_CHECKS.statusKilled, special.tryStatusKilled),
  ...ACTION_CHECKS.filter(({ groups }) => !groups.includes('pacemaker')).map(({ name }) => action(name)),
  plain(SPECIAL_CHECKS.startWaits, special.tryStartWaits),
  plain(SPECIAL_CHECKS.stopWaits, special.tryStopWaits),
  plain(SPECIAL_CHECKS.pipeReleased, special.tryPipeReleased),
  plain(SPECIAL_CHECKS.stopLeavesNothing, special.tryStopLeavesNothing),
  ...DAEMON_CHECKS.map((check) => ({
    info: check,
    attempt: async (_bench: Bench, look: DaemonLook) => {
      const { facts } = await look();
      return facts.tops.length === 0
        ? { kind: 'skipped' as const, why: 'it did not live to be looked at' }
        : check.judge(facts);
    },
  })),
  {
    info: SPECIAL_CHECKS.terminalHangup,
    attempt: async (_bench, look) => {
      const { facts, survivors } = await look();
      if (facts.starter.terminal === undefined)
        return { kind: 'skipped', why: 'there are no pseudo terminals here' };
      return judgeHangup(survivors, facts.tops.length > 0);
    },
  },
  plain(SPECIAL_CHECKS.concurrentStarts, special.tryConcurrentStarts),
  plain(SPECIAL_CHECKS.stopDuringStart, special.tryStopDuringStart),
];

/** Never rejects for what the script does: what cannot be prepared does not hold. */
export async function tryCheck({ info, attempt }: Check, bench: Bench, look: DaemonLook): Promise<Verdict> {
  try {
    if (info.needsDaemon === true) await bench.toRunning();
    if (info.needsDaemon === true && bench.isDaemon === false)
      return { kind: 'skipped', why: 'no process stays after start: it is no daemon' };
    return await attempt(bench, look);
  } catch (error) {
    if (error instanceof NotPreparedError)
      return { kind: 'broken', expected: info.title, got: `cannot be tried: ${error.message}` };
    throw error;
  }
}

async function tryAction(check: ActionCheck, bench: Bench): Promise<Verdict> {
  const manner = check.manner ?? 'plain';
  if (manner === 'nobody') {
    const why = await bench.place.whyNotNobody();
    if (why !== undefined) return { kind: 'skipped', why };
  }
  const before = await prepare(check, bench);
  const run = await bench.run(check.args, manner);
  const after = await bench.settle((state) => isAsWanted(check, before, state));
  return judgeAction(check, { run, before, after });
}

async function prepare({ from }: ActionCheck, bench: Bench): Promise<ServiceState> {
  if (from === 'stopped') {
    await bench.toStopped();
    return { isRunning: false, tops: [] };
  }
  const state = await bench.toRunning();
  if (from === 'running') return state;
  await bench.kill();
  return { isRunning: false, tops: [] };
}

function isAsWanted(check: ActionCheck, before: ServiceState, now: ServiceState): boolean {
  if (check.after === 'stopped') return !now.isRunning;
  const kept = before.tops.filter((pid) => now.tops.includes(pid)).length;
  const isNew = check.process !== 'new' || before.tops.length === 0 || kept === 0;
  return now.isRunning && isNew && now.tops.length >= before.tops.length;
}
