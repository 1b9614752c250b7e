/** What comes right after a start: it has to find the daemon, whatever the limit of open files is. */
import {
  daemonsOf,
  killDaemons,
  makeService,
  run,
  startArguments,
  statusArguments,
  stopArguments,
} from './service.ts';

export interface NoGapOptions {
  readonly program: string;
  readonly dir: string;
  readonly trials: number;
  /** Limit of open files of the caller; `hard` is the highest there is. */
  readonly limit: number | 'hard' | undefined;
}

export interface NoGapResult {
  readonly trials: number;
  readonly violations: readonly string[];
}

type Second = 'status' | 'start' | 'stop';

/** `start` followed at once by `status`, by `start` and by `stop`, in turn. */
export async function runNoGap({ program, dir, trials, limit }: NoGapOptions): Promise<NoGapResult> {
  const through = limit === undefined ? [] : ['sh', '-c', `${setLimit(limit)}; "$@"; exit`, 'sh'];
  const violations: string[] = [];
  for (const second of ['status', 'start', 'stop'] as const) {
    for (let trial = 1; trial <= trials; trial++) {
      const problem = await tryOnce(program, dir, trial, second, through);
      if (problem !== undefined) violations.push(`start-${second} ${trial}: ${problem}`);
    }
  }
  return { trials: trials * 3, violations };
}

/** Root may go to the kernel's own maximum. */
function setLimit(limit: number | 'hard'): string {
  if (limit !== 'hard') return `ulimit -S -n ${limit}`;
  return 'ulimit -n "$(cat /proc/sys/fs/nr_open)" 2>/dev/null || ulimit -S -n "$(ulimit -H -n)"';
}

const ARGUMENTS = { status: statusArguments, start: startArguments, stop: stopArguments } as const;
const EXPECTED = {
  status: { code: 0, daemons: 1 },
  start: { code: 1, daemons: 1 },
  stop: { code: 0, daemons: 0 },
} as const;

async function tryOnce(
  program: string,
  dir: string,
  trial: number,
  second: Second,
  through: readonly string[],
): Promise<string | undefined> {
  const service = makeService(program, dir, 20_000 + trial);
  try {
    const first = await run(service, startArguments(service), through).ended;
    if (first.code !== 0) return `the start ended with ${first.code}: ${first.err}`;
    const { code } = await run(service, ARGUMENTS[second](service), through).ended;
    const daemons = daemonsOf(service).length;
    const expected = EXPECTED[second];
    if (code === expected.code && daemons === expected.daemons) return undefined;
    return `${second} said ${code} and left ${daemons} daemons, expected ${expected.code} and ${expected.daemons}`;
  } finally {
    killDaemons(service);
    // A leftover pid file is not part of the next trial.
    await run(service, stopArguments(service)).ended;
  }
}
