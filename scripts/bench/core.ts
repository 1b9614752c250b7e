/** Question 6: the pure parts that everything waits for, on more input than a machine has. */
import { Bench } from 'tinybench';
import { encodeRequest } from '../../src/core/wire/initctl-message.ts';
import { splitRequests } from '../../src/core/wire/initctl-stream.ts';
import { parseInittab } from '../../src/core/inittab/inittab.ts';
import { planRunLevel, type RcEntry } from '../../src/core/scripts/rc-plan.ts';
import type { Measure, Question } from './measure.ts';

const LINES = 1_000;
const REQUESTS = 10_000;
const LINKS = 500;
const TIME_MS = 300;

export const CORE: Question = {
  name: 'core',
  title: 'Parsers and planners, in one warm process',
  ask: askCore,
};

async function askCore(): Promise<readonly Measure[]> {
  const bench = new Bench({ time: TIME_MS });
  const files = [{ path: '/etc/inittab', text: makeInittab() }];
  const requests = makeRequests();
  const entries = makeEntries();
  bench
    .add(`inittab of ${LINES} lines`, () => parseInittab(files))
    .add(`${REQUESTS} requests in one read`, () => splitRequests(requests, false))
    .add(`plan of ${LINKS} links`, () =>
      planRunLevel({ level: '3', previous: '2', dir: '/etc/rc3.d', entries }),
    );
  await bench.run();
  return bench.tasks.map(({ name, result }) => {
    if (!('latency' in result)) throw new Error(`${name} did not run`);
    const { p50, p99, samplesCount } = result.latency;
    return { name, value: p50, unit: 'ms', detail: `${samplesCount} samples, 99 %: ${p99.toFixed(2)} ms` };
  });
}

function makeInittab(): string {
  const lines = Array.from(
    { length: LINES },
    (_, index) => `e${index}:2345:respawn:/sbin/daemon --number ${index}`,
  );
  return ['id:3:initdefault:', ...lines, ''].join('\n');
}

function makeRequests(): Uint8Array {
  const one = encodeRequest({ kind: 'runlevel', level: 'q', sleepSeconds: 3 });
  const all = new Uint8Array(one.length * REQUESTS);
  for (let index = 0; index < REQUESTS; index++) all.set(one, index * one.length);
  return all;
}

function makeEntries(): readonly RcEntry[] {
  return Array.from({ length: LINKS }, (_, index) => ({
    entry: `${index % 2 === 0 ? 'S' : 'K'}${String(index % 100).padStart(2, '0')}daemon${index}`,
    file: 'script',
  }));
}
