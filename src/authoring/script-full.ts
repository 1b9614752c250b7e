/** The spelled-out form of an init script: everything it does stands in it, in the manner of the sample scripts. */
import { quoteAlways, quoteShell } from '../core/shell/shell-quote.ts';
import { scriptHead } from './header-text.ts';
import { LOCK, ssdFunction } from './script-ssd.ts';
import {
  checkLines,
  commandLines,
  daemonWords,
  environmentLines,
  helperFunctions,
  indent,
  noGlob,
  oneShotCommands,
  prepareLines,
  retrySchedule,
  rooted,
  shellcheckLine,
  startOptions,
} from './script-parts.ts';
import type { Daemon, OneShot, ServiceDescription } from './service-description.ts';

type Lines = readonly string[];

/** @returns The text of the script. */
export function writeFullScript(service: ServiceDescription): string {
  const { main } = service;
  const isDaemon = main.kind === 'daemon';
  const lines = [
    ...scriptHead(service),
    '# Exit codes: 0 done, 1 failed, 2 wrong use, 3 no such action here, 4 not permitted, 5 not installed,',
    '# 6 not configured, 7 not running; of status: 0 running, 1 dead with a pid file, 3 not running, 4 unknown.',
    ...shellcheckLine(service, ['SC1090']),
    '',
    ...settings(service),
    ...(isDaemon ? daemonSettings(service, main) : [`flag=${rooted(`/run/${service.name}.done`)}`]),
    ...(service.readsDefaults
      ? ["DAEMON_OPTS=''", '[ ! -r "$root/etc/default/$name" ] || . "$root/etc/default/$name"']
      : []),
    '',
    ...USAGE,
    ...helperFunctions(service),
    '',
    ...(isDaemon ? daemonFunctions(service, main) : oneShotFunctions(service, main)),
    '',
    ...reloadFunction(service),
    'restart() {',
    '\tcheck_start',
    '\tstop',
    '\tstart',
    '}',
    '',
    ...dispatch(main.reload.length > 0),
  ];
  return `${lines.join('\n')}\n`;
}

function settings(service: ServiceDescription): Lines {
  return [
    `name=${quoteAlways(service.name)}`,
    'umask 022',
    '# On a machine no PATH is trusted; in a folder, rc and service say where its commands and its library are.',
    'if [ -z "${RCINIT_ROOT:-}" ]; then',
    '\tPATH=/sbin:/usr/sbin:/bin:/usr/bin',
    '\texport PATH',
    'fi',
    'library=${INIT_FUNCTIONS:-/lib/lsb/init-functions}',
    'if [ ! -r "$library" ] || ! command -v start-stop-daemon >/dev/null; then',
    '\techo "$name: $library or start-stop-daemon is not there; run: service $name ${1:-status}" >&2',
    '\t[ "${1:-}" != status ] || exit 4',
    '\texit 5',
    'fi',
    '. "$library"',
    '',
    'cd "${RCINIT_ROOT:-/}" || exit 1',
    'root=$(pwd -P)',
    'root=${root%/}',
    ...(service.main.kind === 'daemon' ? [`STOP_SECONDS=${service.stopSeconds}`] : []),
    ...(service.user === undefined ? [] : [`user=${quoteAlways(service.user)}`]),
  ];
}

function daemonSettings({ name, user }: ServiceDescription, daemon: Daemon): Lines {
  const { program, script, criterion, pidFile, log, asRoot } = daemon;
  const base = program.slice(program.lastIndexOf('/') + 1);
  return [
    `program=${quoteShell(program)}`,
    ...(script === undefined || script === program ? [] : [`script=${quoteShell(script)}`]),
    ...(criterion.kind === 'user'
      ? []
      : [`process=${quoteAlways((criterion.kind === 'name' ? criterion.name : base).slice(0, 15))}`]),
    ...(criterion.kind === 'user' && (user === undefined || asRoot)
      ? ['owner=root', '[ -z "$root" ] || owner=$(id -un)']
      : []),
    ...(pidFile === undefined
      ? []
      : [`pidfile=${rooted(pidFile === `/run/${name}.pid` ? '/run/@.pid' : pidFile).replace('@', '$name')}`]),
    ...(log === undefined ? [] : [`log=${rooted(log)}`]),
  ];
}

const USAGE: Lines = [
  'usage() {',
  '\techo "Usage: $0 {start|stop|restart|try-restart|reload|force-reload|status}" >&2',
  '\texit 2',
  '}',
  '',
  '# fail CODE TEXT',
  'fail() {',
  '\techo "$name: $2" >&2',
  '\texit "$1"',
  '}',
];

function daemonFunctions(service: ServiceDescription, daemon: Daemon): Lines {
  return [
    ...ssdFunction(service, daemon),
    '',
    ...LOCK,
    '',
    'running() {',
    '\tssd --status',
    '}',
    '',
    ...checkFunction(service),
    '',
    ...awaitFunction(daemon),
    '',
    ...startFunction(service, daemon),
    '',
    ...stopFunction(service, daemon),
    '',
    ...statusFunction(daemon),
  ];
}

function checkFunction(service: ServiceDescription): Lines {
  return [
    '# Everything start needs, looked at before anything is changed.',
    'check_start() {',
    ...indent(checkLines(service)),
    '}',
  ];
}

/** dpkg's start-stop-daemon comes back before the program runs, and some daemons before they are found. */
function awaitFunction({ forks }: Daemon): Lines {
  return [
    '# Some come back a moment before their daemon is to be found.',
    'await_running() {',
    '\tleft=50',
    '\tuntil running; do',
    ...(forks ? [] : ['\t\t[ -d "/proc/${pid:-none}" ] || left=0']),
    '\t\t[ "$left" -gt 0 ] || fail 1 "ended right after its start; see its log"',
    '\t\tleft=$((left - 1))',
    '\t\tsleep 0.1 2>/dev/null || sleep 1',
    '\tdone',
    '}',
  ];
}

function startFunction(service: ServiceDescription, daemon: Daemon): Lines {
  const prepare = prepareLines(service);
  const words = daemonWords(service, daemon);
  const input = daemon.forks ? ' </dev/null' : '';
  return [
    'start() {',
    '\tif running; then',
    '\t\tlog_success_msg "$name is already running"',
    '\t\treturn',
    '\tfi',
    '\tcheck_start',
    '\tlock',
    '\tif running; then return; fi',
    ...indent([...prepare, ...noGlob(service)]),
    ...indent(commandLines(service.before, service)),
    `\tssd --start --oknodo ${startOptions(service, daemon).join(' ')} \\`.replace('  ', ' '),
    `\t\t--startas "$program" -- ${words}`.trimEnd() + `${input} 9>&- || fail 1 'does not start'`,
    '\tawait_running',
    ...(service.after.length === 0
      ? []
      : indent([...mainPid(daemon), ...commandLines(service.after, service)])),
    '\tlog_success_msg "$name is started"',
    '}',
  ];
}

/** What systemd tells commands about the daemon. */
function mainPid({ pidFile }: Daemon): Lines {
  return [
    pidFile === undefined ? 'MAINPID=$(pidofproc "$program") || :' : 'read -r MAINPID <"$pidfile" || :',
    'export MAINPID',
  ];
}

function stopFunction(service: ServiceDescription, daemon: Daemon): Lines {
  const { pidFile } = daemon;
  const mayNot = "fail 4 'may not end the daemon; become its owner'";
  const isForbidden =
    pidFile === undefined ? '[ "$(id -u)" -eq 0 ]' : 'kill -0 "$(cat "$pidfile")" 2>/dev/null';
  const commands = commandLines(service.stop, service, () => ':');
  return [
    '# Returns when the daemon is gone, not when it has been asked to go: what follows may need its place.',
    'stop() {',
    ...(commands.length === 0
      ? []
      : [
          '\tif running; then',
          ...indent([...mainPid(daemon), ...environmentLines(service), ...commands], 2),
          '\tfi',
        ]),
    '\tcode=0',
    `\tssd --stop --retry "${retrySchedule(service)}"${pidFile === undefined ? '' : ' --remove-pidfile'} || code=$?`,
    '\tif [ "$code" -ne 0 ] && running; then',
    `\t\t${isForbidden} || ${mayNot}`,
    '\t\tfail 1 "the daemon does not end"',
    '\tfi',
    ...indent(commandLines(service.afterStop, service, () => ':')),
    '\tcase $code in',
    '\t0) log_success_msg "$name is stopped" ;;',
    '\t1) log_success_msg "$name is already stopped" ;;',
    '\t*) exit 1 ;;',
    '\tesac',
    '}',
  ];
}

function statusFunction({ pidFile }: Daemon): Lines {
  const hasFile = pidFile !== undefined;
  return [
    'status() {',
    '\tcode=0',
    '\trunning || code=$?',
    '\tcase $code in',
    hasFile ? '\t0) echo "$name is running (pid $(cat "$pidfile"))." ;;' : '\t0) echo "$name is running." ;;',
    ...(hasFile ? ['\t1) echo "$name is dead, and $pidfile is still there." ;;'] : []),
    '\t3) echo "$name is not running." ;;',
    hasFile
      ? '\t*) fail 4 "$pidfile does not say whether it runs; remove it if it does not" ;;'
      : '\t*) fail 4 "nobody can say whether it runs" ;;',
    '\tesac',
    '\texit "$code"',
    '}',
  ];
}

function oneShotFunctions(service: ServiceDescription, main: OneShot): Lines {
  const undo =
    service.stop.length === 0 ? [] : [...environmentLines(service), ...commandLines(service.stop, service)];
  return [
    'running() {',
    '\t[ -e "$flag" ]',
    '}',
    '',
    ...checkFunction(service),
    '',
    'start() {',
    '\tif running; then',
    '\t\tlog_success_msg "$name is already done"',
    '\t\treturn',
    '\tfi',
    '\tcheck_start',
    ...indent([...prepareLines(service), ...noGlob(service)]),
    ...indent(
      commandLines([...service.before, ...oneShotCommands(service, main), ...service.after], service),
    ),
    '\t: >"$flag" || fail 4 "may not write $flag; run as root"',
    '\tlog_success_msg "$name is done"',
    '}',
    '',
    'stop() {',
    '\tif ! running; then',
    '\t\tlog_success_msg "$name is already stopped"',
    '\t\treturn',
    '\tfi',
    '\t[ -w "$root/run" ] || fail 4 "may not write to $root/run; run as root"',
    ...indent(undo),
    '\trm -f "$flag" || exit 1',
    ...indent(commandLines(service.afterStop, service, () => ':')),
    '\tlog_success_msg "$name is stopped"',
    '}',
    '',
    'status() {',
    '\tif running; then',
    '\t\techo "$name is done."',
    '\telse',
    '\t\techo "$name is not done."',
    '\t\texit 3',
    '\tfi',
    '}',
  ];
}

function reloadFunction(service: ServiceDescription): Lines {
  const { main } = service;
  if (main.reload.length === 0) return [];
  return [
    'reload() {',
    ...(main.reload.some((one) => one.kind === 'run') && main.kind === 'daemon' ? indent(mainPid(main)) : []),
    ...(main.reload.some((one) => one.kind === 'run') ? indent(environmentLines(service)) : []),
    ...indent(commandLines(main.reload, service)),
    '\tlog_success_msg "$name reads its configuration again"',
    '}',
    '',
  ];
}

function dispatch(hasReload: boolean): Lines {
  return [
    '[ $# -eq 1 ] || usage',
    'case $1 in',
    'start | stop | restart | status) "$1" ;;',
    ...(hasReload
      ? [
          'try-restart) ! running || restart ;;',
          'reload)',
          '\trunning || fail 7 "is not running, so there is nothing to reload; run: service $name start"',
          '\treload',
          '\t;;',
          'force-reload) ! running || reload ;;',
        ]
      : [
          '# force-reload is reload where there is one; there is none here, so it is try-restart.',
          'try-restart | force-reload) ! running || restart ;;',
          'reload) fail 3 "there is no configuration to reload" ;;',
        ]),
    '*) usage ;;',
    'esac',
  ];
}
