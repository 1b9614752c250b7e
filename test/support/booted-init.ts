/** Boots the built init as PID 1 of a small tree written inline, and watches what its programs note down. */
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, onTestFinished } from 'vitest';
import { APPLETS, startPid1, whyNoPid1, type Ended, type Pid1, type Pid1Options } from './pid1.ts';
import type { RunResult } from './run-inside.ts';
import { waitFor } from './wait-for.ts';
import { writeTree, type Tree } from './with-tree.ts';

/** Path of another init, e.g. the original, to learn whether a test tells the truth about it. */
const OTHER_INIT = process.env['RCINIT_TEST_INIT'];
/** True while the tests run against the original. */
export const IS_ORIGINAL = OTHER_INIT !== undefined;

/**
 * Programs for inittab lines. Each notes `WORD RUNLEVEL PREVLEVEL` in `/log` when it starts, in one write.
 * `note` ends at once, `stay` runs until TERM, `deaf` until KILL.
 */
const PROGRAMS: Tree = {
  't/note!': '#!/bin/sh\necho "$* $RUNLEVEL $PREVLEVEL" >>/log\n',
  't/stay!': '#!/bin/sh\necho "$* $RUNLEVEL $PREVLEVEL" >>/log\nexec sleep 1000\n',
  't/deaf!': '#!/bin/sh\ntrap "" TERM\necho "$* $RUNLEVEL $PREVLEVEL" >>/log\nexec sleep 1000\n',
  // Waits until the test writes a line into the fifo `/gate`, then notes its end.
  't/gate!':
    '#!/bin/sh\necho "$* $RUNLEVEL $PREVLEVEL" >>/log\nuntil [ -p /gate ]; do sleep 0.01; done\nread -r line </gate\necho "$* over" >>/log\n',
};

export interface BootOptions extends Pick<
  Pid1Options,
  'console' | 'tmpfs' | 'readOnly' | 'env' | 'uid' | 'proc'
> {
  readonly args?: readonly string[];
  /** Path of the init inside, where a test brings its own. */
  readonly init?: string;
  readonly tree?: Tree;
  /** Files and folders of the machine that are copied, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Booted extends Pid1 {
  /** The machine's path of the root. */
  readonly dir: string;
  /** What the programs noted so far. */
  readonly log: () => readonly string[];
  /** Waits until the line was noted as often as said. */
  readonly noted: (line: string, times?: number, deadlineMs?: number) => Promise<void>;
  readonly telinit: (...args: readonly string[]) => Promise<RunResult>;
  readonly writeInittab: (text: string) => void;
}

/** A `describe` that is skipped, with the reason in its name, where no PID 1 can be had. */
export function describePid1(name: string, body: () => void): void {
  const reason = whyNoPid1('tree');
  const title = reason === undefined ? name : `${name} (skipped: ${reason})`;
  // oxlint-disable-next-line vitest/valid-title, vitest/valid-describe-callback -- both come from the caller
  describe.skipIf(reason !== undefined)(title, body);
}

/**
 * Boots; everything is gone after the test.
 * @param inittab The text of /etc/inittab; undefined for none.
 */
export async function bootInit(
  inittab: string | Buffer | undefined,
  options: BootOptions = {},
): Promise<Booted> {
  const dir = mkdtempSync(join(tmpdir(), 'rcinit-tree-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeTree(dir, { ...PROGRAMS, 'etc/': '', 'var/log/': '', log: '', ...options.tree });
  for (const [path, from] of Object.entries(options.files ?? {}))
    cpSync(from, join(dir, path), { recursive: true });
  if (inittab !== undefined) writeFileSync(join(dir, 'etc/inittab'), inittab);
  if (OTHER_INIT !== undefined) cpSync(OTHER_INIT, join(dir, 'init'));
  // mkdtemp's folder is private, and it is the root of somebody else now.
  if (options.uid !== undefined) chmodSync(dir, 0o755);
  const init = options.init ?? (OTHER_INIT === undefined ? join(APPLETS, 'init') : '/init');
  const pid1 = await startPid1({
    ...options,
    kind: 'tree',
    layer: dir,
    argv: [init, ...(options.args ?? [])],
  });
  onTestFinished(() => pid1.end());
  const telinit = OTHER_INIT === undefined ? join(APPLETS, 'telinit') : '/init';
  const log = () => readLog(join(dir, 'log'));
  return {
    ...pid1,
    dir,
    log,
    noted: (line, times = 1, deadlineMs = 20_000) => waitForNote(pid1, log, line, times, deadlineMs),
    telinit: async (...args) => {
      await waitFor('the control fifo', () => existsSync(pid1.path('/run/initctl')));
      return pid1.run([telinit, ...args]);
    },
    writeInittab: (text) => writeFileSync(join(dir, 'etc/inittab'), text),
  };
}

function readLog(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

async function waitForNote(
  pid1: Pid1,
  log: () => readonly string[],
  line: string,
  times: number,
  deadlineMs: number,
): Promise<void> {
  let ended: Ended | undefined;
  void pid1.exited.then((how) => (ended = how));
  const isThere = () => {
    if (log().filter((noted) => noted === line).length >= times) return true;
    if (ended !== undefined)
      throw new Error(`init ended (${JSON.stringify(ended)}) before "${line}" × ${times}`);
    return false;
  };
  try {
    await waitFor(`"${line}" × ${times}`, isThere, deadlineMs);
  } catch (error) {
    const seen = `noted: ${JSON.stringify(log())}\nconsole:\n${pid1.console.lines.join('\n')}`;
    throw new Error(`${(error as Error).message}\n${seen}`, { cause: error });
  }
}
