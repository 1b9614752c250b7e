/** Drives the engine with any events, plays the machine's part, and checks what must always hold. */
import { expect } from 'vitest';
import { NOTHING_OWED } from '../../src/core/wire/init-records.ts';
import type { Inittab } from '../../src/core/inittab/inittab-entry.ts';
import { createMachine, step } from '../../src/core/engine/machine.ts';
import type { Effect, Event, Place, State, TimerName } from '../../src/core/engine/machine-types.ts';
import { resumeMachine, saveState } from '../../src/core/engine/saved-state.ts';
import { decodeState } from '../../src/core/engine/state-stream-reader.ts';
import { encodeState } from '../../src/core/engine/state-stream.ts';
import { RESPAWN_LIMIT, RESPAWN_WINDOW_MS } from '../../src/core/engine/respawn.ts';
import { belongsTo, isRespawned, isWaitedFor } from '../../src/core/engine/slot.ts';

/** What may happen between two steps. Numbers choose among what there is, so every value is meaningful. */
export type Happening =
  | { readonly kind: 'exit'; readonly which: number; readonly code: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'request'; readonly level: string; readonly sleepSeconds: number }
  | {
      readonly kind: 'send';
      readonly event: 'reload' | 'ctrlAltDel' | 'keyboard' | 'leave' | 'pause' | 'resume';
    }
  /** The main script's daemon ended; init sees that from outside the engine. */
  | { readonly kind: 'mainEnd'; readonly code: number }
  | { readonly kind: 'power'; readonly state: string | undefined }
  | { readonly kind: 'answer'; readonly line: string }
  | { readonly kind: 'reexec' }
  | { readonly kind: 'table'; readonly which: number }
  | { readonly kind: 'breakSpawns'; readonly code: string | undefined };

interface Alive {
  readonly key: string;
  readonly pid: number;
}

export class EngineModel {
  #state: State;
  #now = 0;
  #nextPid = 100;
  #table = 0;
  #broken: string | undefined;
  #exited = false;
  readonly #alive: Alive[] = [];
  readonly #spawnedPids = new Set<number>();
  readonly #timers = new Map<TimerName, number>();
  /** Starts of each respawned entry since the table was last read. */
  readonly #starts = new Map<string, number[]>();
  readonly #tables: readonly Inittab[];
  readonly #place: Place;
  readonly #main: string | undefined;

  constructor(tables: readonly Inittab[], place: Place, main?: string) {
    this.#tables = tables;
    this.#place = place;
    this.#main = main;
    this.#state = createMachine({ place, ...(main !== undefined && { main }) });
    this.#take({ kind: 'started', table: tables[0]!, emergency: false, at: 0 });
  }

  get state(): State {
    return this.#state;
  }

  happen(what: Happening): void {
    if (this.#exited) return;
    const at = this.#now;
    switch (what.kind) {
      case 'exit': {
        const process = this.#alive[what.which % Math.max(1, this.#alive.length)];
        if (process !== undefined) this.#end(process.pid, { kind: 'exited', code: what.code });
        break;
      }
      case 'pass':
        this.#pass(what.ms);
        break;
      case 'request':
        this.#take({ kind: 'request', request: { ...what, kind: 'runlevel' }, at });
        break;
      case 'send':
        this.#take({ kind: what.event, at });
        break;
      case 'mainEnd':
        if (this.#place !== 'machine' && this.#main === undefined)
          this.#take({ kind: 'leave', main: { kind: 'exited', code: what.code }, at });
        break;
      case 'power':
        this.#take({ kind: 'power', state: what.state, at });
        break;
      case 'answer':
        if (this.#state.kind === 'asking') this.#take({ kind: 'answered', line: what.line, at });
        break;
      case 'reexec':
        this.#reexec();
        break;
      case 'table':
        this.#table = what.which % this.#tables.length;
        break;
      case 'breakSpawns':
        this.#broken = what.code;
        break;
    }
  }

  /** Ends everything that can end and lets all deadlines pass: the engine must come to rest. */
  settleDown(): void {
    this.happen({ kind: 'send', event: 'resume' });
    for (let round = 0; round < 5; round++) this.happen({ kind: 'pass', ms: 100_000 });
    if (!this.#exited) expect(['running', 'asking', 'emergency']).toContain(this.#state.kind);
  }

  #pass(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const [due] = [...this.#timers].filter(([, at]) => at <= until).sort((a, b) => a[1] - b[1]);
      if (due === undefined || this.#exited) break;
      this.#timers.delete(due[0]);
      this.#now = Math.max(this.#now, due[1]);
      this.#take({ kind: 'timerFired', timer: due[0], at: this.#now });
    }
    this.#now = until;
  }

  /** The state goes through its written form into another program; timers and questions do not. */
  #reexec(): void {
    const facts = { startedAt: 0, rescuedAt: undefined, lockFd: undefined, owed: NOTHING_OWED };
    const saved = saveState(this.#state, facts);
    if (saved === undefined) return;
    const read = decodeState(encodeState(saved, 'v'), this.#now);
    if (read.kind !== 'usable') throw new Error(read.why);
    expect(read.problems).toEqual([]);
    this.#timers.clear();
    const { state, effects } = resumeMachine(read.saved, { place: this.#place, at: this.#now });
    this.#state = state;
    if (!saved.paused) this.#take({ kind: 'resume', at: this.#now }, effects);
    else effects.forEach((effect) => this.#perform(effect, []));
  }

  #end(pid: number, status: { kind: 'exited'; code: number } | { kind: 'signaled'; signal: string }): void {
    const index = this.#alive.findIndex((one) => one.pid === pid);
    if (index < 0) return;
    this.#alive.splice(index, 1);
    this.#take({ kind: 'childExited', pid, status, at: this.#now });
  }

  /** @param afterwards Effects that are carried out after those of the event. */
  #take(event: Event, afterwards: readonly Effect[] = []): void {
    const queue: Event[] = [event];
    const dying: { pid: number; signal: string }[] = [];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { state, effects } = step(this.#state, next);
      this.#state = state;
      queue.unshift(...effects.flatMap((effect) => this.#perform(effect, dying)));
    }
    for (const answer of afterwards.flatMap((effect) => this.#perform(effect, dying))) this.#take(answer);
    this.#checkState();
    for (const { pid, signal } of dying) this.#end(pid, { kind: 'signaled', signal });
  }

  #perform(effect: Effect, dying: { pid: number; signal: string }[]): readonly Event[] {
    switch (effect.kind) {
      case 'spawn':
        return [this.#spawn(effect)];
      case 'signalGroup':
        expect(this.#spawnedPids, 'only what was spawned is signalled').toContain(effect.pid);
        // Every third process is deaf to TERM.
        if (effect.signal === 'SIGKILL' || effect.pid % 3 !== 0) dying.push(effect);
        return [];
      case 'signalRest':
        expect(this.#place).not.toBe('machine');
        return this.#alive.length === 0 ? [{ kind: 'childless', at: this.#now }] : [];
      case 'setTimer':
        expect(effect.afterMs).toBeGreaterThan(0);
        this.#timers.set(effect.timer, this.#now + effect.afterMs);
        return [];
      case 'clearTimer':
        this.#timers.delete(effect.timer);
        return [];
      case 'readTable':
        this.#starts.clear();
        return [{ kind: 'tableRead', table: this.#tables[this.#table], at: this.#now }];
      case 'exit':
        expect(this.#place, 'a machine never exits').not.toBe('machine');
        expect(this.#exited, 'exit is said once').toBe(false);
        expect(effect.status, 'the status is that of the main process').toBe(this.#expectedStatus());
        this.#exited = true;
        return [];
      default:
        return [];
    }
  }

  #spawn(effect: Extract<Effect, { kind: 'spawn' }>): Event {
    const { key, entry } = effect;
    const at = this.#now;
    expect(
      this.#alive.map((one) => one.key),
      'nothing is started twice',
    ).not.toContain(key);
    this.#checkNotBlocked(key);
    if (this.#state.core.mainEnd !== undefined)
      expect(['0', '6'], `nothing starts after the main process but on the way down (${key})`).toContain(
        effect.level,
      );
    if (isRespawned(entry.action)) this.#checkThrottle(key);
    if (this.#broken !== undefined) return { kind: 'spawnFailed', key, program: key, code: this.#broken, at };
    const pid = this.#nextPid++;
    this.#alive.push({ key, pid });
    this.#spawnedPids.add(pid);
    return { kind: 'spawned', key, pid, at };
  }

  #expectedStatus(): number {
    const { level, mainEnd } = this.#state.core;
    if (level === '6') return 133;
    if (mainEnd === undefined) return 0;
    return mainEnd.kind === 'exited' ? mainEnd.code : 128 + (mainEnd.signal === 'SIGTERM' ? 15 : 9);
  }

  /** While an entry that is waited for runs, nothing behind it in the table is started. */
  #checkNotBlocked(key: string): void {
    const order = this.#state.core.slots;
    const position = order.findIndex((slot) => slot.key === key);
    const blockers = order
      .slice(0, Math.max(0, position))
      .filter((slot) => isWaitedFor(slot.entry.action) && this.#alive.some((one) => one.key === slot.key));
    expect(
      blockers.map((slot) => slot.key),
      `nothing behind a running wait entry starts (${key})`,
    ).toEqual([]);
  }

  /** Two windows may touch, so twice the limit may come close together; one start more spans a whole window. */
  #checkThrottle(key: string): void {
    const starts = [...(this.#starts.get(key) ?? []), this.#now];
    this.#starts.set(key, starts);
    const early = starts.at(-1 - 2 * RESPAWN_LIMIT);
    if (early !== undefined) {
      expect(this.#now - early, `the throttle holds (${key})`).toBeGreaterThanOrEqual(RESPAWN_WINDOW_MS);
    }
  }

  #checkState(): void {
    const { kind, core } = this.#state;
    if (kind === 'stopping' || kind === 'ending') {
      if (!this.#exited) expect([...this.#timers.keys()], `${kind} is bounded by a timer`).toContain('grace');
    }
    expect(kind, 'reading lasts one turn').not.toBe('reading');
    const isHurried = core.leaves >= 2 && this.#place !== 'machine';
    if (isHurried && kind !== 'paused' && !this.#exited)
      expect([...this.#timers.keys()], `asked twice, ${kind} in ${core.level} goes on`).toContain('hurry');
    if (kind !== 'running') return;
    if (core.mainEnd !== undefined)
      expect(['0', '6'], 'the end of the main process leads down').toContain(core.level);
    for (const slot of core.slots) {
      if (slot.run === undefined) continue;
      expect(slot.run.kind, 'every spawn is answered').toBe('running');
      const hasPlace = slot.entry.action === 'boot' || belongsTo(slot, core.level);
      expect(hasPlace, `"${slot.entry.id}" (${slot.entry.levels}) has a place in ${core.level}`).toBe(true);
    }
    expect(core.deferred, 'nothing waits while the engine is free').toEqual([]);
  }
}
