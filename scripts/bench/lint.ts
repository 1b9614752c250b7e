/** Question 10: `rcinit lint` on a whole init.d, the process and all. */
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cachedCorpus } from '../../test/support/corpus.ts';
import { interleave, time, type Measure, type Question, type Workbench } from './measure.ts';
import { APPLETS, timeProcess } from './process-time.ts';

/** As many as Debian 12 has. */
const SCRIPTS = 243;
const ROUNDS = 7;
const TARGET_MS = 2_000;
const SAMPLES = join(import.meta.dirname, '../../init.d');

export const LINT: Question = {
  name: 'lint',
  title: `rcinit lint on ${SCRIPTS} scripts, without shellcheck`,
  ask: askLint,
};

async function askLint(bench: Workbench): Promise<readonly Measure[]> {
  const corpus = cachedCorpus();
  const dir = corpus ?? copySamples(bench);
  const argv = [join(APPLETS, 'rcinit'), 'lint', '--no-shellcheck', '--quiet', dir];
  // Debian's have errors.
  const status = corpus === undefined ? 0 : 1;
  const { whole } = await interleave(ROUNDS, { whole: () => timeProcess(bench, { argv, status }) });
  return [time(corpus === undefined ? 'copies of the samples' : 'those of Debian', whole, TARGET_MS)];
}

function copySamples(bench: Workbench): string {
  const dir = join(bench.makeFolder(), 'init.d');
  mkdirSync(dir);
  const names = readdirSync(SAMPLES);
  for (let index = 0; index < SCRIPTS; index++)
    copyFileSync(join(SAMPLES, names[index % names.length] ?? ''), join(dir, `service${index}`));
  return dir;
}
