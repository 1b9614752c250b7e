/** Our init-functions against Debian's under dash, in the same run: the functions that every script calls. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Measure, Question, Workbench } from './measure.ts';

const OURS = join(import.meta.dirname, '../../src/sh/init-functions');
const DEBIAN = '/lib/lsb/init-functions';
/** Rounds alternate, so that a busy moment of the machine hits both. */
const ROUNDS = 7;

interface Case {
  readonly what: string;
  readonly calls: number;
  readonly body: string;
}

const CASES: readonly Case[] = [
  { what: 'sourcing init-functions', calls: 1, body: '' },
  { what: 'pidofproc -p of a live process', calls: 200, body: 'pidofproc -p "$F" sh >/dev/null' },
  { what: 'pidofproc -p of a dead process', calls: 20, body: 'pidofproc -p "$G" sh >/dev/null' },
  { what: 'pidofproc by the process table', calls: 10, body: 'pidofproc /usr/sbin/absent-daemon >/dev/null' },
  {
    what: 'log_daemon_msg and log_end_msg',
    calls: 30_000,
    body: 'log_daemon_msg Starting daemon; log_end_msg 0',
  },
];

/** Not slower than Debian's. */
const TARGET = 1;

export const SHELL_LIBRARY: Question = {
  name: 'shell-library',
  title: "Our init-functions under dash, against Debian's",
  ask: (bench) => Promise.resolve(askShellLibrary(bench)),
};

/** Nothing to say where Debian's library is not installed. */
function askShellLibrary(bench: Workbench): readonly Measure[] {
  if (!existsSync(DEBIAN)) return [];
  return CASES.map((each) => {
    bench.progress(each.what);
    const ours = new Stopwatch(OURS, each);
    const debian = new Stopwatch(DEBIAN, each);
    for (let round = 0; round < ROUNDS; round++) {
      ours.runOnce();
      debian.runOnce();
    }
    const detail = `${ours.us.toFixed(1)} µs against ${debian.us.toFixed(1)} µs, the best of ${ROUNDS} rounds`;
    return { name: each.what, value: ours.us / debian.us, unit: 'x', target: TARGET, detail };
  });
}

/** Times the calls, and a shell that sources the library and makes none: what that takes is taken off. */
class Stopwatch {
  readonly #texts: { readonly full: string; readonly empty: string | undefined };
  readonly #calls: number;
  #fullUs = Number.POSITIVE_INFINITY;
  #emptyUs = Number.POSITIVE_INFINITY;

  constructor(library: string, { calls, body }: Case) {
    const source = `. '${library}'`;
    const prepare = `${source}; F=$(mktemp); G=$(mktemp); echo "$PPID" >"$F"; echo 4194304 >"$G"; i=0`;
    const loop = (count: number) =>
      `${prepare}; while [ $i -lt ${count} ]; do ${body}; i=$((i + 1)); done; rm -f "$F" "$G"`;
    this.#calls = calls;
    this.#texts = body === '' ? { full: source, empty: undefined } : { full: loop(calls), empty: loop(0) };
  }

  runOnce(): void {
    this.#fullUs = Math.min(this.#fullUs, run(this.#texts.full));
    if (this.#texts.empty !== undefined) this.#emptyUs = Math.min(this.#emptyUs, run(this.#texts.empty));
  }

  /** Microseconds for one call. */
  get us(): number {
    return (this.#fullUs - (this.#texts.empty === undefined ? 0 : this.#emptyUs)) / this.#calls;
  }
}

function run(text: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync('dash', ['-c', text, 'bench'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '' },
  });
  if (status === null || stderr.length > 0) throw new Error(`The benchmark failed: ${stderr.toString()}`);
  return (performance.now() - start) * 1000;
}
