/** Facts of the way down: whether level 0 or 6 is under way, whether it hurries, and what init exits with at its end. */
import { toExitCode } from '../exit-code.ts';
import type { Turn } from './machine-types.ts';
import type { Core } from './machine-types.ts';
import type { ExitStatus, Millis } from '../units.ts';

/** Asked twice, init gives everything it waits for this long before KILL, and as long after it. */
export const HURRY_MS: Millis = 1_000;

/** Exit status of an init that is not a machine's, by the level it ended in. 133 asks a supervisor to start it again. */
const EXIT_HALT = 0;
const EXIT_REBOOT = 133;

export function isWayDown({ level }: Pick<Core, 'level'>): boolean {
  return level === '0' || level === '6';
}

/** A machine is never asked to end by signals; its way down is that of shutdown(8). */
export function isHurried({ place, leaves }: Core): boolean {
  return place !== 'machine' && leaves >= 2;
}

/** Starts the second anew, if there is hurry. Then this timer always runs until init exits. */
export function armHurry(turn: Turn): void {
  if (isHurried(turn.core)) turn.effects.push({ kind: 'setTimer', timer: 'hurry', afterMs: HURRY_MS });
}

/** Somebody wants the system to go on after all: what was asked before does not count any more. */
export function forgetLeaves(turn: Turn): void {
  if (isHurried(turn.core)) turn.effects.push({ kind: 'clearTimer', timer: 'hurry' });
  turn.core = { ...turn.core, leaves: 0 };
}

/** The main entry or script has ended, and the way down has yet to begin: nothing starts any more. */
export function isMainOver(core: Core): boolean {
  return core.mainEnd !== undefined && !isWayDown(core);
}

/** Remembers the end of a slot's process if it is the main one, and that the way down is due. */
export function noteMainEnd(turn: Turn, id: string, status: ExitStatus): void {
  const { core, at } = turn;
  if (id !== core.main || core.mainEnd !== undefined || isWayDown(core)) return;
  turn.core = { ...core, mainEnd: status, deferred: [...core.deferred, { kind: 'leave', main: status, at }] };
}

/** What init exits with: as its main process did, unless level 6 was asked for. */
export function exitStatus({ level, mainEnd }: Core): number {
  if (level === '6') return EXIT_REBOOT;
  return mainEnd === undefined ? EXIT_HALT : toExitCode(mainEnd);
}
