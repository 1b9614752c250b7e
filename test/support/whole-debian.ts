/** Boots a whole Debian through its own scripts, and records how each script ended. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  lstatSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APPLETS, startPid1, type Ended, type Pid1 } from './pid1.ts';
import { copyDebianRoot } from './debian-root.ts';
import { runCommand } from './run-command.ts';
import { writeTree } from './with-tree.ts';

/** Each script's end is a line there: the console's mount goes on the way down, and startpar keeps output back. */
const RECORD = '/run/rcinit-test-ends';
const MARK = '@rcinit-test@';
const REACHED = `${MARK} reached`;
const IS_REACHED = new RegExp(`^${REACHED}`);
const BOOT_MS = 180_000;
const WORK = 'rcinit-debian-run-';

export interface ScriptRun {
  readonly script: string;
  readonly action: string;
  readonly exit: number;
}

export interface DebianRun {
  /** In the order in which they ended. */
  readonly up: readonly ScriptRun[];
  readonly down: readonly ScriptRun[];
  readonly runlevel: string;
  /** What PID 1 runs. */
  readonly program: string;
  /** What the services answered, by command. */
  readonly answers: Readonly<Record<string, number | null>>;
  readonly ended: Ended;
}

const QUESTIONS = [
  'service cron status',
  'service redis-server status',
  'service nginx status',
  'redis-cli ping',
  'pidof nginx',
  'pidof redis-server',
];

/** @param root The Debian; it is not changed. */
export async function runDebian(root: string, init: 'sysvinit' | 'rcinit'): Promise<DebianRun> {
  removeAbandoned();
  const work = mkdtempSync(join(tmpdir(), `${WORK}${process.pid}-`));
  try {
    const lower = init === 'rcinit' ? await installInto(root, join(work, 'root')) : root;
    const layer = join(work, 'layer');
    wrapScripts(root, layer);
    const machine = await startPid1({ kind: 'overlay', lower, layer, argv: ['/sbin/init'] });
    try {
      return await upAndDown(machine);
    } catch (error) {
      throw new Error(`${init}: ${String(error)}\n${machine.console.raw}`, { cause: error });
    } finally {
      await machine.end();
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A run that was killed could not tidy up: its namespaces are gone, its copy of the root is not. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith(WORK))) {
    const pid = name.slice(WORK.length).split('-')[0];
    if (!existsSync(`/proc/${pid}`)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

async function installInto(root: string, copy: string): Promise<string> {
  await copyDebianRoot(root, copy);
  const installed = await runCommand(join(APPLETS, 'rcinit'), ['install', '--root', copy, '--copy-node']);
  if (installed.code !== 0) throw new Error(`rcinit install: ${installed.err}`);
  return copy;
}

async function upAndDown(machine: Pid1): Promise<DebianRun> {
  await machine.console.waitForLine(IS_REACHED, BOOT_MS);
  const up = readRuns(machine);
  const answers: Record<string, number | null> = {};
  for (const question of QUESTIONS) answers[question] = (await machine.run(question.split(' '))).code;
  const { stdout: runlevel } = await machine.run(['runlevel']);
  const program = (await machine.run(['readlink', '/proc/1/exe'])).stdout.trim();
  await machine.run(['shutdown', '-h', 'now']);
  const ended = await within(machine.exited);
  return { up, down: readRuns(machine).slice(up.length), runlevel, program, answers, ended };
}

async function within(exited: Promise<Ended>): Promise<Ended> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the system did not go down')), BOOT_MS);
  });
  return Promise.race([exited, late]).finally(() => clearTimeout(timer));
}

function readRuns(machine: Pid1): readonly ScriptRun[] {
  return [
    ...readFileSync(machine.path(RECORD), 'utf8').matchAll(
      new RegExp(`${MARK} (\\S+) (\\S+) (\\d+)\\n`, 'g'),
    ),
  ].map(([, script = '', action = '', exit]) => ({ script, action, exit: Number(exit) }));
}

/** Each script is the package's own, called by its own name from another folder, with a line in the record after it. */
function wrapScripts(root: string, layer: string): void {
  const [scripts, originals] = [join(root, 'etc/init.d'), join(layer, 'etc/init.d.original')];
  mkdirSync(originals, { recursive: true });
  const names = readdirSync(scripts).filter((name) => isScript(join(scripts, name)));
  for (const name of names) {
    copyFileSync(join(scripts, name), join(originals, name));
    writeTree(layer, { [`etc/init.d/${name}!`]: wrapper(name) });
  }
  const inittab = readFileSync(join(root, 'etc/inittab'), 'utf8');
  // There are no such terminals in a namespace.
  const lines = inittab.split('\n').filter((line) => !/:\/sbin\/getty /.test(line));
  writeTree(layer, {
    'etc/inittab': [...lines, `zz:2:once:/bin/sh -c "echo ${REACHED} >/dev/console"`, ''].join('\n'),
  });
}

function isScript(path: string): boolean {
  const stat = lstatSync(path);
  return stat.isFile() && (stat.mode & 0o111) !== 0;
}

/** `halt` and `reboot` do not come back: their line is written before. */
function wrapper(name: string): string {
  const original = `/etc/init.d.original/${name}`;
  const say = (exit: string) => `echo "${MARK} ${name} $1 ${exit}" >>${RECORD}`;
  if (name === 'halt' || name === 'reboot') return `#!/bin/sh\n${say('0')}\nexec ${original} "$@"\n`;
  return `#!/bin/sh\n${original} "$@"\nexit=$?\n${say('$exit')}\nexit $exit\n`;
}
