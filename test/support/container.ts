/** A container's root with one service in it, and how it is booted. */
import { join } from 'node:path';
import { bootInit, type BootOptions, type Booted } from './booted-init.ts';
import { APPLETS } from './pid1.ts';
import type { RunResult } from './run-inside.ts';
import type { Tree } from './with-tree.ts';

/** Levels 0, 2, 3 and 6 run their scripts. */
export const TABLE = `id:2:initdefault:
l0:0:wait:${APPLETS}/rc 0
l2:2:wait:${APPLETS}/rc 2
l3:3:wait:${APPLETS}/rc 3
l6:6:wait:${APPLETS}/rc 6
`;

/** A daemon that makes itself one, as services in packages do. SIGUSR1 ends it with 7. */
export const WEB: Tree = {
  't/web!': `#!/bin/sh
trap 'exit 7' USR1
echo $$ >/run/web.pid
echo "web up" >>/log
sleep 1000 &
wait
`,
  'etc/init.d/web!': `#!/bin/sh
PIDFILE=/run/web.pid
case $1 in
start)
  (setsid /t/web </dev/null >/dev/null 2>&1 &)
  until [ -s $PIDFILE ]; do sleep 0.02; done ;;
stop)
  pid=$(cat $PIDFILE 2>/dev/null) || exit 0
  kill $pid; while kill -0 $pid 2>/dev/null; do sleep 0.02; done
  rm -f $PIDFILE; echo "web down" >>/log ;;
restart) $0 stop; sleep 1.5; $0 start ;;
status) kill -0 $(cat $PIDFILE) 2>/dev/null && exit 0; exit 3 ;;
esac
`,
  'etc/rc2.d/S01web=': '../init.d/web',
  'etc/rc0.d/K01web=': '../init.d/web',
  'etc/rc0.d/K02last=': '../init.d/last',
  'etc/init.d/last!': '#!/bin/sh\necho "last $1" >>/log\n',
};

/** Boots the table with more lines; the console is a pipe, as in a container. */
export function bootContainer(options: BootOptions & { readonly table?: string } = {}): Promise<Booted> {
  const { table = '', ...rest } = options;
  return bootInit(TABLE + table, { console: 'pipe', ...rest });
}

export function service(init: Booted, ...args: readonly string[]): Promise<RunResult> {
  return init.run([join(APPLETS, 'service'), ...args]);
}
