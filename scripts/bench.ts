/**
 * Measures what speed promises: `npm run bench -- [--only NAME]... [--json FILE]`, see docs/PERFORMANCE.md.
 * It is no test: a missed target is shown and the exit status is 0. It is 1 if something could not be measured, and
 * 2 on wrong use. Nothing is left behind, also when it is interrupted.
 */
import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { BOOT } from './bench/boot-scripts.ts';
import { CORE } from './bench/core.ts';
import { DAEMON } from './bench/daemon.ts';
import { LINT } from './bench/lint.ts';
import type { Question } from './bench/measure.ts';
import { MEMORY } from './bench/memory.ts';
import { describeMachine, formatAnswer, formatJson, verdictOf, type Answer } from './bench/report.ts';
import { ORDER } from './bench/order.ts';
import { PID1 } from './bench/pid1.ts';
import { REQUEST } from './bench/request.ts';
import { RESPAWN } from './bench/respawn.ts';
import { SHELL_LIBRARY } from './bench/shell-library.ts';
import { STARTUP } from './bench/startup.ts';
import { PARALLEL } from './bench/parallel.ts';
import { createWorkbench } from './bench/workbench.ts';

/** A new question is a file in bench/ and a line here. */
const QUESTIONS: readonly Question[] = [
  STARTUP,
  BOOT,
  RESPAWN,
  MEMORY,
  REQUEST,
  PID1,
  DAEMON,
  SHELL_LIBRARY,
  CORE,
  PARALLEL,
  ORDER,
  LINT,
];
const USAGE = `Usage: npm run bench -- [--only NAME]... [--json FILE]\nNames: ${QUESTIONS.map(({ name }) => name).join(', ')}\n`;

interface Plan {
  readonly questions: readonly Question[];
  readonly json: string | undefined;
}

function readPlan(args: readonly string[]): Plan | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { only: { type: 'string', multiple: true }, json: { type: 'string' } },
    });
    const names = values.only ?? QUESTIONS.map(({ name }) => name);
    if (names.some((name) => !QUESTIONS.some((question) => question.name === name))) return undefined;
    return { questions: QUESTIONS.filter(({ name }) => names.includes(name)), json: values.json };
  } catch {
    return undefined;
  }
}

async function askAll({ questions, json }: Plan): Promise<number> {
  const answers: Answer[] = [];
  let broken = 0;
  const machine = describeMachine();
  process.stdout.write(`${machine}\n\n`);
  for (const { name, title, ask } of questions) {
    const bench = createWorkbench(showProgress);
    const forget = disposeOnSignal(bench.dispose);
    showProgress(title);
    try {
      const answer = { name, title, measures: await ask(bench) };
      answers.push(answer);
      process.stdout.write(`${formatAnswer(answer)}\n`);
    } catch (error) {
      broken++;
      process.stderr.write(`bench: cannot measure "${name}": ${String(error)}\n`);
    } finally {
      forget();
      bench.dispose();
    }
  }
  const missed = answers
    .flatMap(({ measures }) => measures)
    .filter((one) => verdictOf(one) === 'missed').length;
  process.stdout.write(missed === 0 ? 'All targets met.\n' : `Targets missed: ${missed}.\n`);
  if (json !== undefined) writeFileSync(json, formatJson(machine, answers));
  return broken === 0 ? 0 : 1;
}

/** For a person only: a file or a pipe gets the results. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`  … ${text}\n`);
}

function disposeOnSignal(dispose: () => void): () => void {
  const end = (signal: NodeJS.Signals): void => {
    dispose();
    process.exit(128 + constants.signals[signal]);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}

const plan = readPlan(process.argv.slice(2));
if (plan === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else process.exitCode = await askAll(plan);
