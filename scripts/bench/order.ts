/** Question 8: the order of more scripts than anybody has, and `insserv` on a real machine's worth of them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseInsservConf } from '../../src/core/lsb/facility.ts';
import { planFarm } from '../../src/core/links/farm.ts';
import type { FarmRequest } from '../../src/core/links/farm-request.ts';
import { parseLsbHeader } from '../../src/core/lsb/lsb-header.ts';
import { interleave, ratio, time, type Measure, type Question, type Workbench } from './measure.ts';
import { APPLETS, timeProcess } from './process-time.ts';

const SCRIPTS = 10_000;
const NEEDS = 5;
const CORE_ROUNDS = 5;
const CORE_TARGET_MS = 1_000;
/** As many as Debian 12 has. */
const REAL_SCRIPTS = 243;
const ROUNDS = 15;
const TARGET = 3;
/** Where the tests unpack packages. */
const PACKAGES = join(tmpdir(), 'rcinit-packages');
const CONF = '$remote_fs +fs0 +fs1\n$network +net0\n$syslog +log0\n';

export const ORDER: Question = {
  name: 'order',
  title: `The order of ${SCRIPTS} scripts with ${NEEDS} dependencies each, and insserv on ${REAL_SCRIPTS}`,
  ask: askOrder,
};

async function askOrder(bench: Workbench): Promise<readonly Measure[]> {
  const request = makeRequest();
  const { plan } = await interleave(CORE_ROUNDS, {
    plan: () => {
      const before = performance.now();
      planFarm(request);
      return performance.now() - before;
    },
  });
  return [time(`plan of ${SCRIPTS} scripts`, plan, CORE_TARGET_MS), ...(await askInsserv(bench))];
}

async function askInsserv(bench: Workbench): Promise<readonly Measure[]> {
  const original = unpackOriginal(bench);
  if (original === undefined) {
    bench.progress('no insserv package in the cache: run the system tests once');
    return [];
  }
  const names = Array.from({ length: REAL_SCRIPTS }, (_, index) => `service${index}`);
  const run = (program: string) => {
    const initDir = makeRoot(bench, names);
    return (...options: readonly string[]): Promise<number> =>
      timeProcess(bench, { argv: [program, ...options, '-p', initDir, '-i', initDir, ...names] });
  };
  const [ours, theirs] = [run(join(APPLETS, 'insserv')), run(original)];
  await Promise.all([ours(), theirs()]);
  const values = await interleave(ROUNDS, {
    ours: () => ours('-s'),
    theirs: () => theirs('-s'),
    oursAgain: () => ours(),
    theirsAgain: () => theirs(),
  });
  return [
    ratio(`insserv -s on ${REAL_SCRIPTS} scripts, against the original`, values.ours, values.theirs, TARGET),
    ratio('insserv, nothing to change, against the original', values.oursAgain, values.theirsAgain, TARGET),
  ];
}

function makeHeader(needs: readonly string[], provides: string): string {
  const list = needs.join(' ');
  return `#!/bin/sh\n### BEGIN INIT INFO\n# Provides: ${provides}\n# Required-Start: $remote_fs\n# Required-Stop: $remote_fs\n# Should-Start: ${list}\n# Should-Stop: ${list}\n# Default-Start: 2 3 4 5\n# Default-Stop: 0 1 6\n### END INIT INFO\n`;
}

function needsOf(index: number, count: number, prefix: string): readonly string[] {
  const needs = Array.from({ length: count }, (_, turn) =>
    Math.floor((index * (turn * 7 + 3)) / (turn * 7 + 4)),
  );
  return [...new Set(needs)].filter((other) => other < index).map((other) => `${prefix}${other}`);
}

function makeRequest(): FarmRequest {
  const scripts = Array.from({ length: SCRIPTS }, (_, index) => {
    const name = `s${index}`;
    const text = makeHeader(needsOf(index, NEEDS, 's'), name);
    return { name, path: `/etc/init.d/${name}`, header: parseLsbHeader(name, name, text).header };
  });
  return {
    scripts,
    links: [],
    missingDirs: [],
    facilities: parseInsservConf([{ path: 'conf', text: CONF }]).table,
    named: scripts.map(({ name }) => ({ name, start: undefined, stop: undefined })),
    action: 'enable',
    isForced: false,
    useDefaults: false,
    isRecursive: false,
  };
}

function makeRoot(bench: Workbench, names: readonly string[]): string {
  const root = bench.makeFolder();
  const initDir = join(root, 'etc/init.d');
  mkdirSync(initDir, { recursive: true });
  writeFileSync(join(root, 'etc/insserv.conf'), CONF);
  for (const [index, name] of names.entries()) {
    writeFileSync(join(initDir, name), makeHeader(needsOf(index, 2, 'service'), name));
    chmodSync(join(initDir, name), 0o755);
  }
  return initDir;
}

/** @returns The original's program, where its package was downloaded before. */
function unpackOriginal(bench: Workbench): string | undefined {
  if (!existsSync(PACKAGES)) return undefined;
  const found = execFileSync('find', [PACKAGES, '-maxdepth', '1', '-name', 'insserv_*.deb'], {
    encoding: 'utf8',
  });
  const [deb = ''] = found.split('\n');
  if (deb === '') return undefined;
  const layer = bench.makeFolder();
  execFileSync('dpkg', ['-x', deb, layer]);
  return [join(layer, 'sbin/insserv'), join(layer, 'usr/sbin/insserv')].find((path) => existsSync(path));
}
