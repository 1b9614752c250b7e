/** Question 1: how long an applet takes to start, against a Node that does nothing. */
import { constants, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LEVELS_FILE } from '../../src/core/system-paths.ts';
import { interleave, ratio, type Measure, type Question, type Workbench } from './measure.ts';
import { APPLETS, timeProcess, type Call } from './process-time.ts';
import { makeFifo } from './tell-fifo.ts';

const ROUNDS = 40;
const NODE: Call = { argv: [process.execPath, '-e', '0'] };
/** For what is started all day. */
const TARGET = 1.5;

export const STARTUP: Question = {
  name: 'startup',
  title: 'Start-up of applets, against node -e 0',
  ask: askStartup,
};

async function askStartup(bench: Workbench): Promise<readonly Measure[]> {
  const dir = makeRoot(bench);
  const script = join(dir, 'etc/init.d/x');
  const drain = openReader(join(dir, 'run/initctl'));
  const applet = (name: string, ...args: readonly string[]) => {
    return (): Promise<number> =>
      timeProcess(bench, { argv: [join(APPLETS, name), ...args], env: { RCINIT_ROOT: dir } });
  };
  const request = (name: string) => {
    const run = applet(name, 'q');
    return async (): Promise<number> => {
      const took = await run();
      drain();
      return took;
    };
  };
  const values = await interleave(ROUNDS, {
    node: () => timeProcess(bench, NODE),
    runlevel: applet('runlevel'),
    telinit: request('telinit'),
    script: () => timeProcess(bench, { argv: [script, 'status'] }),
    service: applet('service', 'x', 'status'),
    rc: applet('rc', '--help'),
    rcinit: applet('rcinit', '--version'),
    init: request('init'),
  });
  const nodeAndScript = values.node.map((value, index) => value + (values.script[index] ?? 0));
  return [
    ratio('runlevel', values.runlevel, values.node, TARGET),
    ratio('telinit q', values.telinit, values.node, TARGET),
    ratio('service x status', values.service, values.node, TARGET),
    ratio('service x status, against node and the script', values.service, nodeAndScript),
    ratio('init q (as telinit)', values.init, values.node),
    ratio('rc --help', values.rc, values.node),
    ratio('rcinit --version', values.rcinit, values.node),
  ];
}

function makeRoot(bench: Workbench): string {
  const dir = bench.makeFolder();
  const levels = join(dir, LEVELS_FILE);
  for (const path of [join(dir, 'etc/init.d'), dirname(levels)]) mkdirSync(path, { recursive: true });
  writeFileSync(join(dir, 'etc/init.d/x'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  writeFileSync(levels, 'N 3\n');
  return dir;
}

/** Holds the control fifo open as init does. @returns What takes out the requests that were written. */
function openReader(path: string): () => void {
  makeFifo(path);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const buffer = Buffer.alloc(4096);
  return () => void readSync(fd, buffer);
}
