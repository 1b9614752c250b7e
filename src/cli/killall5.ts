/** `killall5`: signals everything but init, the kernel, the caller's own session, and who is to be left out. */
import { CONTROL_VERSION, decodeReplyLine, encodeLine } from '../core/engine/control-message.ts';
import { CONTROL_SOCKET } from '../core/system-paths.ts';
import type { Pid } from '../core/units.ts';
import { askControl } from '../os/pid1/control-client.ts';
import { inRoot } from '../os/file/in-root.ts';
import { signalEverybody } from '../os/process/signal-everybody.ts';
import type { Applet, AppletIo } from './applet.ts';
import { systemRoot } from './system-root.ts';

const EXIT_USAGE = 1;
const EXIT_NOBODY = 2;
const SIGKILL = 9;
const HIGHEST_SIGNAL = 31;
const ASK_DEADLINE_MS = 5_000;

export const applet: Applet = async ([first, ...rest], io) => {
  const signo = first === undefined ? SIGKILL : Number.parseInt(first.replace(/^-/, ''), 10);
  const lacksPids = rest.at(-1) === '-o' && rest.at(-2) !== '-o';
  if (!(signo >= 1 && signo <= HIGHEST_SIGNAL) || lacksPids) {
    io.err(`Usage: ${io.name} -SIGNAL [-o PID[,PID...]]...\n`);
    return EXIT_USAGE;
  }
  const omitted = readOmitted(rest);
  if (process.geteuid?.() !== 0 && systemRoot(io) === '/') {
    io.err(`${io.name}: cannot signal everybody: only root may; become root\n`);
    return EXIT_USAGE;
  }
  const scope = await findScope(io);
  if (scope === 'no-init') return EXIT_NOBODY;
  return signalEverybody(signo, { omitted, below: scope }) > 0 ? 0 : EXIT_NOBODY;
};

function readOmitted(words: readonly string[]): ReadonlySet<Pid> {
  const pids: Pid[] = [];
  for (const [index, word] of words.entries()) {
    const value = word === '-o' ? words[index + 1] : word.startsWith('-o') ? word.slice(2) : undefined;
    if (value !== undefined) pids.push(...value.split(/[,;:]/).map(Number));
  }
  return new Set(pids);
}

/** In a folder "everybody" is what its init started, not the machine around it. */
async function findScope(io: AppletIo): Promise<Pid | undefined | 'no-init'> {
  const root = systemRoot(io);
  if (root === '/') return undefined;
  const line = encodeLine({ version: CONTROL_VERSION, command: 'status' }).trimEnd();
  const reply = await askControl(inRoot(root, CONTROL_SOCKET), line, ASK_DEADLINE_MS);
  const answer = reply.kind === 'answer' ? decodeReplyLine(reply.line) : undefined;
  if (answer?.kind === 'status') return answer.pid;
  io.err(`${io.name}: cannot signal everybody in "${root}": no init answers there; boot it first\n`);
  return 'no-init';
}
