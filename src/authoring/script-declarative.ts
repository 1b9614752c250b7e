/** The declarative form of an init script: settings, and what init-d-script(5) cannot know by itself. */
import { plainText, quoteAlways, quoteShell } from '../core/shell/shell-quote.ts';
import { scriptHead } from './header-text.ts';
import { LOCK, ssdFunction } from './script-ssd.ts';
import {
  checkLines,
  commandLines,
  daemonWords,
  environmentLines,
  helperFunctions,
  indent,
  oneShotCommands,
  prepareLines,
  rooted,
  shellcheckLine,
  splitsWords,
  startOptions,
} from './script-parts.ts';
import type { Daemon, OneShot, ServiceDescription } from './service-description.ts';

type Lines = readonly string[];

/** @returns The text of the script. */
export function writeDeclarativeScript(service: ServiceDescription): string {
  const { main } = service;
  const lines = [
    ...scriptHead(service),
    '# Settings for init-d-script(5), which does the rest. What is checked below has the codes of the LSB: 4 not',
    '# permitted, 5 not installed, 6 not configured, 7 not running.',
    ...shellcheckLine(service, ['SC1090', 'SC2034', 'SC2317', ...(splitsWords(service) ? [] : ['SC2086'])]),
    '',
    ...SOURCE,
    '',
    ...(main.kind === 'daemon' ? daemonLines(service, main) : oneShotLines(service, main)),
  ];
  return `${lines.join('\n')}\n`;
}

const SOURCE: Lines = [
  'if [ true != "${INIT_D_SCRIPT_SOURCED:-}" ]; then',
  '\tlibrary=/lib/init/init-d-script',
  '\t[ -z "${INIT_FUNCTIONS:-}" ] || library=${INIT_FUNCTIONS%/*}/init-d-script',
  '\tset "$0" "$@"',
  '\tINIT_D_SCRIPT_SOURCED=true . "$library"',
  'fi',
];

function daemonLines(service: ServiceDescription, daemon: Daemon): Lines {
  const needsCode = needsOwnStart(service, daemon);
  const { pidFile, user, asRoot } = { ...daemon, user: service.user };
  const criteria = user !== undefined && !asRoot ? ` --user ${quoteShell(user)}` : '';
  return [
    ...common(service),
    ...(pidFile === undefined ? ['PIDFILE=none'] : [`pidfile=${rooted(pidFile)}`, 'PIDFILE=$pidfile']),
    `program=${quoteShell(daemon.program)}`,
    'DAEMON=$program',
    'COMMAND_NAME=none',
    ...processName(daemon),
    ...(needsCode
      ? []
      : [
          ...(daemon.args.length === 0
            ? []
            : [`DAEMON_ARGS=${quoteShell(daemon.args.map(plainText).join(' '))}`]),
          `START_ARGS=${quoteShell(`${startOptions(service, daemon).join(' ')}${criteria}`.trim())}`,
        ]),
    `STOP_ARGS=${quoteShell(`--retry=${schedule(service)}${criteria}`)}`,
    ...owner(service, daemon),
    '',
    ...FAIL,
    ...helperFunctions(service),
    ...guard(service),
    ...sharedFunctions(service, daemon),
    ...(needsCode ? startAndStop(service, daemon) : []),
    ...(daemon.forks ? [] : AWAIT_RUNNING),
    ...statusOverride(daemon),
    ...reloadFunctions(service, daemon),
  ];
}

function processName({ criterion, program }: Daemon): Lines {
  if (criterion.kind === 'user') return [];
  const name = criterion.kind === 'name' ? criterion.name : program.slice(program.lastIndexOf('/') + 1);
  return [`process=${quoteAlways(name.slice(0, 15))}`];
}

function common({ name, shortDescription, user }: ServiceDescription): Lines {
  return [
    'umask 022',
    'root=${RCINIT_ROOT:-}',
    'root=${root%/}',
    `name=${quoteAlways(name)}`,
    'NAME=$name',
    `DESC=${quoteShell(shortDescription)}`,
    ...(user === undefined ? [] : [`user=${quoteAlways(user)}`]),
  ];
}

function schedule({ stopSignal, stopSeconds, killsAfterwards }: ServiceDescription): string {
  return `${stopSignal}/${stopSeconds}${killsAfterwards ? '/KILL/5' : ''}`;
}

/** DAEMON_ARGS and START_ARGS are lists of words for a shell to cut; not everything can be said by them. */
function needsOwnStart(service: ServiceDescription, daemon: Daemon): boolean {
  const isPlain = daemon.args.every((word) => {
    const text = plainText(word);
    return text !== undefined && quoteShell(text) === text && text !== '';
  });
  const options = startOptions(service, daemon).join(' ');
  const has = [service.before, service.after, service.stop, service.afterStop, prepareLines(service)];
  return (
    daemon.forks ||
    !isPlain ||
    /['"$\\]/.test(options) ||
    daemon.criterion.kind !== 'exec' ||
    has.some((some) => some.length > 0)
  );
}

const FAIL: Lines = ['# fail CODE TEXT', 'fail() {', '\techo "$name: $2" >&2', '\texit "$1"', '}'];

/** init-d-script answers 0 for a missing program and 1 for everything else. */
function guard(service: ServiceDescription): Lines {
  const { main } = service;
  const checks = checkLines(service);
  const hasScript = main.kind === 'daemon' && main.script !== undefined && main.script !== main.program;
  return [
    '',
    ...(hasScript ? [`script=${quoteShell(main.script ?? '')}`] : []),
    'case ${1:-} in',
    'start | restart)',
    ...indent(checks),
    '\t;;',
    'stop | try-restart | reload | force-reload)',
    '\t[ ! -d "$root/run" ] || [ -w "$root/run" ] || fail 4 "may not write to $root/run; run as root"',
    '\t;;',
    "'') fail 2 'no action is given; one of start stop restart try-restart reload force-reload status' ;;",
    'esac',
  ];
}

function owner({ user }: ServiceDescription, { criterion, asRoot }: Daemon): Lines {
  if (criterion.kind !== 'user' || (user !== undefined && !asRoot)) return [];
  return ['owner=root', '[ -z "$root" ] || owner=$(id -un)'];
}

/** Shared with the other form. */
function sharedFunctions(service: ServiceDescription, daemon: Daemon): Lines {
  const lines = ['', ...ssdFunction(service, daemon), '', ...LOCK];
  const hooks = ['do_start_prepare', 'do_restart_prepare'].flatMap((name) => [
    '',
    `${name}() {`,
    '\tlock',
    '}',
  ]);
  return [...lines, ...hooks];
}

function startAndStop(service: ServiceDescription, daemon: Daemon): Lines {
  const words = daemonWords(service, daemon);
  const options = startOptions(service, daemon)
    .join(' ')
    .replace('"$log"', rooted(daemon.log ?? ''));
  const stop = commandLines(service.stop, service, () => ':');
  return [
    '',
    'do_start_cmd_override() {',
    '\tif ssd --status; then return 1; fi',
    ...indent(prepareLines(service)),
    '\tset -f',
    ...indent(commandLines(service.before, service)),
    `\tssd --start ${options} \\`,
    `\t\t--startas "$program" -- ${words}`.trimEnd() +
      `${daemon.forks ? ' </dev/null' : ''} 9>&- || return 2`,
    ...(service.after.length === 0
      ? []
      : indent([...mainPid(daemon), ...commandLines(service.after, service)])),
    '\tset +f',
    '}',
    '',
    'do_stop_cmd_override() {',
    ...(stop.length === 0
      ? []
      : [
          '\tif ssd --status; then',
          ...indent([...mainPid(daemon), ...environmentLines(service), ...stop, 'set +f'], 2),
          '\tfi',
        ]),
    '\tcode=0',
    `\tssd --stop --retry ${schedule(service)}${daemon.pidFile === undefined ? '' : ' --remove-pidfile'} || code=$?`,
    ...indent(commandLines(service.afterStop, service, () => ':')),
    '\treturn "$code"',
    '}',
  ];
}

function mainPid({ pidFile }: Daemon): Lines {
  return [
    pidFile === undefined ? 'MAINPID=$(pidofproc "$program") || :' : 'read -r MAINPID <"$pidfile" || :',
    'export MAINPID',
  ];
}

/** dpkg's start-stop-daemon comes back before the program runs. */
const AWAIT_RUNNING: Lines = [
  '',
  '# Some come back a moment before their daemon is to be found.',
  'do_start_cleanup() {',
  '\tleft=50',
  '\tuntil ssd --status; do',
  "\t\tpid=''",
  '\t\t[ ! -r "$pidfile" ] || read -r pid <"$pidfile" || :',
  '\t\t[ -d "/proc/${pid:-none}" ] || left=0',
  '\t\t[ "$left" -gt 0 ] || fail 1 \'ended right after its start; see its log\'',
  '\t\tleft=$((left - 1))',
  '\t\tsleep 0.1 2>/dev/null || sleep 1',
  '\tdone',
  '}',
  '',
  'do_restart_cleanup() {',
  '\tdo_start_cleanup',
  '}',
];

/** A pid file may name a stranger; init-d-script itself would say that it runs. */
function statusOverride({ pidFile }: Daemon): Lines {
  return [
    '',
    'do_status_override() {',
    '\tcode=0',
    '\tssd --status || code=$?',
    '\tcase $code in',
    '\t0) echo "$name is running." ;;',
    ...(pidFile === undefined ? [] : ['\t1) echo "$name is dead, and $pidfile is still there." ;;']),
    '\t3) echo "$name is not running." ;;',
    '\t*) echo "$name: nobody can say whether it runs" >&2 ;;',
    '\tesac',
    '\treturn "$code"',
    '}',
  ];
}

function reloadFunctions(service: ServiceDescription, daemon: Daemon): Lines {
  const { reload } = daemon;
  if (reload.length === 0) return FORCE_RELOAD;
  return [
    '',
    'do_reload() {',
    '\tssd --status || fail 7 "is not running, so there is nothing to reload; run: service $name start"',
    ...(reload.some((one) => one.kind === 'run')
      ? indent([...mainPid(daemon), ...environmentLines(service)])
      : []),
    ...indent(commandLines(reload, service)),
    '}',
    '',
    'do_force_reload() {',
    '\tif ssd --status; then do_reload; fi',
    '}',
  ];
}

/** init-d-script would start what does not run. */
const FORCE_RELOAD: Lines = [
  '',
  'do_force_reload() {',
  '\tif (call do_status) >/dev/null; then call do_restart; fi',
  '}',
];

function oneShotLines(service: ServiceDescription, main: OneShot): Lines {
  return [
    ...common(service),
    'DAEMON=none',
    'COMMAND_NAME=none',
    'PIDFILE=none',
    `flag=${rooted(`/run/${service.name}.done`)}`,
    '',
    ...FAIL,
    ...helperFunctions(service),
    ...guard(service),
    '',
    'do_status_override() {',
    '\tif [ -e "$flag" ]; then',
    '\t\techo "$name is done."',
    '\telse',
    '\t\techo "$name is not done."',
    '\t\treturn 3',
    '\tfi',
    '}',
    '',
    'do_start_override() {',
    '\tif [ -e "$flag" ]; then return 0; fi',
    ...indent(prepareLines(service)),
    ...indent(
      commandLines([...service.before, ...oneShotCommands(service, main), ...service.after], service),
    ),
    '\t: >"$flag" || fail 4 "may not write $flag; run as root"',
    '}',
    '',
    'do_stop_override() {',
    '\tif [ ! -e "$flag" ]; then return 0; fi',
    ...(service.stop.length === 0 ? [] : indent(environmentLines(service))),
    ...indent(commandLines(service.stop, service)),
    '\trm -f "$flag" || return 1',
    ...indent(commandLines(service.afterStop, service, () => ':')),
    '}',
    '',
    'do_restart_override() {',
    '\tcall do_stop && call do_start',
    '}',
    ...(main.reload.length === 0
      ? FORCE_RELOAD
      : ['', 'do_reload() {', ...indent(commandLines(main.reload, service)), '}', ...FORCE_RELOAD]),
  ];
}
