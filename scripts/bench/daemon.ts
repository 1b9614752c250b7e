/** What start-stop-daemon costs: a look at a daemon against a Node that does nothing, and a whole life of one. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { interleave, ratio, type Measure, type Question, type Workbench } from './measure.ts';
import { APPLETS, timeProcess } from './process-time.ts';

const ROUNDS = 30;
/** A look is what scripts do all day. */
const STATUS_TARGET = 1.5;
const OURS = join(APPLETS, 'start-stop-daemon');
const DPKGS = '/sbin/start-stop-daemon';

export const DAEMON: Question = {
  name: 'daemon',
  title: 'start-stop-daemon: --status against node -e 0, and start, status, stop of one daemon',
  ask: askDaemon,
};

async function askDaemon(bench: Workbench): Promise<readonly Measure[]> {
  const dir = bench.makeFolder();
  const alive = join(dir, 'alive.pid');
  writeFileSync(alive, `${process.pid}\n`);
  const env = { RCINIT_ROOT: dir };
  const tool = (program: string, ...args: readonly string[]) =>
    timeProcess(bench, { argv: [program, ...args], env });
  const cycle = async (program: string): Promise<number> => {
    const pidfile = join(dir, `${program === OURS ? 'ours' : 'dpkg'}.pid`);
    // By the pid file alone: dpkg's returns before its child is the program, and --exec would not find it.
    const which = ['--quiet', '--pidfile', pidfile];
    const started = performance.now();
    await tool(
      program,
      '--start',
      '--background',
      '--make-pidfile',
      ...which,
      '--exec',
      '/bin/sleep',
      '--',
      '600',
    );
    await tool(program, '--status', ...which);
    await tool(program, '--stop', '--retry', '5', '--remove-pidfile', ...which);
    return performance.now() - started;
  };
  const values = await interleave(ROUNDS, {
    node: () => timeProcess(bench, { argv: [process.execPath, '-e', '0'] }),
    status: () => tool(OURS, '--status', '--pidfile', alive),
    cycle: () => cycle(OURS),
    dpkg: () => (existsSync(DPKGS) ? cycle(DPKGS) : Promise.resolve(Number.NaN)),
  });
  return [
    ratio('start-stop-daemon --status', values.status, values.node, STATUS_TARGET),
    ratio('start, status, stop, against node -e 0', values.cycle, values.node),
    ratio("start, status, stop, against dpkg's", values.cycle, values.dpkg),
  ];
}
