/** For each rule of `rcinit lint` a script that breaks it, with the place marked, and one that does not. */

/** What differs from a script that is right. */
export interface ScriptParts {
  readonly shebang?: string;
  readonly header?: string;
  /** Before the functions. */
  readonly top?: string;
  readonly start?: string;
  readonly stop?: string;
  readonly status?: string;
  /** Branches behind the required ones. */
  readonly more?: string;
  readonly fallback?: string;
  readonly head?: string;
  readonly tail?: string;
}

export const HEADER = `### BEGIN INIT INFO
# Provides:          web
# Required-Start:    $remote_fs $syslog
# Required-Stop:     $remote_fs $syslog
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: Serve pages
# Description:       Serves pages,
#                    and more pages.
### END INIT INFO
`;

const SSD = 'start-stop-daemon --quiet --pidfile "$PIDFILE" --exec "$DAEMON"';
/** Settings and the library; what comes before the functions. */
export const TOP = `DAEMON=/usr/sbin/webd
PIDFILE=/run/web.pid
. /lib/lsb/init-functions
`;

/** A script that no rule says anything about, unless parts of it are others. */
export function makeScript(parts: ScriptParts = {}): string {
  const { shebang = '#!/bin/sh\n', header = HEADER, top = TOP, head = 'case "${1:-}" in\n' } = parts;
  const start = parts.start ?? `${SSD} --start --oknodo || exit 1`;
  const stop = parts.stop ?? `${SSD} --stop --oknodo --retry TERM/30/KILL/5 || exit 1`;
  const status = parts.status ?? 'status_of_proc -p "$PIDFILE" "$DAEMON" web; exit $?';
  const fallback = parts.fallback ?? '*) echo "Usage: $0 {start|stop}" >&2; exit 2 ;;\n';
  const { more = '', tail = '' } = parts;
  return `${shebang}${header}${top}start() {\n\t${start}\n}\nstop() {\n\t${stop}\n}\n${head}start) start ;;\nstop) stop ;;\nrestart) stop; start ;;\ntry-restart | force-reload) exit 3 ;;\nreload) exit 3 ;;\nstatus)\n\t${status}\n\t;;\n${more}${fallback}esac\n${tail}`;
}

export interface LintFixture {
  readonly code: string;
  /** `⟦` and `⟧` are around the place. */
  readonly wrong: string;
  readonly right: string;
  readonly name?: string;
  readonly isExecutable?: boolean;
}

function inHeader(line: string, instead = /^$/): string {
  const lines = HEADER.split('\n').filter((one) => !instead.test(one) || one === '');
  return [lines[0], line, ...lines.slice(1)].join('\n');
}

function headerPair(code: string, instead: RegExp, wrong: string, right: string): LintFixture {
  return {
    code,
    wrong: makeScript({ header: inHeader(wrong, instead) }),
    right: makeScript({ header: inHeader(right, instead) }),
  };
}

function topPair(code: string, wrong: string, right: string): LintFixture {
  return { code, wrong: makeScript({ top: TOP + wrong }), right: makeScript({ top: TOP + right }) };
}

function pair(code: string, wrong: ScriptParts, right: ScriptParts = {}): LintFixture {
  return { code, wrong: makeScript(wrong), right: makeScript(right) };
}

const START = /^# Required-Start/;
const DECLARATIVE = '#!/usr/bin/env /lib/init/init-d-script\n';

export const FIXTURES: readonly LintFixture[] = [
  { code: 'RC101', wrong: makeScript({ shebang: '⟦#!/bin/sh⟧\n', header: '' }), right: makeScript() },
  pair('RC102', { header: '### ⟦BEGIN INIT INFO⟧\n# Provides: web\n' }),
  pair('RC103', {
    header: HEADER.replace('### BEGIN', '### ⟦BEGIN')
      .replace('BEGIN INIT INFO', 'BEGIN INIT INFO⟧')
      .replace(/# Required-Stop.*\n/, ''),
  }),
  headerPair('RC104', /^$/, '# ⟦Shuold-Start⟧: $network', '# Should-Start: $network'),
  headerPair('RC104', /^$/, '# ⟦X-Start-Befor⟧: $network', '# X-Start-Before: $network'),
  headerPair('RC105', START, '⟦#⟧ Required-Start : $network', '# Required-Start: $network'),
  headerPair('RC105', START, '⟦ ⟧ # Required-Start: $network', '# Required-Start: $network'),
  headerPair('RC106', START, '# Required-Start: $network⟦  ⟧$syslog', '# Required-Start: $network $syslog'),
  headerPair('RC106', START, '# Required-Start: $network⟦\t⟧$syslog', '# Required-Start:\t$network $syslog'),
  headerPair('RC107', START, '# Required-Start: ⟦$netwörk⟧', '# Required-Start: $network'),
  headerPair('RC108', /^# Default-Start/, '# Default-Start: ⟦2-5⟧', '# Default-Start: 2 3 4 5'),
  headerPair('RC108', /^# Default-Start/, '# Default-Start: ⟦2345⟧', '# Default-Start: 2 3 4 5'),
  headerPair('RC109', /^# Default-Start/, '# Default-Start: 2 ⟦x⟧', '# Default-Start: 2 S'),
  headerPair('RC110', /^# Default-Stop/, '# ⟦Default-Stop: 0 2 6⟧', '# Default-Stop: 0 6'),
  headerPair(
    'RC111',
    /^$/,
    '# Should-Start: $network\n# ⟦Should-Start: $named⟧',
    '# Should-Start: $network $named',
  ),
  headerPair('RC112', /^# Provides/, '# Provides: ⟦httpd⟧ www', '# Provides: httpd web'),
  headerPair('RC113', /^# Provides/, '# Provides: web ⟦$⟧syslog', '# Provides: web syslog'),
  headerPair(
    'RC114',
    START,
    '# Required-Start: $network\n#      ⟦$syslog⟧',
    '# Required-Start: $network $syslog',
  ),
  pair('RC114', { header: HEADER.replace('#                    and more pages.', '# ⟦and more pages.⟧') }),
  pair('RC114', { header: HEADER.replace('### END', '⟦PATH=/bin⟧\n### END') }),
  headerPair(
    'RC115',
    START,
    '# Required-Start: $remote_fs ⟦$networking⟧',
    '# Required-Start: $network $null',
  ),
  headerPair('RC116', START, '# Required-Start: ⟦network⟧', '# Required-Start: $network'),
  headerPair('RC116', START, '# Required-Start: db ⟦nobody⟧', '# Required-Start: db +nobody'),
  { code: 'RC117', wrong: makeScript({ shebang: '⟦#!/bin/sh⟧\n' }), right: makeScript(), name: 'web.bak' },
  {
    code: 'RC118',
    wrong: makeScript({ shebang: '⟦#!/bin/sh⟧\n' }),
    right: makeScript(),
    isExecutable: false,
  },
  pair('RC119', {
    header: HEADER.replace('BEGIN INIT INFO', 'BEGIN INIT INFO⟧')
      .replace('###', '⟦###')
      .replace(/# Short.*\n/, ''),
  }),
  headerPair('RC120', START, '# Required-Start: ⟦web⟧', '# Required-Start: $network'),
  { code: 'RC121', wrong: makeScript().replace('#!/bin/sh\n', '#!/bin/sh⟦\r⟧\n'), right: makeScript() },
  headerPair('RC122', /^$/, '# ⟦Author⟧: somebody', '# X-Author: somebody'),
  {
    code: 'RC201',
    wrong: makeScript({ head: '⟦case⟧ "${1:-}" in\n' }).replace('\nstatus)', '\nx-status)'),
    right: makeScript().replace('\nstatus)', '\nstat*)'),
  },
  { code: 'RC201', wrong: `#!/bin/sh\n${HEADER}⟦echo hello⟧\n`, right: makeScript() },
  {
    code: 'RC201',
    wrong: `#!/bin/sh\n${HEADER}if ⟦[ "$1" = start ]⟧; then\n\twebd\nfi\n`,
    right: `#!/bin/sh\n${HEADER}. /usr/share/web/actions\n`,
  },
  {
    code: 'RC202',
    wrong: makeScript({ head: '⟦case⟧ "${1:-}" in\n' }).replace('try-restart |', ''),
    right: makeScript(),
  },
  pair('RC203', { fallback: '⟦*⟧) echo usage ;;\n' }),
  pair(
    'RC203',
    { head: '⟦case⟧ "${1:-}" in\n', fallback: '' },
    { tail: 'exit 3\n', fallback: '*) echo usage ;;\n' },
  ),
  pair(
    'RC204',
    { top: `${TOP}usage() {\n\techo usage\n\texit "$1"\n}\n`, fallback: '⟦*⟧) usage 1 ;;\n' },
    { top: `${TOP}usage() {\n\techo usage\n\texit "$1"\n}\n`, fallback: '*) usage 3 ;;\n' },
  ),
  topPair(
    'RC205',
    '[ -x "$DAEMON" ] || ⟦exit 1⟧\n',
    '[ -x "$DAEMON" ] || exit 5\n[ -r /etc/web.conf ] || exit 1\n',
  ),
  topPair(
    'RC206',
    'if [ ! -x "$DAEMON" ]; then\n\t⟦exit 0⟧\nfi\n',
    'if [ ! -x "$DAEMON" ]; then\n\t[ "$1" != status ] || exit 4\n\texit 5\nfi\n',
  ),
  {
    code: 'RC207',
    wrong: makeScript({
      status: 'if [ -e "$PIDFILE" ]; then echo up; else echo down; exit 1; fi',
      tail: 'exit 0\n',
    }).replace('\nstatus)', '\n⟦status⟧)'),
    right: makeScript({
      status: 'if [ -e "$PIDFILE" ]; then echo up; else echo down; exit 3; fi',
      tail: 'exit 0\n',
    }),
  },
  {
    code: 'RC207',
    wrong: makeScript({ status: 'status_of_proc "$DAEMON" web', tail: ':\n' }).replace(
      '\nstatus)',
      '\n⟦status⟧)',
    ),
    right: makeScript({ status: 'status_of_proc "$DAEMON" web' }),
  },
  pair(
    'RC208',
    { start: `${SSD} --start --oknodo; log_end_msg $?`, tail: '⟦exit 0⟧\n' },
    { start: `${SSD} --start --oknodo || exit 1`, tail: 'exit 0\n' },
  ),
  pair('RC209', { top: `${TOP}set -u\n`, head: 'case "⟦$1⟧" in\n' }, { top: `${TOP}set -u\n` }),
  pair('RC301', { shebang: '⟦# no interpreter⟧\n' }),
  {
    code: 'RC302',
    wrong: makeScript({ tail: 'echo ⟦"⟧never ends\n' }),
    right: makeScript({ tail: 'echo "ends"\n' }),
  },
  pair('RC303', { shebang: '#!/bin/sh ⟦-e⟧\n' }),
  pair('RC303', { top: `⟦set -e⟧\n${TOP}` }, { top: `set -e\nset +e\n${TOP}` }),
  pair(
    'RC304',
    { top: TOP.replace(/^\..*\n/m, ''), status: '⟦status_of_proc⟧ "$DAEMON" web; exit $?' },
    { top: `${TOP.replace(/^\..*\n/m, '')}status_of_proc() {\n\treturn 3\n}\n` },
  ),
  topPair(
    'RC305',
    'if ⟦[[⟧ $DAEMON == /* ]]; then :; fi\n',
    "echo '[[ x ]]' # [[ y ]]\ncat <<E\n[[ z ]]\nE\n",
  ),
  topPair('RC305', '⟦function⟧ f {\n\t:\n}\n', 'f() {\n\techo function f {\n}\n'),
  topPair('RC305', '⟦LIST=(a b)⟧\n', 'LIST="a b"\n'),
  topPair('RC305', '[ x ⟦==⟧ y ]\n', '[ x = "==" ]\n'),
  topPair('RC305', 'webd ⟦&>/dev/null⟧\n', 'webd >/dev/null 2>&1\n'),
  topPair('RC305', 'echo "⟦${DAEMON//a/b}⟧"\n', 'echo "${DAEMON##*/}" "${X:-1}" "${#X}"\n'),
  topPair('RC305', '⟦source⟧ /etc/default/web\n', '. /etc/default/web\n'),
  topPair('RC305', "trap 'rm -f x' ⟦SIGTERM⟧\n", "trap 'rm -f x' TERM\n"),
  topPair('RC305', '⟦X+=y⟧\n', 'X=${X}y\n'),
  topPair('RC306', 'echo ⟦-e⟧ "x"\n', 'echo -n "-e"\n'),
  topPair('RC307', '⟦cd data⟧\n', 'cd /data || exit 1\ncd "$DATA" || exit 1\ncd - || exit 1\n'),
  topPair('RC307', '⟦cd⟧\n', 'cd / || exit 1\n'),
  topPair(
    'RC308',
    'CONFIG=⟦$HOME⟧/.webrc\n',
    'HOME=/root\nCONFIG=$HOME/.webrc\necho \'$USER\' "${USER:-nobody}"\n',
  ),
  {
    code: 'RC310',
    wrong: `⟦${DECLARATIVE.trim()}⟧\n${HEADER}NAME=web\n`,
    right: `${DECLARATIVE}${HEADER}DAEMON=/usr/sbin/web\n`,
  },
  {
    code: 'RC311',
    wrong: `${DECLARATIVE}${HEADER}DAEMON=/usr/sbin/web\n⟦DAEMON_ARG⟧=-f\n`,
    right: `${DECLARATIVE}${HEADER}DAEMON=/usr/sbin/web\nDAEMON_ARGS=-f\nSETPRIV_ARGS=--no-new-privs\n`,
  },
  pair(
    'RC401',
    { stop: 'start-stop-daemon --stop --retry 5 ⟦--pidfile⟧ "$PIDFILE" || exit 1' },
    { stop: 'start-stop-daemon --stop --retry 5 --pidfile "$PIDFILE" $EXTRA || exit 1' },
  ),
  pair(
    'RC401',
    { stop: 'start-stop-daemon -K -R 5 ⟦-p⟧ /run/x.pid || exit 1' },
    { stop: 'start-stop-daemon -K -R5 -p/run/x.pid -x /bin/x || exit 1' },
  ),
  pair(
    'RC402',
    { stop: `${SSD} ⟦--stop⟧ --oknodo || exit 1` },
    { stop: `${SSD} --stop --signal HUP || exit 1` },
  ),
  pair(
    'RC402',
    { stop: `${SSD} ⟦--stop⟧ --oknodo || exit 1` },
    { stop: `${SSD} --stop --oknodo\n\twhile [ -e "$PIDFILE" ]; do sleep 1; done` },
  ),
  pair(
    'RC403',
    { stop: 'log_daemon_msg "Stopping web"; kill ⟦-9⟧ "$(cat "$PIDFILE")"' },
    { stop: 'kill "$(cat "$PIDFILE")"; sleep 1; kill -9 "$(cat "$PIDFILE")"' },
  ),
  pair('RC404', { top: TOP.replace('/run/web.pid', '⟦/tmp/web.pid⟧') }),
  topPair('RC404', 'mkdir -m ⟦777⟧ /run/web\n', 'mkdir -m 755 /run/web\nchmod 777 /tmp/x\n'),
  pair(
    'RC405',
    { status: '⟦ps ax⟧ | grep webd; exit $?' },
    { status: 'ps -p "$(cat "$PIDFILE")" | grep webd; exit $?' },
  ),
  pair('RC406', { stop: '⟦killall⟧ webd' }, { stop: 'pkill -F "$PIDFILE" webd; echo killall' }),
  pair(
    'RC407',
    { stop: 'start-stop-daemon --stop --retry 5 --name ⟦abcdefghijklmnop⟧ || exit 1' },
    { stop: 'start-stop-daemon --stop --retry 5 --name abcdefghijklmno || exit 1' },
  ),
  pair('RC408', { stop: `${SSD} --stop --signal ⟦SIGHUP⟧` }, { stop: `${SSD} --stop --signal HUP` }),
  pair('RC408', { stop: `${SSD} --stop ⟦--retry=TERM⟧` }, { stop: `${SSD} --stop --retry=TERM/5` }),
  pair(
    'RC409',
    { top: TOP.replace('. /lib', 'set -e\n. /lib'), start: '⟦start-stop-daemon⟧ --start --exec "$DAEMON"' },
    {
      top: TOP.replace('. /lib', 'set -e\n. /lib'),
      start: 'start-stop-daemon --start --oknodo --exec "$DAEMON"',
    },
  ),
  topPair('RC901', '# rcinit-lint disable=RC305,⟦RC4O3⟧\n', '# rcinit-lint disable=RC403,SC2034\n'),
];
