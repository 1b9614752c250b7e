/** Question: init as the real PID 1 of namespaces, ours and, where its package can be had, the original in turn with it. */
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeRequest } from '../../src/core/wire/initctl-message.ts';
import { fetchPackages, unpackPackages } from '../../test/support/packages.ts';
import { startPid1, whyNoPid1, type Pid1 } from '../../test/support/pid1.ts';
import { interleave, ratio, time, type Measure, type Question, type Workbench } from './measure.ts';
import { APPLETS, timeProcess } from './process-time.ts';
import { openTellFifo, type TellFifo } from './tell-fifo.ts';

const BOOTS = 15;
/** Ten starts in two minutes switch an entry off, so each is killed eight times only. */
const ENTRIES = 8;
const KILLS = 8;
const CHANGES = 30;
/** So that what the last event set off is over. */
const PAUSE_MS = 30;
const LEVELS = ['2', '3'] as const;
const FIRST = 'exec of init to the first process';
/** From fork to its end. */
const NODE = 'a whole node -e 0';
const TARGETS = { first: 1.6, respawnMs: 3, changeMs: 15 };

export const PID1: Question = {
  name: 'pid1',
  title: 'As PID 1 in namespaces, until the first thing that the program does',
  ask: askPid1,
};

interface Candidate {
  readonly name: string;
  /** Puts the init at `/init` of the root. @returns The command line. */
  readonly install: (root: string) => readonly string[];
}

/** The least that a program on Node can do there: to say that it runs. It is no init, and ends. */
const BARE_NODE: Candidate = {
  name: 'node',
  install: () => [process.execPath, '-e', "require('fs').writeFileSync('/tell', 'node 1\\n')"],
};
const OURS: Candidate = { name: 'rcinit', install: () => [join(APPLETS, 'init')] };

async function askPid1(bench: Workbench): Promise<readonly Measure[]> {
  const problem = whyNoPid1('tree');
  if (problem !== undefined) throw new Error(problem);
  const original = await fetchOriginal(bench);
  const both = original === undefined ? [OURS] : [OURS, original];
  return [
    ...(await askBoot(bench, both)),
    ...(await askRunning(bench, both, 'respawn after SIGKILL', TARGETS.respawnMs, startRespawn)),
    ...(await askRunning(bench, both, 'level change with one obedient child', TARGETS.changeMs, startChange)),
  ];
}

async function fetchOriginal(bench: Workbench): Promise<Candidate | undefined> {
  try {
    const layer = bench.makeFolder();
    await unpackPackages(await fetchPackages(['sysvinit-core']), layer);
    const program = ['usr/sbin/init', 'sbin/init'].map((path) => join(layer, path));
    return { name: 'sysvinit', install: (root) => (copyFirst(program, join(root, 'init')), ['/init']) };
  } catch {
    bench.progress('the original is not to be had: only ours is measured');
    return undefined;
  }
}

function copyFirst(candidates: readonly string[], to: string): void {
  for (const [index, from] of candidates.entries()) {
    try {
      return copyFileSync(from, to);
    } catch (error) {
      if (index === candidates.length - 1) throw error;
    }
  }
}

interface Booted {
  readonly init: Pid1;
  readonly tell: TellFifo;
  readonly root: string;
  readonly end: () => Promise<void>;
}

/** `/say WORD` tells that it runs and ends, `/stay WORD` stays; `/begin` tells, and becomes the init. */
async function boot(bench: Workbench, candidate: Candidate, lines: readonly string[]): Promise<Booted> {
  const root = bench.makeFolder();
  for (const folder of ['etc/inittab.d', 'var/log']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'etc/inittab'), ['id:2:initdefault:', ...lines, ''].join('\n'));
  const say = '#!/bin/sh\necho "$1" $$ >/tell\n';
  const programs = {
    say,
    stay: `${say}read -r line </never\n`,
    begin: '#!/bin/sh\necho begin 1 >/tell\nexec "$@"\n',
  };
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(root, name), text, { mode: 0o755 });
  const tell = openTellFifo(join(root, 'tell'));
  const never = openTellFifo(join(root, 'never'));
  const forget = bench.onEnd(() => (tell.close(), never.close()));
  const init = await startPid1({ kind: 'tree', layer: root, argv: ['/begin', ...candidate.install(root)] });
  const end = async (): Promise<void> => {
    await init.end();
    tell.close();
    never.close();
    forget();
  };
  return { init, tell, root, end };
}

/** From exec of init to the first thing that a `once` entry does. */
async function askBoot(bench: Workbench, candidates: readonly Candidate[]): Promise<readonly Measure[]> {
  const measureBoot = async (candidate: Candidate): Promise<number> => {
    const { tell, end } = await boot(bench, candidate, ['o:2:once:/say once']);
    try {
      const begun = (await tell.next()).at;
      return (await tell.next()).at - begun;
    } finally {
      await end();
    }
  };
  const cases = Object.fromEntries(
    [...candidates, BARE_NODE].map((candidate) => [candidate.name, () => measureBoot(candidate)]),
  );
  const values = await interleave<string>(BOOTS, {
    ...cases,
    [NODE]: () => timeProcess(bench, { argv: [process.execPath, '-e', '0'] }),
  });
  const against = (what: string, reference: string, target?: number): Measure =>
    ratio(`${OURS.name}: ${FIRST}, against ${what}`, values[OURS.name]!, values[reference]!, target);
  return candidates.flatMap(({ name }) =>
    name === OURS.name
      ? [
          against(NODE, NODE, TARGETS.first),
          against('the first word of a Node in the same place', BARE_NODE.name),
        ]
      : [time(`${name}: ${FIRST}`, values[name]!)],
  );
}

/** One after the other takes a sample. */
type Start = (booted: Booted) => Promise<() => Promise<number>>;

/** Both run all the time and are asked in turn; at the end their memory is told. */
async function askRunning(
  bench: Workbench,
  candidates: readonly Candidate[],
  what: string,
  target: number,
  start: { readonly lines: readonly string[]; readonly rounds: number; readonly begin: Start },
): Promise<readonly Measure[]> {
  const running: (readonly [Candidate, Booted])[] = [];
  try {
    const cases: Record<string, () => Promise<number>> = {};
    for (const candidate of candidates) {
      const booted = await boot(bench, candidate, start.lines);
      running.push([candidate, booted]);
      // The first line is that of `/begin`.
      await booted.tell.next();
      cases[candidate.name] = await start.begin(booted);
    }
    const values = await interleave<string>(start.rounds, cases);
    return running.flatMap(([{ name }, { init }]) => [
      time(`${name}: ${what}`, values[name]!, name === OURS.name ? target : undefined),
      resident(`${name}: resident memory after that`, init.hostPid),
    ]);
  } finally {
    for (const [, booted] of running) await booted.end();
  }
}

const startRespawn = {
  lines: Array.from({ length: ENTRIES }, (_, index) => `r${index}:2:respawn:/stay ${index}`),
  rounds: ENTRIES * KILLS - 1,
  begin: async ({ init, tell }: Booted): Promise<() => Promise<number>> => {
    const pids = new Map<string, number>();
    while (pids.size < ENTRIES) {
      const { word, pid } = await tell.next();
      pids.set(word, pid);
    }
    let turn = 0;
    return async () => {
      await delay(PAUSE_MS);
      const victim = hostPidOf(init, pids.get(String(turn++ % ENTRIES))!);
      const killed = performance.now();
      process.kill(victim, 'SIGKILL');
      const { word, pid, at } = await tell.next();
      pids.set(word, pid);
      return at - killed;
    };
  },
} as const;

const startChange = {
  lines: LEVELS.map((level) => `r${level}:${level}:respawn:/stay ${level}`),
  rounds: CHANGES,
  begin: async ({ init, tell }: Booted): Promise<() => Promise<number>> => {
    await tell.next();
    let turn = 0;
    return async () => {
      await delay(PAUSE_MS);
      const level = LEVELS[++turn % LEVELS.length]!;
      const fifo = openSync(init.path('/run/initctl'), 'w');
      const asked = performance.now();
      writeSync(fifo, encodeRequest({ kind: 'runlevel', level, sleepSeconds: 3 }));
      closeSync(fifo);
      return (await tell.next()).at - asked;
    };
  },
} as const;

/** The kernel tells the pid in each of its namespaces, the innermost last. */
function hostPidOf(init: Pid1, inner: number): number {
  const children = readFileSync(`/proc/${init.hostPid}/task/${init.hostPid}/children`, 'utf8')
    .trim()
    .split(' ');
  const found = children.find((pid) =>
    new RegExp(`^NSpid:.*\\t${inner}$`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8')),
  );
  if (found === undefined) throw new Error(`nobody has pid ${inner} in there`);
  return Number(found);
}

function resident(name: string, pid: number): Measure {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(status)?.[1]);
  return {
    name,
    value: kilobytes('VmRSS') / 1_000,
    unit: 'MB',
    detail: `${(kilobytes('RssAnon') / 1_000).toFixed(1)} MB its own, ${kilobytes('Threads')} threads`,
  };
}
