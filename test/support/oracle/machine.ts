/** One of the two machines: the same root and the same namespaces, under the original or under ours. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readSync, closeSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bindDatagramSocket } from '../../../src/os/libc/libc-socket.ts';
import { APPLETS, startPid1, type Pid1 } from '../pid1.ts';
import { writeTree, type Tree } from '../with-tree.ts';

export type Side = 'ours' | 'original';

export interface MachineOptions {
  /** Lines of /etc/inittab, or its very text; absent: there is none. */
  readonly inittab?: readonly string[] | string;
  /** Words of the kernel's command line that it passes on; those with `=` are variables. */
  readonly kernelWords?: readonly string[];
  readonly tree?: Tree;
  /** What `/dev/console` is: `none` leaves it out. */
  readonly console?: 'terminal' | 'none';
  /** Nobody listens at /dev/log. */
  readonly noSyslog?: boolean;
}

export interface Machine extends Pid1 {
  readonly side: Side;
  /** What the programs noted. */
  readonly log: () => readonly string[];
  /** Messages that came to /dev/log, with their times masked. */
  readonly syslog: () => readonly string[];
  /** Path inside of a program of one side. */
  readonly tool: (side: Side, name: string) => string;
}

/** Where the original's programs are on both machines. */
const ORIGINAL_TOOLS = '/usr/sbin';
/** Node has to start without /proc then, as on a machine; the first line of each table puts it where it belongs. */
const EARLY_PROC = '/.proc';
export const MOVE_PROC = 'proc::sysinit:+/bin/mount -n --move /.proc /proc';

/** What a kernel gives its first process; Node raises its own. */
const KERNEL_NOFILE = '--nofile=1024:4096';

export async function bootMachine(side: Side, base: string, options: MachineOptions): Promise<Machine> {
  const layer = mkdtempSync(join(tmpdir(), `rcinit-${side}-`));
  const messages: string[] = [];
  let stopListening = (): void => undefined;
  const remove = (): void => {
    stopListening();
    rmSync(layer, { recursive: true, force: true });
  };
  try {
    fillLayer(layer, base, options);
    const words = options.kernelWords ?? [];
    const init = side === 'ours' ? join(APPLETS, 'init') : '/sbin/init';
    const env = words.filter((word) => word.includes('='));
    const pid1 = await startPid1({
      kind: 'overlay',
      layer,
      hidden: ['/var/log/wtmp', '/var/log/btmp'],
      proc: EARLY_PROC,
      console: options.console === 'none' ? 'pipe' : 'terminal',
      argv: [
        '/usr/bin/prlimit',
        KERNEL_NOFILE,
        '/usr/bin/env',
        ...env,
        init,
        ...words.filter((word) => !word.includes('=')),
      ],
      onReady: (path) => {
        if (options.noSyslog !== true) stopListening = listen(path('/dev/log'), messages);
      },
    });
    return {
      ...pid1,
      side,
      log: () => readLines(pid1.path('/log')),
      syslog: () => messages,
      tool: (of, name) => join(of === 'ours' ? APPLETS : ORIGINAL_TOOLS, name),
      end: () => pid1.end().finally(remove),
    };
  } catch (error) {
    remove();
    throw error;
  }
}

function fillLayer(layer: string, base: string, { inittab, tree }: MachineOptions): void {
  // Fifos among it are more than Node can copy.
  execFileSync('cp', ['-a', `${base}/.`, layer]);
  writeTree(layer, tree ?? {});
  if (inittab === undefined) return;
  const text = typeof inittab === 'string' ? inittab : [MOVE_PROC, ...inittab, ''].join('\n');
  writeTree(layer, { 'etc/inittab': text });
}

function readLines(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

const POLL_MS = 5;
const MAX_MESSAGE_BYTES = 8192;

/** The kernel queues a few messages only, and then the original would wait: they are taken out often. */
function listen(path: string, messages: string[]): () => void {
  const fd = bindDatagramSocket(path);
  const buffer = Buffer.alloc(MAX_MESSAGE_BYTES);
  const drain = (): void => {
    try {
      for (;;) messages.push(buffer.toString('utf8', 0, readSync(fd, buffer)));
    } catch {
      // EAGAIN: that was all.
    }
  };
  const timer = setInterval(drain, POLL_MS);
  return () => {
    clearInterval(timer);
    closeSync(fd);
  };
}
