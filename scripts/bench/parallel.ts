/** Question: what a boot takes side by side against startpar, and one after the other against Debian's own `rc`. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchPackages, unpackPackages } from '../../test/support/packages.ts';
import { interleave, median, ratio, time, type Measure, type Question, type Workbench } from './measure.ts';
import { APPLETS, timeProcess } from './process-time.ts';

const SCRIPTS = 100;
const ROUNDS = 5;
const JOBS = 64;
/** A fifth of startpar's time, and half as long again as Debian's shell. */
const PARALLEL_TARGET = 0.2;
const SEQUENTIAL_TARGET = 1.5;
const RC = join(APPLETS, 'rc');

export const PARALLEL: Question = {
  name: 'parallel',
  title: `Boot of ${SCRIPTS} scripts: side by side against startpar, one after the other against Debian's rc`,
  ask: async (bench) => {
    bench.progress('fetching startpar and sysv-rc');
    const originals = await unpackOriginals(bench);
    return [...(await compareParallel(bench, originals)), ...(await compareSequential(bench, originals))];
  },
};

/** @returns The folder with the original programs, or undefined where the packages are not to be had. */
async function unpackOriginals(bench: Workbench): Promise<string | undefined> {
  try {
    const debs = await fetchPackages(['startpar', 'sysv-rc']);
    const layer = bench.makeFolder();
    await unpackPackages(
      debs.filter((deb) => /\/(?:startpar|sysv-rc)_/.test(deb)),
      layer,
    );
    return layer;
  } catch {
    return undefined;
  }
}

async function compareParallel(bench: Workbench, originals: string | undefined): Promise<readonly Measure[]> {
  bench.progress('side by side');
  const root = makeLevel(bench, '#!/bin/sh\nsleep 0.1\n');
  const env = { RCINIT_ROOT: root, PREVLEVEL: 'N' };
  const ours = (): Promise<number> => timeProcess(bench, { argv: [RC, '--jobs', String(JOBS), '3'], env });
  const name = `${SCRIPTS} x 0.1 s, --jobs ${JOBS}`;
  if (originals === undefined) {
    const values = await interleave(ROUNDS, { ours });
    return [{ ...time(name, values.ours), detail: 'startpar is not to be had' }];
  }
  const startpar = join(originals, 'usr/bin/startpar');
  const command = `${startpar} -p 4 -t 20 -T 3 -d ${root}/etc/init.d -e ${root}/etc -P N -R 3 -M start`;
  // Without a terminal startpar runs one after the other.
  const argv = ['script', '-qec', command, '/dev/null'];
  const values = await interleave(ROUNDS, { ours, startpar: () => timeProcess(bench, { argv }) });
  return [ratio(name, values.ours, values.startpar, PARALLEL_TARGET)];
}

async function compareSequential(
  bench: Workbench,
  originals: string | undefined,
): Promise<readonly Measure[]> {
  if (originals === undefined) return [];
  bench.progress('one after the other');
  const root = makeLevel(bench, '#!/bin/sh\nexit 0\n');
  cpSync(join(originals, 'usr/lib/init/rc'), join(root, 'etc/init.d/rc'));
  // Debian's rc knows no root but /; insserv's files would make it parallel.
  const run = (program: string): Promise<number> => {
    const setup = `rm -f "$1"/etc/init.d/.depend.*; mount --bind "$1/etc" /etc && exec "$2" 3`;
    const argv = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', setup, 'sh', root, program];
    return timeProcess(bench, { argv, env: { PREVLEVEL: 'N' } });
  };
  const values = await interleave(ROUNDS, {
    ours: () => run(RC),
    debian: () => run('/etc/init.d/rc'),
    nothing: () => run('/bin/true'),
  });
  const floor = median(values.nothing);
  const less = (list: readonly number[]): number[] => list.map((value) => value - floor);
  const name = `${SCRIPTS} one-line scripts, one after the other`;
  return [ratio(name, less(values.ours), less(values.debian), SEQUENTIAL_TARGET)];
}

function makeLevel(bench: Workbench, script: string): string {
  const dir = bench.makeFolder();
  for (const path of ['etc/init.d', 'etc/rc3.d', 'run']) mkdirSync(join(dir, path), { recursive: true });
  const names = Array.from({ length: SCRIPTS }, (_, index) => `s${String(index).padStart(3, '0')}`);
  for (const name of names) {
    writeFileSync(join(dir, 'etc/init.d', name), script, { mode: 0o755 });
    symlinkSync(`../init.d/${name}`, join(dir, 'etc/rc3.d', `S01${name}`));
  }
  for (const mode of ['boot', 'stop'])
    writeFileSync(join(dir, `etc/init.d/.depend.${mode}`), 'TARGETS =\nINTERACTIVE =\n');
  writeFileSync(join(dir, 'etc/init.d/.depend.start'), `TARGETS = ${names.join(' ')}\nINTERACTIVE =\n`);
  for (const file of ['passwd', 'group', 'nsswitch.conf'])
    writeFileSync(join(dir, 'etc', file), readFileSync(`/etc/${file}`));
  return dir;
}
