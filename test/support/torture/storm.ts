/** Many starters of one service at once, some of them killed, some rounds with stops in between. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  daemonsOf,
  killDaemons,
  makeService,
  pidIn,
  run,
  settle,
  startArguments,
  stopArguments,
  type Ended,
  type Service,
} from './service.ts';

export interface StormOptions {
  readonly program: string;
  readonly dir: string;
  readonly rounds: number;
  readonly starters: number;
}

export interface StormResult {
  readonly rounds: number;
  /** What was not as it has to be, one sentence each. */
  readonly violations: readonly string[];
  readonly killedStarters: number;
  readonly stops: number;
  /** The most daemons of the service that were alive at one time. */
  readonly mostDaemons: number;
  /**
   * How long the one start waited that came after all others were dead or done: the time it took, less that of an
   * undisturbed start before the storm. On a busy machine that is more than waiting.
   */
  readonly longestWaitMs: number;
}

type Kind = 'calm' | 'killing' | 'stopping';

/** A quarter calm, half with killed starters, a quarter with stops. */
const KINDS: readonly Kind[] = ['calm', 'killing', 'stopping', 'killing'];
const STOPS_PER_ROUND = 5;
/** What timeout(1) says of a command it killed. */
const KILLED = 137;
/** Of the time the slowest starter of a calm round takes: later there is nobody left to kill. */
const KILLING_SHARE = 0.8;

interface Round {
  readonly violations: string[];
  readonly killed: number;
  readonly stops: number;
  readonly most: number;
  readonly waitMs: number;
  readonly tookMs: number;
}

export async function runStorm({ program, dir, rounds, starters }: StormOptions): Promise<StormResult> {
  const done: Round[] = [];
  let spreadMs = 500;
  const aloneMs = await timeOneStart(makeService(program, dir, 0));
  for (let number = 1; number <= rounds; number++) {
    const kind = KINDS[(number - 1) % KINDS.length] ?? 'calm';
    const round = await runRound(makeService(program, dir, number), kind, { starters, spreadMs, aloneMs });
    if (kind === 'calm') spreadMs = Math.max(20, round.tookMs);
    done.push(round);
  }
  return {
    rounds,
    violations: done.flatMap(({ violations }, index) =>
      violations.map((text) => `round ${index + 1}: ${text}`),
    ),
    killedStarters: done.reduce((sum, { killed }) => sum + killed, 0),
    stops: done.reduce((sum, { stops }) => sum + stops, 0),
    mostDaemons: Math.max(...done.map(({ most }) => most)),
    longestWaitMs: Math.max(...done.map(({ waitMs }) => waitMs)),
  };
}

async function timeOneStart(service: Service): Promise<number> {
  try {
    return (await run(service, startArguments(service)).ended).tookMs;
  } finally {
    killDaemons(service);
  }
}

interface RoundOptions {
  readonly starters: number;
  /** Kills and stops come at random moments within this time. */
  readonly spreadMs: number;
  readonly aloneMs: number;
}

async function runRound(service: Service, kind: Kind, options: RoundOptions): Promise<Round> {
  const violations: string[] = [];
  try {
    const { ended, stops } = await unleash(service, kind, options);
    const tookMs = Math.max(...ended.map((one) => one.tookMs));
    await settle(service);
    let most = judge(service, kind === 'calm' ? [1] : [0, 1], violations);
    const last = await run(service, startArguments(service)).ended;
    if (last.code !== 0 && last.code !== 1)
      violations.push(`the last start ended with ${last.code}: ${last.err}`);
    most = Math.max(most, judge(service, [1], violations));
    const waitMs = Math.max(0, last.tookMs - options.aloneMs);
    const killed = ended.filter(({ signal, code }) => signal === 'SIGKILL' || code === KILLED).length;
    return { violations, killed, stops, most, waitMs, tookMs };
  } finally {
    killDaemons(service);
  }
}

async function unleash(
  service: Service,
  kind: Kind,
  { starters, spreadMs }: RoundOptions,
): Promise<{ readonly ended: readonly Ended[]; readonly stops: number }> {
  // Each is killed by a watch of its own, counted from its own birth: fifty births take a while.
  const running = Array.from({ length: starters }, () =>
    run(service, startArguments(service), kind === 'killing' ? killedWithin(spreadMs * KILLING_SHARE) : []),
  );
  const disturbances: Promise<unknown>[] = [];
  const stops = kind === 'stopping' ? STOPS_PER_ROUND : 0;
  for (let stop = 0; stop < stops; stop++)
    disturbances.push(delay(Math.random() * spreadMs).then(() => run(service, stopArguments(service)).ended));
  const ended = await Promise.all(running.map((one) => one.ended));
  await Promise.all(disturbances);
  return { ended, stops };
}

function killedWithin(ms: number): readonly string[] {
  const seconds = Math.max(0.001, (Math.random() * ms) / 1_000).toFixed(3);
  return ['timeout', '--signal=KILL', seconds];
}

/** @returns How many daemons there are. */
function judge(service: Service, allowed: readonly number[], violations: string[]): number {
  const daemons = daemonsOf(service);
  if (!allowed.includes(daemons.length))
    violations.push(`${daemons.length} daemons instead of ${allowed.join(' or ')}`);
  const [first] = daemons;
  if (daemons.length === 1 && pidIn(service) !== first)
    violations.push(`the pid file says ${pidIn(service)}, the daemon is ${first}`);
  return daemons.length;
}
