/**
 * The state of an init as it goes through descriptor 11 when init re-executes itself: sysvinit's own format, so that
 * either init can hand over to the other. The reader is in state-stream-reader.ts.
 *
 * Eight bytes of signature, then lines of a three-character tag and a value: first those of init, then those of each
 * entry from `REC` to `EOR`, then `END`. Readers skip tags they do not know, in both parts; what only we know is in
 * tags that begin with a colon, which none of the original's does. Measured with 3.06 and 3.14 in both directions.
 * @see spec: sysvinit section 2.5
 */
import { encodeRequest, encodeSetenv } from '../wire/initctl-message.ts';
import type { InitRequest } from '../wire/initctl-message.ts';
import type { Core, Event, Purpose } from './machine-types.ts';
import type { KeptFacts, SavedState } from './saved-state.ts';
import { SIGNAL_NUMBERS } from '../signal-names.ts';
import { isRespawned, isWaitedFor, type LastEnd, type Slot } from './slot.ts';
import type { Millis } from '../units.ts';

/** In front of the stream; without it a start is a fresh boot. */
export const STATE_SIGNATURE = '12567362';

/** Bits of `-SI`: the signals that init has taken and not acted on yet, by number. */
export const PENDING_SIGNALS = { reload: 1, ctrlAltDel: 2, keyboard: 28, power: 30 } as const;

/** The original prints it at a start from a state; nobody reads it. */
export function encodeState(saved: SavedState, version: string): Uint8Array {
  const { core, facts } = saved;
  const lines = [
    `VER${version}`,
    `-RL${core.level}`,
    `-TL${core.shownLevel}`,
    `-PL${core.previous}`,
    `-SI${pendingSignals(saved)}`,
    `-WR${written(facts.owed.wtmp.boot)}`,
    `-WU${written(facts.owed.utmp.boot)}`,
    `-ST${Math.round(core.graceMs / 1_000)}`,
    `-DB${core.booted ? 1 : 0}`,
    // Read by later versions of the original, written by none.
    `-LW${written(facts.owed.wtmp.level)}`,
    `-LU${written(facts.owed.utmp.level)}`,
    ...ownFacts(saved),
    ...defaultRecord(core),
    ...core.slots.flatMap(record),
    'END',
  ];
  return new TextEncoder().encode(`${STATE_SIGNATURE}${lines.map((line) => `${line}\n`).join('')}`);
}

function written(isOwed: boolean): 0 | 1 {
  return isOwed ? 0 : 1;
}

function pendingSignals({ core, interrupted }: SavedState): number {
  const kinds = new Set<Event['kind']>(core.deferred.map(({ kind }) => kind));
  if (interrupted !== undefined) kinds.add('reload');
  return Object.entries(PENDING_SIGNALS)
    .filter(([kind]) => kinds.has(kind as Event['kind']))
    .reduce((bits, [, signo]) => bits + 2 ** signo, 0);
}

function ownFacts({ core, paused, interrupted, facts }: SavedState): readonly string[] {
  return [
    ...factLines(facts),
    ...(core.wantedLevel === undefined ? [] : [`:wl${core.wantedLevel}`]),
    ...(core.saidIdle ? [':id1'] : []),
    ...(core.leaves === 0 ? [] : [`:le${core.leaves}`]),
    ...(core.mainEnd === undefined ? [] : [`:me${endWords(core.mainEnd)}`]),
    ...(paused ? [':pa1'] : []),
    ...(interrupted === undefined ? [] : [`:pu${purposeWord(interrupted)}`]),
    ...core.extraEnv.map(([name, value]) => `:en${JSON.stringify(`${name}=${value}`)}`),
    ...core.deferred.flatMap(eventLine),
  ];
}

function factLines({ startedAt, rescuedAt, lockFd }: KeptFacts): readonly string[] {
  return [
    `:up${time(startedAt)}`,
    ...(rescuedAt === undefined ? [] : [`:rs${time(rescuedAt)}`]),
    ...(lockFd === undefined ? [] : [`:lk${lockFd}`]),
  ];
}

function purposeWord(purpose: Purpose): string {
  return purpose.kind === 'demand' ? `demand ${purpose.letter}` : purpose.kind;
}

/** Timers and answers belong to the program that ends here. */
function eventLine(event: Event): readonly string[] {
  switch (event.kind) {
    case 'request': {
      const bytes = encodeAny(event.request);
      return bytes === undefined ? [] : [`:evrequest ${hexOf(bytes)}`];
    }
    case 'power':
      return [`:evpower ${event.state ?? ''}`];
    case 'reload':
    case 'ctrlAltDel':
    case 'keyboard':
      return [`:ev${event.kind}`];
    case 'leave':
      return [`:evleave${event.main === undefined ? '' : ` ${endWords(event.main)}`}`];
    default:
      return [];
  }
}

function encodeAny(request: InitRequest): Uint8Array | undefined {
  if (request.kind === 'setenv') return encodeSetenv(request.variables);
  return 'sleepSeconds' in request ? encodeRequest(request) : undefined;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The original finds the default level among its entries; the id must be nobody else's. */
function defaultRecord({ tableDefault, slots }: Pick<Core, 'tableDefault' | 'slots'>): readonly string[] {
  if (tableDefault === undefined) return [];
  const taken = new Set(slots.map((slot) => slot.entry.id));
  let id = 'id';
  for (let count = 0; taken.has(id); count++) id = `id${count}`;
  return [`REC${id}`, `LEV${tableDefault}`, 'PID0', 'EXS0', 'AC initdefault', 'CMD', 'EOR'];
}

function record(slot: Slot): readonly string[] {
  const { entry, run, last } = slot;
  const isRunning = run?.kind === 'running';
  return [
    `REC${entry.id}`,
    `LEV${entry.levels}`,
    ...(isRunning ? ['FL RU'] : []),
    ...(slot.demand ? ['FL DE'] : []),
    ...(slot.done || (isRunning && isRespawned(entry.action)) ? ['FL XD'] : []),
    ...(isRunning && isWaitedFor(entry.action) ? ['FL WT'] : []),
    `PID${isRunning ? run.pid : 0}`,
    `EXS${waitStatus(last)}`,
    `AC ${entry.action}`,
    `CMD${entry.records ? '' : '+'}${entry.shell === 'never' ? '@' : ''}${entry.command}`,
    ...ownMarks(slot),
    'EOR',
  ];
}

function ownMarks({ entry, run, starts, throttle, heldUntil, last }: Slot): readonly string[] {
  return [
    `:fi${entry.line} ${entry.file}`,
    ...(starts === 0 ? [] : [`:st${starts}`]),
    ...(run === undefined ? [] : [`:bg${time(run.since)}`]),
    ...(throttle === undefined ? [] : [`:th${time(throttle.windowStart)} ${throttle.count}`]),
    ...(heldUntil === undefined ? [] : [`:hu${time(heldUntil)}`]),
    ...(last === undefined ? [] : [`:ls${time(last.at)} ${time(last.ranMs)} ${endWords(last.end)}`]),
  ];
}

/** Microseconds are enough; a tiny difference must not be written as 1e-13. */
function time(ms: Millis): string {
  return String(Math.round(ms * 1_000) / 1_000);
}

function endWords(end: LastEnd['end']): string {
  if (end.kind === 'signaled') return `signaled ${end.signal}`;
  return `${end.kind} ${end.code}`;
}

/** As wait(2) gives it. The original only keeps it. */
function waitStatus(last: LastEnd | undefined): number {
  switch (last?.end.kind) {
    case 'exited':
      return last.end.code * 256;
    case 'signaled':
      return SIGNAL_NUMBERS[last.end.signal.replace(/^SIG/, '')] ?? 0;
    default:
      return 0;
  }
}
