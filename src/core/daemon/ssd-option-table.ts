/** The option table of start-stop-daemon, in the original's order: that is the order its messages list names in. */
import type { OptionSpec } from '../getopt.ts';

export type SsdOptionName =
  | 'help'
  | 'stop'
  | 'start'
  | 'status'
  | 'version'
  | 'startas'
  | 'name'
  | 'oknodo'
  | 'pid'
  | 'ppid'
  | 'pidfile'
  | 'quiet'
  | 'signal'
  | 'test'
  | 'user'
  | 'group'
  | 'chroot'
  | 'verbose'
  | 'exec'
  | 'chuid'
  | 'nicelevel'
  | 'procsched'
  | 'iosched'
  | 'umask'
  | 'background'
  | 'notify-await'
  | 'notify-timeout'
  | 'no-close'
  | 'output'
  | 'make-pidfile'
  | 'remove-pidfile'
  | 'retry'
  | 'chdir';

export const SSD_OPTIONS: readonly (OptionSpec & { readonly long: SsdOptionName })[] = [
  { short: 'H', long: 'help', value: 'none' },
  { short: 'K', long: 'stop', value: 'none' },
  { short: 'S', long: 'start', value: 'none' },
  { short: 'T', long: 'status', value: 'none' },
  { short: 'V', long: 'version', value: 'none' },
  { short: 'a', long: 'startas', value: 'required' },
  { short: 'n', long: 'name', value: 'required' },
  { short: 'o', long: 'oknodo', value: 'none' },
  { long: 'pid', value: 'required' },
  { long: 'ppid', value: 'required' },
  { short: 'p', long: 'pidfile', value: 'required' },
  { short: 'q', long: 'quiet', value: 'none' },
  { short: 's', long: 'signal', value: 'required' },
  { short: 't', long: 'test', value: 'none' },
  { short: 'u', long: 'user', value: 'required' },
  { short: 'g', long: 'group', value: 'required' },
  { short: 'r', long: 'chroot', value: 'required' },
  { short: 'v', long: 'verbose', value: 'none' },
  { short: 'x', long: 'exec', value: 'required' },
  { short: 'c', long: 'chuid', value: 'required' },
  { short: 'N', long: 'nicelevel', value: 'required' },
  { short: 'P', long: 'procsched', value: 'required' },
  { short: 'I', long: 'iosched', value: 'required' },
  { short: 'k', long: 'umask', value: 'required' },
  { short: 'b', long: 'background', value: 'none' },
  { long: 'notify-await', value: 'none' },
  { long: 'notify-timeout', value: 'required' },
  { short: 'C', long: 'no-close', value: 'none' },
  { short: 'O', long: 'output', value: 'required' },
  { short: 'm', long: 'make-pidfile', value: 'none' },
  { long: 'remove-pidfile', value: 'none' },
  { short: 'R', long: 'retry', value: 'required' },
  { short: 'd', long: 'chdir', value: 'required' },
];

/** Options of OpenRC's and BusyBox's programs of the same name, and what does the same here. */
const FOREIGN_OPTIONS: Readonly<Record<string, string>> = {
  '1': "OpenRC's --stdout: use --output FILE",
  '2': "OpenRC's --stderr: use --output FILE",
  '3': "OpenRC's --stdout-logger: pipe the program's output in a script given to --startas",
  '4': "OpenRC's --stderr-logger: pipe the program's output in a script given to --startas",
  e: "OpenRC's --env: set the variable before the call, NAME=VALUE start-stop-daemon ...",
  w: "OpenRC's --wait: use --notify-await, or ask --status afterwards",
  i: "OpenRC's --interpreted: match the script with --name or --pidfile",
  stdout: "OpenRC's: use --output FILE",
  stderr: "OpenRC's: use --output FILE",
  'stdout-logger': "OpenRC's: pipe the program's output in a script given to --startas",
  'stderr-logger': "OpenRC's: pipe the program's output in a script given to --startas",
  env: "OpenRC's: set the variable before the call, NAME=VALUE start-stop-daemon ...",
  wait: "OpenRC's: use --notify-await, or ask --status afterwards",
  interpreted: "OpenRC's: match the script with --name or --pidfile",
  notify: "OpenRC's: use --notify-await",
  progress: "OpenRC's: leave it out",
  scheduler: "OpenRC's: use --procsched",
  'scheduler-priority': "OpenRC's: use --procsched POLICY:PRIORITY",
  'no-new-privs': "OpenRC's: use --startas with setpriv --no-new-privs",
  capabilities: "OpenRC's: use --startas with setpriv --inh-caps and --ambient-caps",
  'oom-score-adj': "OpenRC's: use --startas with choom",
};

/** @param error getopt's line. @returns What to write instead of an option that another program of the name has. */
export function explainForeignOption(error: string): string | undefined {
  const name = /^unrecognized option '--([^=']+)|^invalid option -- '(.)'/.exec(error);
  const word = name?.[1] ?? name?.[2] ?? '';
  const advice = Object.hasOwn(FOREIGN_OPTIONS, word) ? FOREIGN_OPTIONS[word] : undefined;
  return advice === undefined ? undefined : `${word.length > 1 ? '--' : '-'}${word} is ${advice}`;
}
