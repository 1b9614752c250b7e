/** Question 2: what `rc` takes for each script of a level, against a shell that runs the same scripts in a loop. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { interleave, median, type Measure, type Question, type Workbench } from './measure.ts';
import { APPLETS, timeProcess } from './process-time.ts';

/** How often each number of scripts is run. */
const SIZES = [
  { scripts: 10, rounds: 30 },
  { scripts: 100, rounds: 10 },
  { scripts: 500, rounds: 5 },
] as const;
const TARGET = 2.5;

export const BOOT: Question = {
  name: 'boot',
  title: 'Boot of one-line scripts with rc, for each script, against a loop of sh',
  ask: async (bench) => {
    const measures: Measure[] = [];
    for (const { scripts, rounds } of SIZES) measures.push(...(await compare(bench, scripts, rounds)));
    return measures;
  },
};

async function compare(bench: Workbench, scripts: number, rounds: number): Promise<readonly Measure[]> {
  bench.progress(`${scripts} scripts`);
  const [dir, empty] = [makeLevel(bench, scripts), makeLevel(bench, 0)];
  const loop = `for script in '${dir}'/etc/rc3.d/S*; do "$script" start; done`;
  const values = await interleave(rounds, {
    rc: () => timeRc(bench, dir),
    empty: () => timeRc(bench, empty),
    sh: () => timeProcess(bench, { argv: ['/bin/sh', '-c', loop] }),
  });
  const [whole, started, theirs] = [median(values.rc), median(values.empty), median(values.sh)];
  return [
    compareEach(`${scripts} scripts`, whole, theirs, scripts),
    compareEach(`${scripts} scripts, without the start of rc`, whole - started, theirs, scripts),
  ];
}

function compareEach(name: string, mine: number, theirs: number, scripts: number): Measure {
  const detail = `${(mine / scripts).toFixed(2)} ms against ${(theirs / scripts).toFixed(2)} ms a script`;
  return { name, value: mine / theirs, unit: 'x', target: TARGET, detail };
}

function timeRc(bench: Workbench, root: string): Promise<number> {
  return timeProcess(bench, { argv: [join(APPLETS, 'rc'), '3'], env: { RCINIT_ROOT: root, PREVLEVEL: 'N' } });
}

function makeLevel(bench: Workbench, scripts: number): string {
  const dir = bench.makeFolder();
  for (const path of ['etc/init.d', 'etc/rc3.d', 'run']) mkdirSync(join(dir, path), { recursive: true });
  for (let number = 1; number <= scripts; number++) {
    const name = `s${String(number).padStart(3, '0')}`;
    writeFileSync(join(dir, 'etc/init.d', name), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    symlinkSync(`../init.d/${name}`, join(dir, 'etc/rc3.d', `S50${name}`));
  }
  return dir;
}
