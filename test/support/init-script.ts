/** A small right init script for `rcinit test`, and how to break it in one place. */
import { chmodSync } from 'node:fs';
import { expect } from 'vitest';
import { withTree } from './with-tree.ts';

/**
 * Everything by hand, with sleep(1) for a daemon, so that any line of it can be made wrong. Of starts at the same
 * moment the first has the lock until its pid is on disk; the daemon does not inherit it.
 */
const RIGHT = `#!/bin/sh
### BEGIN INIT INFO
# Provides:          NAME
# Required-Start:
# Required-Stop:
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: Sleep
### END INIT INFO
PATH=/sbin:/usr/sbin:/bin:/usr/bin
umask 022
pidfile=/run/NAME.pid
lock=/run/NAME.lock
usage() { echo "Usage: NAME {start|stop|restart|try-restart|reload|force-reload|status}" >&2; exit 2; }
need_root() { [ "$(id -u)" -eq 0 ] || { echo "NAME: only root may do that" >&2; exit 4; }; }
daemon_pid() { cat "$pidfile" 2>/dev/null; }
running() { pid=$(daemon_pid) && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = sleep ]; }
launch() {
  cd /
  setsid sh -c 'echo $$ >"$1.new"; mv "$1.new" "$1"; exec sleep 1000' sh "$pidfile" \\
    </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
  until running; do sleep 0.01; done
}
start() {
  need_root
  exec 9>"$lock"
  flock 9
  running || launch
  echo "NAME is started" || :
}
stop() {
  need_root
  exec 9>"$lock"
  flock 9
  if running; then kill "$pid"; while [ -d "/proc/$pid" ]; do sleep 0.01; done; fi
  rm -f "$pidfile"
}
status() {
  if running; then echo "NAME is running"; exit 0; fi
  if [ -e "$pidfile" ]; then echo "NAME is dead"; exit 1; fi
  echo "NAME is not running"; exit 3
}
restart() { stop; start; }
try_restart() { ! running || restart; }
reload() { need_root; running || exit 7; kill -CONT "$pid"; }
[ $# -eq 1 ] || usage
case $1 in
start) start ;;
stop) stop ;;
restart) restart ;;
try-restart) try_restart ;;
reload) reload ;;
force-reload) ! running || reload ;;
status) status ;;
*) usage ;;
esac
`;

/** Pairs of what stands in the right script and what shall stand there. */
export type Breakage = readonly (readonly [right: string, wrong: string])[];

/**
 * Writes a script into a folder of its own that everybody may read.
 * @returns Its path. Nothing is left of it after the test.
 */
export function writeInitScript(name: string, breakage: Breakage = []): string {
  let text = RIGHT;
  for (const [right, wrong] of breakage) {
    expect(text, 'what is to be broken').toContain(right);
    text = text.replace(right, () => wrong);
  }
  const dir = withTree({ [`${name}!`]: text.replaceAll('NAME', name) });
  chmodSync(dir, 0o755);
  return `${dir}/${name}`;
}
