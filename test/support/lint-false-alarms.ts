import { HEADER, makeScript, TOP } from './lint-fixtures.ts';

const STRICT = TOP.replace('. /lib', 'set -e\n. /lib');
const PLAIN_START = 'start-stop-daemon --start --exec "$DAEMON"';

/** What looks like a fault and is none; most of it is from real scripts. */
export const FALSE_ALARMS: readonly (readonly [what: string, code: string, text: string])[] = [
  [
    'a status that another program answers',
    'RC207',
    makeScript({ status: 'echo x; "$1"', tail: 'exit 0\n' }),
  ],
  [
    'a status that returns from the script',
    'RC207',
    makeScript({ status: 'echo x; return 3', tail: 'exit 0\n' }),
  ],
  ['a status with nothing to ask', 'RC207', makeScript({ status: ':', tail: 'exit 0\n' })],
  [
    'set -e takes the code of status along',
    'RC207',
    makeScript({ top: STRICT, status: 'status_of_proc x', tail: 'exit 0\n' }),
  ],
  [
    'a start that returns from the script',
    'RC208',
    makeScript({ tail: ':\n' }).replace('start) start ;;', 'start) daemon; return 1 ;;'),
  ],
  [
    'what restart starts',
    'RC409',
    makeScript({ top: STRICT }).replace('stop; start ;;', `stop; ${PLAIN_START} ;;`),
  ],
  [
    'a start in an if',
    'RC409',
    makeScript({ top: STRICT, start: `if ! test -e x; then ${PLAIN_START}; fi` }),
  ],
  [
    'a start whose code is looked at',
    'RC409',
    makeScript({ top: STRICT, start: `${PLAIN_START} || log_end_msg 1` }),
  ],
  [
    'a start in a function whose code is looked at',
    'RC409',
    makeScript({ top: STRICT, start: PLAIN_START }).replaceAll('start ;;', 'start || exit 1 ;;'),
  ],
  [
    'a reload of what does not run',
    'RC409',
    makeScript({ top: STRICT, stop: 'start-stop-daemon --stop --signal HUP --exec "$DAEMON"' }),
  ],
  ['a missing library', 'RC205', makeScript({ top: `[ -f /lib/lsb/init-functions ] || exit 1\n${TOP}` })],
  ['a socket for everybody', 'RC404', makeScript({ top: `${TOP}chmod 777 /run/web/socket\n` })],
  ['one process', 'RC405', makeScript({ start: 'ps -C web | grep "$PID"; ps p "$PID" | grep web' })],
  [
    'kill in words, comments and here-documents',
    'RC403',
    makeScript({ top: `${TOP}echo "kill -9 1" # kill -9 2\ncat <<E\nkill -9 3\nE\n` }),
  ],
  [
    'a wrapper that gets its options',
    'RC402',
    makeScript({ top: `${TOP}ssd() {\n\tstart-stop-daemon --stop "$@"\n}\n` }),
  ],
  [
    'options in a variable',
    'RC401',
    makeScript({
      top: `${TOP}OPTIONS="--exec /bin/x --retry 5"\n`,
      stop: 'start-stop-daemon --stop --pidfile x $OPTIONS',
    }),
  ],
  [
    'start-stop-daemon in a message',
    'RC402',
    makeScript({ top: `${TOP}command -v start-stop-daemon --stop; echo start-stop-daemon --stop\n` }),
  ],
  ['case on something else', 'RC203', makeScript({ top: `${TOP}case "$MODE" in\nstart) : ;;\nesac\n` })],
  ['an action by a pattern', 'RC201', makeScript().replace('\nstatus)', '\n[s]tatus)')],
  [
    'a user that a settings file may name',
    'RC308',
    makeScript({ top: `${TOP}. /etc/default/web\necho "$USER"\n` }),
  ],
  [
    'a Description that goes on with a word and a colon',
    'RC122',
    makeScript({ header: HEADER.replace('and more pages.', 'Note: pages.') }),
  ],
  [
    'brackets that bash would count with',
    'RC305',
    makeScript({ top: `${TOP}((a) || (b))\necho $((1 + 2))\n` }),
  ],
  [
    'arrays in a script for bash',
    'RC305',
    makeScript({ shebang: '#!/bin/bash\n', top: `${TOP}A=(1)\n[[ x ]]\n` }),
  ],
  [
    'a service that is not installed here',
    'RC115',
    makeScript({ header: HEADER.replace('$remote_fs', '$all $null') }),
  ],
];
