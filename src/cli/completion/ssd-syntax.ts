/** The command line of start-stop-daemon, whose option table is the parser's. */
import type { CommandSyntax, Place } from '../../core/command-syntax.ts';
import { SSD_OPTIONS, type SsdOptionName } from '../../core/daemon/ssd-option-table.ts';

/** What follows the option, and what it does. */
const ABOUT: Readonly<Record<SsdOptionName, readonly [about: string, value?: Place]>> = {
  help: ['print the help'],
  stop: ['stop a program'],
  start: ['start a program'],
  status: ['does it run?'],
  version: ['print the version'],
  startas: ['the program to start, if it is not --exec', 'file'],
  name: ['processes of this name', 'free'],
  oknodo: ['exit 0, not 1, if nothing was done'],
  pid: ['the process with this pid', 'free'],
  ppid: ['children of this process', 'free'],
  pidfile: ['the process in this pid file', 'file'],
  quiet: ['errors only'],
  signal: ['what --stop sends', 'signal'],
  test: ['print what would be done'],
  user: ['processes of this user', 'user'],
  group: ['run it as this group', 'group'],
  chroot: ['its root directory', 'folder'],
  verbose: ['say more'],
  exec: ['the program', 'file'],
  chuid: ['run it as this user[:group]', 'user'],
  nicelevel: ['add this to its nice level', 'free'],
  procsched: ['scheduling policy[:priority]', ['other', 'fifo', 'rr']],
  iosched: ['I/O class[:priority]', ['real-time', 'best-effort', 'idle']],
  umask: ['its umask', 'free'],
  background: ['put it into the background'],
  'notify-await': ['wait until it says that it is ready'],
  'notify-timeout': ['how many seconds', 'free'],
  'no-close': ['with --background: keep the streams'],
  output: ['with --background: its output goes there', 'file'],
  'make-pidfile': ['write the pid file for it'],
  'remove-pidfile': ['remove the pid file after --stop'],
  retry: ['wait for the end, by a schedule', ['5', 'TERM/5/KILL/5', 'TERM/30/KILL/5']],
  chdir: ['its working directory', 'folder'],
};

export const SSD_SYNTAX: CommandSyntax = {
  options: SSD_OPTIONS.map(({ short, long }) => {
    const [about, value] = ABOUT[long];
    const names = [...(short === undefined ? [] : [`-${short}`]), `--${long}`];
    return { names, about, ...(value !== undefined && { value }) };
  }),
  operands: [],
};
