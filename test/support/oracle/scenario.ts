/** The runner: boots both machines, takes both through the same steps, and compares what is seen. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { CHECKOUT } from '../pid1.ts';
import { bootMachine, type Machine, type MachineOptions, type Side } from './machine.ts';
import { BOOT_MARK, markNow, VIEWS, type Mark, type ViewName } from './observe.ts';
import { settle } from './settle.ts';
import type { Step } from './steps.ts';

/** A known difference: what each side shows in this place, and the words in docs/differences.md that announce it. */
export interface Difference {
  /** Words of docs/differences.md. */
  readonly see: string;
  /** What ours shows, made from what the original shows. */
  readonly ours: (original: never) => unknown;
}

export interface Case {
  readonly name: string;
  /** Of the specification, e.g. `2.6`. */
  readonly section: string;
  readonly steps: readonly Step[];
  readonly observe: readonly ViewName[];
  readonly differs?: Partial<Readonly<Record<ViewName | 'steps', Difference>>> | undefined;
}

export interface Scenario extends MachineOptions {
  readonly name: string;
  /** Whose telinit and shutdown are used on both machines: by default each machine's own. */
  readonly tools?: 'own' | Side | 'other';
  /** The first one begins with the boot. */
  readonly cases: readonly Case[];
}

type Seen = Readonly<Record<string, unknown>>;

/** Declares the scenario's cases as tests. */
export function compareMachines(scenario: Scenario): void {
  const oracle = inject('oracle');
  const reason = 'missing' in oracle ? ` (skipped: ${oracle.missing})` : '';
  // oxlint-disable-next-line vitest/valid-title -- it comes from the scenario
  describe.skipIf(reason !== '')(`${scenario.name}${reason}`, () => {
    let machines: readonly Machine[] = [];
    let isFirst = true;
    beforeAll(async () => {
      if ('missing' in oracle) return;
      const sides = ['original', 'ours'] as const;
      machines = await bootAll(sides.map((side) => bootMachine(side, oracle.layer, scenario)));
    });
    afterAll(async () => void (await Promise.all(machines.map((machine) => machine.end()))));
    // oxlint-disable-next-line vitest/valid-title -- it comes from the case
    test.each(scenario.cases.map((one) => [`§${one.section} ${one.name}`, one] as const))(
      '%s',
      async (_, one) => {
        const marks = machines.map((machine) => (isFirst ? BOOT_MARK : markNow(machine)));
        isFirst = false;
        const [original, ours] = await Promise.all(
          machines.map((machine, index) => follow(machine, one, marks[index]!, scenario.tools ?? 'own')),
        );
        expect(ours).toEqual(expectOf(one, original!));
      },
    );
  });
}

/** One that cannot be booted must not leave the other behind. */
async function bootAll(booting: readonly Promise<Machine>[]): Promise<readonly Machine[]> {
  const results = await Promise.allSettled(booting);
  const booted = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return booted;
  await Promise.all(booted.map((machine) => machine.end()));
  throw failed.reason;
}

async function follow(
  machine: Machine,
  { steps, observe }: Case,
  since: Mark,
  tools: NonNullable<Scenario['tools']>,
): Promise<Seen> {
  const context = { machine, since, tools: whose(tools, machine.side) };
  const results: unknown[] = [];
  for (const step of steps) results.push(await step(context));
  await settle(machine);
  const seen = observe.map((name) => [name, VIEWS[name](machine, since)] as const);
  return { ...Object.fromEntries(seen), steps: results.filter((result) => result !== undefined) };
}

function whose(tools: NonNullable<Scenario['tools']>, side: Side): Side {
  if (tools === 'own') return side;
  if (tools === 'other') return side === 'ours' ? 'original' : 'ours';
  return tools;
}

const DIFFERENCES = readFileSync(join(CHECKOUT, 'docs/differences.md'), 'utf8').replaceAll(/\s+/g, ' ');

/** The original's word, but for differences that are announced; one that is not there any more is an error too. */
function expectOf({ differs = {} }: Case, original: Seen): Seen {
  const changed = Object.entries(differs).map(([name, { see, ours }]) => {
    expect(DIFFERENCES.includes(see), `docs/differences.md tells of "${see}"`).toBe(true);
    const expected = ours(original[name] as never);
    expect(expected, `"${name}" is said to differ`).not.toEqual(original[name]);
    return [name, expected] as const;
  });
  return { ...original, ...Object.fromEntries(changed) };
}
