/** The work bench of one script: calls it, brings its service into a wanted state, and sees what runs. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Millis, Pid } from '../../core/units.ts';
import { findPidfiles } from '../../os/pidfile/find-pidfiles.ts';
import { killProcess } from '../../os/process/kill-process.ts';
import { readStat } from '../../os/process/procfs.ts';
import { isRunning } from '../../os/process/process-view.ts';
import type { Manner } from './action-checks.ts';
import type { PidfileFacts, RunFacts } from './check.ts';
import { describeEnd, exitCodeOf, quote, type ServiceState } from './judge-action.ts';
import type { NamedProcess } from './special-checks.ts';

/** What the bench needs to know and to do; the place decides how. */
export interface BenchPlace {
  readonly call: (args: readonly string[], manner: Manner) => Promise<RunFacts>;
  /** Every process that the script has left, zombies too. */
  readonly listPids: () => readonly Pid[];
  /** Whose child an orphan becomes. */
  readonly reaper: Pid;
  /** Where pid files are kept. */
  readonly pidfileFolders: readonly string[];
  /** Why a script cannot be called as another user here, or undefined. */
  readonly whyNotNobody: () => Promise<string | undefined>;
}

/** The state that a check begins with could not be reached. */
export class NotPreparedError extends Error {}

/** Scripts come back before their daemon is up, or gone: that is a check of its own, not a fault in all the others. */
const SETTLE_MS: Millis = 3_000;
const HOPELESS_MS: Millis = 200;
const LOOK_AGAIN_MS: Millis = 10;
/** So long nothing may change before it counts as settled. */
const QUIET_MS: Millis = 60;

export class Bench {
  readonly place: BenchPlace;
  #kind: 'unknown' | 'daemon' | 'one-shot' = 'unknown';
  #usualTops = 0;
  #mainNames: readonly string[] = [];
  #hasStarted = false;
  /** The first start, if nothing came of it. */
  #failedStart: RunFacts | undefined;
  /** Something died that the script does not know of. */
  #isDirty = false;
  /** It was started in another manner than usual. */
  #isTainted = false;
  #statusIsSilent = false;

  constructor(place: BenchPlace) {
    this.place = place;
  }

  /** Undefined until it was started once, successfully. */
  get isDaemon(): boolean | undefined {
    return this.#kind === 'unknown' ? undefined : this.#kind === 'daemon';
  }

  /** How many of its processes are init's children after one ordinary start. */
  get usualTops(): number {
    return this.#usualTops;
  }

  run(args: readonly string[], manner: Manner = 'plain'): Promise<RunFacts> {
    if (manner !== 'plain' && manner !== 'nobody') this.#isTainted = true;
    return this.place.call(args, manner);
  }

  /** The next check shall not use what runs now. */
  taint(): void {
    this.#isTainted = true;
  }

  pids(): readonly Pid[] {
    return this.place.listPids().filter(isRunning);
  }

  /** Those that are init's children; others are workers of theirs. */
  tops(): readonly Pid[] {
    return this.pids().filter((pid) => readStat(pid)?.ppid === this.place.reaper);
  }

  named(pids: readonly Pid[]): readonly NamedProcess[] {
    return pids.map((pid) => ({ pid, comm: readStat(pid)?.comm ?? '?' }));
  }

  pidfiles(): readonly PidfileFacts[] {
    return findPidfiles(this.place.pidfileFolders);
  }

  async state(): Promise<ServiceState> {
    const tops = this.tops();
    if (this.#kind !== 'daemon') {
      const asked = exitCodeOf(await this.run(['status'])) === 0;
      return { isRunning: this.#kind === 'one-shot' ? asked : asked || tops.length > 0, tops };
    }
    const names = this.named(this.pids()).map(({ comm }) => comm);
    return { isRunning: names.some((name) => this.#mainNames.includes(name)), tops };
  }

  /** Waits until the service is as wanted and stays so, or for a limited time. @returns How it is then. */
  async settle(isWanted: (state: ServiceState) => boolean): Promise<ServiceState> {
    // What never started will not do so in three seconds either.
    const isHopeless = this.#failedStart !== undefined;
    const end = performance.now() + (isHopeless ? HOPELESS_MS : SETTLE_MS);
    let last = await this.state();
    let since = performance.now();
    while (performance.now() < end) {
      if (isWanted(last) && performance.now() - since >= QUIET_MS) return last;
      await delay(LOOK_AGAIN_MS);
      const next = await this.state();
      if (next.isRunning !== last.isRunning || next.tops.join() !== last.tops.join())
        since = performance.now();
      last = next;
    }
    return last;
  }

  /** @throws {NotPreparedError} when start does not start it. */
  async toRunning(): Promise<ServiceState> {
    await this.#learn();
    if (this.#failedStart !== undefined)
      throw new NotPreparedError(`start does not start it: ${describeRun(this.#failedStart)}`);
    if (this.#isDirty || this.#isTainted) await this.toStopped();
    const before = await this.state();
    if (before.isRunning && before.tops.length === this.#usualTops) return before;
    const run = await this.run(['start']);
    const after = await this.settle(({ isRunning }) => isRunning);
    if (!after.isRunning) throw new NotPreparedError(`start does not start it: ${describeRun(run)}`);
    await this.awaitStatus();
    return after;
  }

  /** Whatever is left is killed. @throws {NotPreparedError} when not even that helps. */
  async toStopped(): Promise<void> {
    await this.#learn();
    // A start takes away what a killed daemon has left, better than stop would.
    if (this.#isDirty) await this.run(['start']);
    this.#isDirty = false;
    if (this.#kind !== 'daemon' || this.pids().length > 0 || this.#isTainted) await this.run(['stop']);
    this.#isTainted = false;
    await this.#awaitEnd();
    if (this.pids().length > 0) await this.kill();
    if (this.pids().length > 0) throw new NotPreparedError('its processes cannot be killed');
  }

  /** As a crash would. */
  async kill(): Promise<void> {
    this.#isDirty = true;
    for (const pid of this.pids()) killProcess(pid);
    await this.#awaitEnd();
  }

  /** @returns The processes that are left in the end. */
  async awaitNoProcess(): Promise<readonly NamedProcess[]> {
    await this.#awaitEnd();
    return this.named(this.pids());
  }

  /** Where status never says that it is running, that is waited for only once. @returns What it said last. */
  async awaitStatus(): Promise<RunFacts> {
    const end = performance.now() + SETTLE_MS;
    for (;;) {
      const run = await this.run(['status']);
      if (exitCodeOf(run) === 0 || this.#statusIsSilent) return run;
      this.#statusIsSilent = performance.now() > end;
      await delay(LOOK_AGAIN_MS);
    }
  }

  async #awaitEnd(): Promise<void> {
    const end = performance.now() + SETTLE_MS;
    while (this.pids().length > 0 && performance.now() < end) await delay(LOOK_AGAIN_MS);
  }

  /** The first start shows what kind of service it is; what a check sees later is compared with it. */
  async #learn(): Promise<void> {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    const run = await this.run(['start']);
    const { isRunning, tops } = await this.settle((state) => state.isRunning && state.tops.length > 0);
    if (tops.length > 0) {
      // Until then it may go by the name of the shell that became it.
      await this.awaitStatus();
      const settled = this.tops();
      this.#kind = 'daemon';
      this.#usualTops = settled.length;
      this.#mainNames = this.named(settled).map(({ comm }) => comm);
    } else if (isRunning) this.#kind = 'one-shot';
    else this.#failedStart = run;
    await this.toStopped();
  }
}

function describeRun(run: RunFacts): string {
  return `${describeEnd(run)}${quote(run.output)}`;
}
