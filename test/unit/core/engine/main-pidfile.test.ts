import { expect, test } from 'vitest';
import { findPidfiles } from '../../../../src/core/engine/main-pidfile.ts';

const USUAL = ['/run/web.pid', '/var/run/web.pid', '/run/web/web.pid'];

test.each<[name: string, script: string, first: readonly string[]]>([
  ['nothing said', '', []],
  ['a header', '# chkconfig: 345 80 20\n# pidfile: /var/run/httpd/web.pid\n', ['/var/run/httpd/web.pid']],
  ['an assignment', 'PIDFILE=/run/x.pid\n', ['/run/x.pid']],
  ['quotes', `PIDFILE="/run/x.pid"\nexport PID_FILE='/run/$y.pid'\n`, ['/run/$y.pid', '/run/x.pid']],
  ['other names', 'pidfile=/run/a.pid\nWEB_PIDFILE=/run/b.pid', ['/run/b.pid', '/run/a.pid']],
  ['variables', 'NAME=web\nDIR=/run/w\nPIDFILE=$DIR/${NAME}d.pid', ['/run/w/webd.pid']],
  ['a fallback', 'PIDFILE=${WEB_PID:-/run/f.pid}\n', ['/run/f.pid']],
  ['a fallback that is not needed', 'X=/run/e.pid\nPIDFILE=${X-/run/f.pid}\n', ['/run/e.pid']],
  ['the script itself', 'N=$(basename $0)\nPIDFILE=/srv/$N.pid', ['/srv/web.pid']],
  ['the script itself, unquoted', 'N=${0##*/}  # us\nPIDFILE=/srv/$N.pid', ['/srv/web.pid']],
  ['the script itself in quotes', 'N="${0##*/}"\nPIDFILE="/srv/$N.pid"', ['/srv/web.pid']],
  ['basename in quotes', 'D=/usr/sbin/nginx\nPIDFILE="/srv/$(basename $D).pid"', ['/srv/nginx.pid']],
  ['the folder as root', 'pidfile=${RCINIT_ROOT}/run/x.pid', ['/run/x.pid']],
  ['what only a shell knows', 'PIDFILE=$(cat /etc/x)\nPIDFILE=/run/$unknown.pid', []],
  ['what is no absolute path', 'PIDFILE=run/x.pid\nPIDFILE=/run/../etc/x', []],
])('findPidfiles with %s', (_name, script, first) => {
  expect(findPidfiles('web', script)).toEqual([...first, ...USUAL]);
});

test('findPidfiles lets /etc/default have the last word, and tries the names of script and daemon', () => {
  const script = 'DAEMON=/usr/sbin/httpd\nPIDFILE=/run/old.pid\n';
  expect(findPidfiles('web', script, 'PIDFILE=/run/new.pid\n')).toEqual([
    '/run/new.pid',
    '/run/old.pid',
    ...USUAL,
    '/run/httpd.pid',
    '/var/run/httpd.pid',
    '/run/httpd/httpd.pid',
  ]);
});
