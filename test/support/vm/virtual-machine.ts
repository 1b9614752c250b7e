/** A virtual machine with a kernel of Debian's and an initramfs of ours, driven through its serial line. */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { ConsoleLog } from '../console-log.ts';
import { IS_CI } from '../is-ci.ts';
import { fetchPackages } from '../packages.ts';
import { writeTree, type Tree } from '../with-tree.ts';

const QEMU = 'qemu-system-x86_64';
/** The one for virtual machines: small, with serial line, virtual consoles and keyboard built in. */
const KERNEL_PACKAGE = 'linux-image-cloud-amd64';
const MAKE_INITRAMFS = join(import.meta.dirname, '../../../scripts/make-initramfs.ts');
/** An initramfs is in memory twice while it is unpacked. */
const MEMORY_MIB = 768;
/** How long keys are held. */
const KEY_MS = 20;
/** Emulated, on a machine that does other things too. */
const STEP_MS = 60_000;
/** Longer than a shell takes to come. */
const TYPE_AGAIN_MS = 5_000;

export interface MachineOptions {
  /** What lies over the machine's programs and ours, e.g. `etc/inittab`. */
  readonly tree: Tree;
  /** By name, looked up in the usual folders, or by path. */
  readonly programs: readonly string[];
  /** More words for the kernel's command line; the serial line stays the console. */
  readonly words?: readonly string[];
}

export interface VirtualMachine {
  readonly console: ConsoleLog;
  /** Types at the serial line. */
  readonly type: (text: string) => void;
  /** Waits for a line that was shown after this call's predecessor returned. */
  readonly waitForLine: (pattern: RegExp) => Promise<string>;
  /** Types again and again until the line is shown: a program that asks for a password throws away what came too soon. */
  readonly typeUntil: (text: string, pattern: RegExp) => Promise<string>;
  /** Runs a command in the shell that has the serial line. */
  readonly shell: (command: string) => Promise<{ readonly code: number; readonly lines: readonly string[] }>;
  /** Presses keys at the same time on the machine's keyboard, in qemu's names, e.g. `ctrl-alt-delete`. */
  readonly pressKeys: (keys: string) => void;
  /** The exit status of qemu: 0 when the machine powered itself off. */
  readonly exited: Promise<number | null>;
  readonly end: () => Promise<void>;
}

/**
 * Fetches the kernel too, so that a machine without it is told apart from one that fails.
 * @returns Why no virtual machine can be had, or undefined.
 * @throws Error with the reason in CI, where nothing may be skipped.
 */
export async function whyNoVirtualMachine(): Promise<string | undefined> {
  const reason = probeQemu() ?? (await kernelPackage().then(() => undefined, String));
  if (reason !== undefined && IS_CI) throw new Error(`The virtual machine cannot run: ${reason}`);
  return reason;
}

function probeQemu(): string | undefined {
  if (process.arch !== 'x64') return `the kernel package is for x64, this is ${process.arch}`;
  const { error } = spawnSync(QEMU, ['--version']);
  return error && `${QEMU} cannot be run (${error.message}): install qemu-system-x86`;
}

async function kernelPackage(): Promise<string> {
  const debs = await fetchPackages([KERNEL_PACKAGE]);
  const deb = debs.find((path) => /\/linux-image-\d[^/]*$/.test(path));
  if (deb === undefined) throw new Error(`${KERNEL_PACKAGE} brought no kernel: ${debs.join(' ')}`);
  return deb;
}

/** Starts the machine; `end` removes everything. */
export async function startVirtualMachine(options: MachineOptions): Promise<VirtualMachine> {
  const dir = mkdtempSync(join(tmpdir(), 'rcinit-vm-'));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  try {
    const [kernel, initramfs] = await Promise.all([unpackKernel(dir), makeInitramfs(dir, options)]);
    const words = [...(options.words ?? []), 'console=ttyS0', 'quiet'];
    return drive(spawnQemu(dir, kernel, initramfs, words), join(dir, 'monitor'), remove);
  } catch (error) {
    remove();
    throw error;
  }
}

async function unpackKernel(dir: string): Promise<string> {
  const tar = join(dir, 'kernel.tar');
  const dpkg = spawn('dpkg', ['--fsys-tarfile', await kernelPackage()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await pipeline(dpkg.stdout, createWriteStream(tar));
  await promisify(execFile)('tar', ['-xf', tar, '-C', dir, '--wildcards', './boot/vmlinuz*']);
  rmSync(tar);
  return join(dir, 'boot', readdirSync(join(dir, 'boot'))[0] ?? '');
}

async function makeInitramfs(dir: string, { tree, programs }: MachineOptions): Promise<string> {
  const [layer, archive] = [join(dir, 'layer'), join(dir, 'initramfs')];
  writeTree(layer, tree);
  const argv = ['--import', 'tsx', MAKE_INITRAMFS, archive, layer, ...programs];
  await promisify(execFile)(process.execPath, argv);
  return archive;
}

/** `--pdeathsig`: the machine dies with the test process, whatever happens to that. */
function spawnQemu(dir: string, kernel: string, initramfs: string, words: readonly string[]): ChildProcess {
  // One processor: a second one waits for the first by spinning, and a restart takes up to a minute then.
  const machine = ['-accel', 'tcg', '-cpu', 'max', '-smp', '1', '-m', `${MEMORY_MIB}`];
  const devices = ['-nodefaults', '-display', 'none', '-serial', 'stdio'];
  const monitor = ['-monitor', `unix:${join(dir, 'monitor')},server=on,wait=off`];
  const boot = ['-kernel', kernel, '-initrd', initramfs, '-append', words.join(' ')];
  const argv = ['--pdeathsig', 'KILL', QEMU, ...machine, ...devices, ...monitor, ...boot];
  return spawn('setpriv', argv, { stdio: 'pipe' });
}

function drive(qemu: ChildProcess, monitorPath: string, remove: () => void): VirtualMachine {
  const log = new ConsoleLog();
  for (const stream of [qemu.stdout, qemu.stderr]) stream?.on('data', (chunk: Buffer) => log.push(chunk));
  // Typing at a machine that is gone.
  qemu.stdin?.on('error', () => undefined);
  const exited = new Promise<number | null>((resolve) => {
    qemu.once('close', (code) => resolve(code));
  });
  const type = (text: string) => void qemu.stdin?.write(text);
  const { waitForLine, position } = makeReader(log);
  let monitor: Socket | undefined;
  let commands = 0;
  return {
    console: log,
    type,
    waitForLine,
    typeUntil: async (text, pattern) => {
      type(text);
      const again = setInterval(type, TYPE_AGAIN_MS, text);
      return waitForLine(pattern).finally(() => clearInterval(again));
    },
    shell: async (command) => {
      const number = ++commands;
      // The echo of what is typed has the sum, the answer its result.
      type(`echo "begin $((${number}+0))"; ${command}; echo "end $((${number}+0)) $?"\r`);
      await waitForLine(new RegExp(`^begin ${number}$`));
      const from = position();
      const last = await waitForLine(new RegExp(`^end ${number} \\d+$`));
      return { code: Number(last.split(' ')[2]), lines: log.lines.slice(from, position() - 1) };
    },
    pressKeys: (keys) => {
      monitor ??= connect(monitorPath)
        .on('error', () => undefined)
        .resume();
      monitor.write(`sendkey ${keys} ${KEY_MS}\n`);
    },
    exited,
    end: async () => {
      monitor?.destroy();
      qemu.kill('SIGKILL');
      await exited;
      remove();
    },
  };
}

/** Reads the console line by line, so that the second boot is not taken for the first. */
function makeReader(log: ConsoleLog): {
  readonly waitForLine: VirtualMachine['waitForLine'];
  /** Index of the line behind the one that was waited for. */
  readonly position: () => number;
} {
  let at = 0;
  const waitForLine = async (pattern: RegExp): Promise<string> => {
    const line = await log.waitForLine(pattern, STEP_MS, at);
    at = log.lines.indexOf(line, at) + 1;
    return line;
  };
  return { waitForLine, position: () => at };
}
