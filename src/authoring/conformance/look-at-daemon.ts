/** Starts the daemon once from a terminal, looks at it, and takes the terminal away. */
import type { Pid } from '../../core/units.ts';
import { readDaemonTies } from '../../os/process/process-facts.ts';
import type { TerminalRun } from '../../os/terminal/terminal-start.ts';
import type { Bench } from './bench.ts';
import type { ProcessFacts } from './check.ts';
import type { DaemonFacts } from './daemon-checks.ts';
import type { NamedProcess } from './special-checks.ts';
import { awaitAnswer } from './await-answer.ts';

export interface LookedAt {
  readonly facts: DaemonFacts;
  /** Of its processes that were init's children, those that live on without the terminal. */
  readonly survivors: readonly NamedProcess[];
}

/** The look is taken at the first call and remembered. */
export type DaemonLook = () => Promise<LookedAt>;

/** What the terminal's side of the start is like; the daemon should keep none of it. */
export interface TerminalSide {
  readonly start: () => Promise<TerminalRun>;
  readonly folder: string;
  readonly openFile: string;
  /** Not 022, which all other starts have. */
  readonly umask: number;
  readonly scriptPath: string;
}

/** Long enough for a signal to arrive; a process that lives on gives no sign of it. */
const HANGUP_MS = 300;

export function makeDaemonLook(bench: Bench, side: TerminalSide): DaemonLook {
  let looked: Promise<LookedAt> | undefined;
  return () => (looked ??= look(bench, side));
}

async function look(bench: Bench, side: TerminalSide): Promise<LookedAt> {
  const usual = await bench.toRunning();
  const usualUmask = readDaemonTies(usual.tops[0] ?? 0)?.umask;
  await bench.toStopped();
  const before = new Map(bench.pidfiles().map(({ path, pid }) => [path, pid]));
  bench.taint();
  const terminal = await side.start();
  try {
    const isOurs = (pid: Pid): boolean => pid !== terminal.sid;
    const hasBegun = (tops: readonly Pid[]): boolean => tops.filter(isOurs).length >= bench.usualTops;
    await bench.settle(({ tops }) => hasBegun(tops));
    const tops = bench.tops().filter(isOurs);
    const processes = bench
      .pids()
      .filter(isOurs)
      .map(readDaemonTies)
      .filter((one): one is ProcessFacts => one !== undefined)
      .sort((a, b) => Number(tops.includes(b.pid)) - Number(tops.includes(a.pid)));
    const pidfiles = bench
      .pidfiles()
      .filter(({ path, pid }) => before.get(path) !== pid || !before.has(path));
    const { sid, terminal: path } = terminal;
    const { folder, openFile, umask, scriptPath } = side;
    const starter = { sid, terminal: path, folder, openFile, umask, words: [scriptPath, 'start'] };
    const facts = { processes, tops, pidfiles, starter, usualUmask };
    const named = bench.named(tops);
    await terminal.hangUp();
    await awaitAnswer(HANGUP_MS, () => !tops.every((pid) => bench.pids().includes(pid)));
    const alive = bench.pids();
    return { facts, survivors: named.filter(({ pid }) => alive.includes(pid)) };
  } finally {
    await terminal.hangUp();
  }
}
