/** The function of the scripts that calls start-stop-daemon, and the lock of a start. */
import type { Daemon, ServiceDescription } from './service-description.ts';

/** The function through which start-stop-daemon is told what makes a process ours. */
export function ssdFunction({ user }: ServiceDescription, daemon: Daemon): readonly string[] {
  const { criterion, pidFile, asRoot } = daemon;
  const criteria = [
    '--quiet',
    ...(pidFile === undefined ? [] : ['--pidfile "$pidfile"']),
    ...(user !== undefined && !asRoot ? ['--user "$user"'] : []),
    ...(criterion.kind === 'user' && (user === undefined || asRoot) ? ['--user "$owner"'] : []),
    ...(criterion.kind === 'name' ? ['--name "$process"'] : []),
  ].join(' ');
  const readPid =
    pidFile === undefined ? [] : ["\tpid=''", '\t[ ! -r "$pidfile" ] || read -r pid <"$pidfile" || :'];
  if (criterion.kind !== 'exec') {
    return [
      '# Our daemon is the process in the pid file, if it is known by this too: a number alone proves nothing.',
      'ssd() {',
      ...readPid,
      `\tstart-stop-daemon ${criteria} "$@"`,
      '}',
    ];
  }
  const isSeen =
    pidFile === undefined ? '[ -x "$program" ]' : '[ -r "/proc/${pid:-none}/exe" ] && [ -x "$program" ]';
  return [
    pidFile === undefined
      ? '# Our daemon is every process of the program, for there is no pid file.'
      : '# Our daemon is the process in the pid file, if it runs our program: a number alone proves nothing.',
    '# Where the program is not to be seen (by others than its owner, or after it was removed) its name is.',
    'ssd() {',
    ...readPid,
    `\tif ${isSeen}; then`,
    '\t\tset -- --exec "$program" "$@"',
    '\telse',
    '\t\tset -- --name "$process" "$@"',
    '\tfi',
    `\tstart-stop-daemon ${criteria} "$@"`,
    '}',
  ];
}

/** Without flock there is only what start-stop-daemon itself sees to: ours lets one start in at a time, dpkg's does not. */
export const LOCK: readonly string[] = [
  '# Of two starts at once the second one waits. The lock ends with this script, whatever ends it.',
  'lock() {',
  '\tcommand -v flock >/dev/null || return 0',
  '\texec 9>>"$root/run/$name.lock" || fail 4 "may not write to $root/run; run as root"',
  "\tflock -w 300 9 || fail 1 'another start takes too long'",
  '}',
];
