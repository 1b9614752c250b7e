/**
 * `npm run storms -- [--seconds N] [--orphans N] [--respawns N] [--requests N] [--json]`
 *
 * PID 1 in a namespace of its own, under orphans, restarts (a minute) and requests all at once, by default five minutes
 * long. Says what it counted and how much memory and how many descriptors PID 1 had.
 * Exit status 1 if it broke a promise: died, left a zombie, lost an entry, grew; 2 on wrong use.
 */
import { parseArgs } from 'node:util';
import { runStorms, type Sample, type StormResult } from '../test/support/storms/run-storms.ts';

const USAGE = 'Usage: npm run storms -- [--seconds N] [--orphans N] [--respawns N] [--requests N] [--json]\n';

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        seconds: { type: 'string', default: '300' },
        orphans: { type: 'string', default: '10000' },
        respawns: { type: 'string', default: '1000' },
        requests: { type: 'string', default: '100000' },
        json: { type: 'boolean', default: false },
      },
    });
    const { seconds, orphans, respawns, requests } = values;
    const isUsable = [seconds, orphans, respawns, requests].every((text) => /^\d{1,9}$/.test(text));
    return isUsable && Number(seconds) > 0 ? values : undefined;
  } catch {
    return undefined;
  }
}

const MEGABYTE = 1_000;

function describe(result: StormResult, seconds: string): string {
  const { samples, respawns, orphans, requests, middleKilobytes, endKilobytes, problems } = result;
  const descriptors = samples.map((sample) => sample.descriptors);
  return [
    `${orphans} orphans, ${respawns} restarts, ${requests} requests in ${seconds} s`,
    `resident memory: ${show(samples[0])} at first, ${(middleKilobytes / MEGABYTE).toFixed(1)} MB in the middle, ${(endKilobytes / MEGABYTE).toFixed(1)} MB at the end`,
    `descriptors: ${Math.min(...descriptors)} to ${Math.max(...descriptors)}`,
    problems.length === 0 ? 'no promise broken' : `broken: ${problems.join('; ')}`,
    '',
  ].join('\n');
}

function show(sample: Sample | undefined): string {
  return `${((sample?.residentKilobytes ?? 0) / MEGABYTE).toFixed(1)} MB`;
}

const values = readOptions();
if (values === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const result = await runStorms({
    seconds: Number(values.seconds),
    orphans: Number(values.orphans),
    respawnsPerMinute: Number(values.respawns),
    requests: Number(values.requests),
  });
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : describe(result, values.seconds));
  process.exitCode = result.problems.length === 0 ? 0 : 1;
}
