/** The command lines of the applets, as people type them. Those of rcinit's own commands are asked of commander. */
import { syntaxOption as option, type CommandSyntax } from '../core/command-syntax.ts';
import { SSD_SYNTAX } from './completion/ssd-syntax.ts';
import type { AppletName } from './applet-names.ts';

const LEVELS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'S'];
const RC_LEVELS = ['0', '1', '2', '3', '4', '5', '6', 'S'];

const ROOT = option('--root', 'the folder that stands for /', 'folder');

const HALT_OPTIONS = [
  option('-n', 'do not sync before'),
  option('-w', 'only write the record to wtmp'),
  option('-d', 'do not write the record to wtmp'),
  option('-f', 'do not go through shutdown'),
  option('-h', 'put disks to standby before'),
  option('-i', 'take the network down before'),
  option('-t', 'seconds between TERM and KILL', 'free'),
  ROOT,
];

const TELINIT: CommandSyntax = {
  options: [
    option('-t', 'seconds between TERM and KILL', 'free'),
    option('-e', 'set a variable for the programs init starts', 'free'),
    option('--wait', 'come back when the level is reached'),
    option('--timeout', 'wait that many seconds at most', 'free'),
    option('--plan', 'print what would be stopped and started'),
    option('--json', 'the plan for programs'),
    option('--version', 'print the version of sysvinit that this stands for'),
    ROOT,
  ],
  operands: [[...LEVELS, 'q', 'a', 'b', 'c', 'u']],
};

const UPDATE_LEVELS = ['S', '2', '3', '4', '5'];
const UPDATE_RC_D = ['defaults', 'defaults-disabled', 'disable', 'enable', 'remove'];

/** An applet without an entry does not compile. rcinit's is made where it is known. */
export const APPLET_SYNTAX: Readonly<Record<Exclude<AppletName, 'rcinit'>, CommandSyntax>> = {
  halt: { options: [...HALT_OPTIONS, option('-p', 'power off')], operands: [] },
  init: {
    ...TELINIT,
    options: [
      ...TELINIT.options,
      option('-i --init', 'be an init, whatever the pid'),
      option('-s', 'as PID 1: single user'),
      option('-b', 'as PID 1: a shell before anything else'),
      option('-a', 'as PID 1: nobody sits at the console'),
      option('-z', 'as PID 1: ignored, room for the title', 'free'),
      option('--main', 'as PID 1: end with this entry or script', 'entry'),
    ],
  },
  insserv: {
    options: [
      option('-h --help', 'print the help'),
      option('-r --remove', 'remove the scripts from all levels'),
      option('-f --force', 'go on without a required service'),
      option('-v --verbose', 'say what is done'),
      option('-q --silent', 'only fatal errors'),
      option('-i --insserv-dir', 'where .depend files go', 'folder'),
      option('-p --path', 'instead of /etc/init.d', 'folder'),
      option('-o --override', 'instead of /etc/insserv/overrides', 'folder'),
      option('-c --config', 'instead of /etc/insserv.conf', 'file'),
      option('-n --dry-run --dryrun', 'change nothing, only say it'),
      option('-s --show-all --showall', 'print levels and numbers'),
      option('-u --upstart-job', 'instead of /lib/init/upstart-job', 'file'),
      option('-e --recursive', 'enable what is required, too'),
      option('-d --default', 'take the levels of the headers'),
      ROOT,
    ],
    operands: ['service'],
    repeats: true,
  },
  'invoke-rc.d': {
    options: [
      option('--quiet', 'no error messages'),
      option('--force', 'run it whatever policy and level say'),
      option('--try-anyway', 'go on after errors that are not fatal'),
      option('--disclose-deny', 'exit 101 if it is denied'),
      option('--query', 'run nothing, exit with 100-106'),
      option('--no-fallback', 'do not run what the policy names instead'),
      option('--skip-systemd-native', 'leave units of systemd alone'),
      option('--help', 'print the help'),
    ],
    operands: ['service', 'action'],
  },
  killall5: {
    options: [
      option('-15', 'TERM'),
      option('-9', 'KILL, which is what none means'),
      option('-1', 'HUP'),
      option('-2', 'INT'),
      option('-18', 'CONT'),
      option('-19', 'STOP'),
      option('-o', 'pids to leave out', 'free'),
    ],
    operands: [],
  },
  pidof: {
    options: [
      option('-c', 'only processes with the same root directory'),
      option('-d', 'what stands between the pids', 'free'),
      option('-h', 'print the help'),
      option('-n', 'accepted, of no effect'),
      option('-o', 'pids to leave out', 'free'),
      option('-q', 'print nothing'),
      option('-s', 'one pid only'),
      option('-x', 'scripts, too'),
      option('-z', 'zombies, too'),
    ],
    operands: ['program'],
    repeats: true,
  },
  poweroff: { options: HALT_OPTIONS, operands: [] },
  rc: {
    options: [
      ROOT,
      option('--jobs', 'up to that many scripts at a time', 'free'),
      option('--dry-run', 'print what would be run'),
      option('--strict', 'exit 1 if a script failed'),
      option('--help', 'print the help'),
      option('--version', 'print the version'),
    ],
    operands: [RC_LEVELS],
  },
  reboot: {
    options: [
      ...HALT_OPTIONS,
      option('-k', 'start the kernel that kexec loaded'),
      option('-m', 'a message for the firmware', 'free'),
    ],
    operands: [],
  },
  runlevel: { options: [], operands: ['file'] },
  service: {
    options: [
      option('--status-all', 'ask all scripts'),
      option('--full-restart', 'stop, then start'),
      option('--json', 'with --status-all: for programs'),
      option('--timeout', 'with --status-all: seconds for each script', 'free'),
      option('--help -h', 'print the usage'),
      option('--version -V', 'print the version'),
      ROOT,
    ],
    operands: ['service', 'action'],
  },
  shutdown: {
    options: [
      option('-a', 'only if somebody of /etc/shutdown.allow is here'),
      option('-k', 'only warn'),
      option('-r', 'reboot'),
      option('-h', 'halt or power off'),
      option('-P', 'with -h: power off'),
      option('-H', 'with -h: halt'),
      option('-p', 'the same as -h -P'),
      option('-f', 'skip fsck at the next boot'),
      option('-F', 'force fsck at the next boot'),
      option('-n', 'go down without init'),
      option('-c', 'cancel a waiting shutdown'),
      option('-q', 'fewer warnings'),
      option('-Q', 'only the last warning'),
      option('-y', 'accepted, of no effect'),
      option('-t', 'seconds between TERM and KILL', 'free'),
      option('-g', 'the time, as other systems name it', 'free'),
      option('-i', 'the level to go to', ['0', '1', '5', '6', 'S', 'a', 'b', 'c']),
      ROOT,
    ],
    operands: [['now', '+1', '+5', '+15']],
  },
  'start-stop-daemon': SSD_SYNTAX,
  startpar: {
    options: [
      option('-a', 'an argument for every program', 'free'),
      option('-n', 'write the name of the program before each line'),
      option('-p', 'programs at once for each processor', 'free'),
      option('-t', 'seconds of silence after which output is shown', 'free'),
      option('-T', 'seconds without any output', 'free'),
      option('-f', 'copy standard input to standard output'),
      option('-e', 'instead of /etc', 'folder'),
      option('-d', 'instead of /etc/init.d', 'folder'),
      option('-M', 'run by .depend file', ['boot', 'start', 'stop']),
      option('-P', 'the previous level', LEVELS),
      option('-R', 'the new level', LEVELS),
      option('-S', 'accepted, of no effect', 'free'),
      option('-i', 'accepted, of no effect', 'free'),
      option('-I', 'accepted, of no effect', 'free'),
      option('-v', 'print the version'),
      option('-h', 'print the usage'),
      ROOT,
    ],
    operands: ['program'],
    repeats: true,
  },
  telinit: TELINIT,
  'update-rc.d': {
    options: [
      option('-f', 'accepted, of no effect'),
      option('--dry-run', 'print the changes, make none'),
      option('-h --help', 'print the usage'),
      ROOT,
    ],
    operands: ['service', UPDATE_RC_D, UPDATE_LEVELS],
    repeats: true,
  },
};
