/**
 * Unmodified init scripts of Debian packages, once with Debian's start-stop-daemon and shell library and once with
 * ours in their place: every exit code has to be the same.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IS_CI } from '../support/is-ci.ts';
import { fillDebianLayer } from '../support/debian-layer.ts';
import { OUR_LIBRARY } from '../support/debian-shell-library.ts';
import { APPLETS, processStates, startPid1, whyNoPid1, type Pid1 } from '../support/pid1.ts';
import { waitFor } from '../support/wait-for.ts';
import type { Tree } from '../support/with-tree.ts';

interface Service {
  readonly script: string;
  readonly packages: readonly string[];
  /** System users that the package's postinst would make. */
  readonly users?: readonly string[];
  /** What else the postinst would do. */
  readonly prepare?: string;
  readonly files?: Tree;
}

/** All of them start in an overlay without further configuration. */
const SERVICES: readonly Service[] = [
  { script: 'cron', packages: ['cron'] },
  { script: 'nginx', packages: ['nginx-light'] },
  { script: 'redis-server', packages: ['redis-server'] },
  {
    script: 'ssh',
    packages: ['openssh-server'],
    users: ['sshd'],
    prepare: 'cp /usr/share/openssh/sshd_config /etc/ssh/; ssh-keygen -A',
  },
  {
    script: 'atd',
    packages: ['at'],
    prepare:
      'mkdir -p /var/spool/cron/atjobs /var/spool/cron/atspool; chown -R daemon:daemon /var/spool/cron/at*',
  },
  { script: 'beanstalkd', packages: ['beanstalkd'], users: ['beanstalkd'] },
  { script: 'memcached', packages: ['memcached'], users: ['memcache'] },
  { script: 'haveged', packages: ['haveged'] },
  { script: 'uuidd', packages: ['uuid-runtime'], users: ['uuidd'], prepare: 'mkdir -p /var/lib/libuuid' },
  { script: 'lighttpd', packages: ['lighttpd'] },
  { script: 'xinetd', packages: ['xinetd'] },
  { script: 'vsftpd', packages: ['vsftpd'], users: ['ftp'], prepare: 'mkdir -p /srv/ftp' },
  { script: 'haproxy', packages: ['haproxy'], users: ['haproxy'], prepare: 'mkdir -p /var/lib/haproxy' },
  {
    script: 'privoxy',
    packages: ['privoxy'],
    users: ['privoxy'],
    prepare:
      'cp /usr/share/privoxy/config /etc/privoxy/; mkdir -p /var/log/privoxy; chown privoxy /var/log/privoxy',
  },
  {
    script: 'snmpd',
    packages: ['snmpd'],
    users: ['Debian-snmp'],
    prepare: 'mkdir -p /var/lib/snmp; chown Debian-snmp /var/lib/snmp',
  },
  { script: 'nscd', packages: ['nscd'], prepare: 'mkdir -p /var/cache/nscd' },
  {
    script: 'chrony',
    packages: ['chrony'],
    users: ['_chrony'],
    files: { 'etc/default/chrony': 'DAEMON_OPTS="-x -F 0"\n' },
    prepare:
      'cp /usr/share/chrony/chrony.conf /etc/chrony/; mkdir -p /var/lib/chrony; chown _chrony /var/lib/chrony',
  },
  { script: 'dnsmasq', packages: ['dnsmasq'], users: ['dnsmasq'] },
  { script: 'rpcbind', packages: ['rpcbind'], users: ['_rpc'], prepare: 'mkdir -p /run/sendsigs.omit.d' },
  { script: 'inetutils-syslogd', packages: ['inetutils-syslogd'] },
  {
    script: 'dropbear',
    packages: ['dropbear'],
    files: { 'etc/default/dropbear': 'DROPBEAR_PORT=2222\n' },
    prepare: 'dropbearkey -t ed25519 -f /etc/dropbear/dropbear_ed25519_host_key',
  },
  {
    script: 'unbound',
    packages: ['unbound'],
    users: ['unbound'],
    files: { 'etc/unbound/unbound.conf.d/root-auto-trust-anchor-file.conf': '' },
  },
  { script: 'monit', packages: ['monit'], prepare: 'chmod 700 /etc/monit/monitrc; mkdir -p /var/lib/monit' },
];

const STEPS = [
  'start',
  'start',
  'status',
  'stop',
  'stop',
  'status',
  'start',
  'restart',
  'try-restart',
  'kill',
  'status',
] as const;
/** Places in the table of a start, the status after it, and a stop: 0, or the service does not work here at all. */
const MUST_SUCCEED = [0, 2, 3];

type Flavour = "Debian's" | 'ours';

/** Ours where Debian has its own. */
const OURS: Tree = {
  'usr/sbin/start-stop-daemon=': join(APPLETS, 'start-stop-daemon'),
  'usr/lib/lsb/init-functions': readFileSync(join(OUR_LIBRARY, 'init-functions'), 'utf8'),
  'usr/lib/init/init-d-script!': readFileSync(join(OUR_LIBRARY, 'init-d-script'), 'utf8'),
  'usr/lib/init/vars.sh': readFileSync(join(OUR_LIBRARY, 'vars.sh'), 'utf8'),
};
/** A PID 1 that collects orphans while it waits for its child, and does nothing else. */
const REAPER = ['/bin/dash', '-c', 'while :; do sleep 1000; done'];
/** How long a daemon may take to be up, or down, after its script has returned. */
const SETTLE_MS = 4000;

const reason = whyNoPid1('overlay');
if (reason !== undefined && IS_CI) throw new Error(`The system test cannot run: ${reason}`);

async function startMachine(flavour: Flavour): Promise<Pid1> {
  const layer = mkdtempSync(join(tmpdir(), 'rcinit-layer-'));
  const remove = () => rmSync(layer, { recursive: true, force: true });
  try {
    const files = Object.assign({}, ...SERVICES.map((service) => service.files ?? {})) as Tree;
    const packages = SERVICES.flatMap((service) => service.packages).map((name) => [name]);
    await fillDebianLayer(layer, { packages, files: { ...files, ...(flavour === 'ours' ? OURS : {}) } });
    const pid1 = await startPid1({ kind: 'overlay', layer, argv: REAPER, console: 'pipe' });
    return { ...pid1, end: () => pid1.end().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Runs all steps; the codes in their order. */
async function takeThrough(machine: Pid1, service: Service): Promise<readonly (number | null)[]> {
  const script = (action: string) => machine.run([`/etc/init.d/${service.script}`, action]);
  for (const user of service.users ?? []) {
    await machine.run(['useradd', '--system', '--user-group', '--no-create-home', user]);
  }
  if (service.prepare !== undefined) await machine.run(['sh', '-c', service.prepare]);
  const codes: (number | null)[] = [];
  for (const step of STEPS) {
    if (step === 'kill') {
      await killAll(machine);
      codes.push(0);
      continue;
    }
    codes.push((await script(step)).code);
    if (step !== 'status') await settle(script, step === 'stop');
  }
  await killAll(machine);
  return codes;
}

/** Scripts return before their daemon has written its pid file, or before it is gone: their authors' choice. */
async function settle(
  script: (action: string) => ReturnType<Pid1['run']>,
  isStopped: boolean,
): Promise<void> {
  const asked = async () => ((await script('status')).code === 0) !== isStopped;
  await waitFor('the service to settle', asked, SETTLE_MS).catch(() => undefined);
}

/** Nothing but PID 1 and its child is left afterwards. */
async function killAll(machine: Pid1): Promise<void> {
  await machine.run(['sh', '-c', 'kill -KILL -1']);
  await waitFor('the end of all processes', () => processStates(machine).size <= 2);
}

describe.skipIf(reason !== undefined)(`unmodified scripts with our tools ${reason ?? ''}`, () => {
  const machines = new Map<Flavour, Pid1>();
  const table: string[] = [];

  beforeAll(async () => {
    for (const flavour of ["Debian's", 'ours'] as const) machines.set(flavour, await startMachine(flavour));
  });
  afterAll(async () => {
    for (const machine of machines.values()) await machine.end();
    process.stdout.write(`${formatTable(table)}\n`);
  });

  test('ours are in the place of Debian’s', async () => {
    const show =
      'readlink /usr/sbin/start-stop-daemon; grep -c _rcinit_ /lib/lsb/init-functions /lib/init/init-d-script';
    const isOurs = async (flavour: Flavour) =>
      (await machines.get(flavour)?.run(['sh', '-c', show]))?.stdout.split('\n');
    const counts = (text: readonly string[] | undefined) => text?.map((line) => /:[1-9]/.test(line));
    expect((await isOurs('ours'))?.[0]).toBe(join(APPLETS, 'start-stop-daemon'));
    expect(counts(await isOurs('ours'))).toEqual([false, true, true, false]);
    expect(counts(await isOurs("Debian's"))).toEqual([false, false, false]);
  });

  test.each(SERVICES)('$script returns the same codes', async (service) => {
    const [theirs, ours] = await Promise.all(
      (["Debian's", 'ours'] as const).map((flavour) => takeThrough(machines.get(flavour) as Pid1, service)),
    );
    table.push(`${service.script.padEnd(18)} ${formatCodes(theirs)} | ${formatCodes(ours)}`);
    expect(ours).toEqual(theirs);
    // Else it would be the same failure twice.
    expect(MUST_SUCCEED.map((step) => theirs?.[step])).toEqual(MUST_SUCCEED.map(() => 0));
  });
});

function formatCodes(codes: readonly (number | null)[] | undefined): string {
  return (codes ?? []).map((code) => String(code ?? '?').padStart(3)).join('');
}

function formatTable(rows: readonly string[]): string {
  const head = `Exit codes after: ${STEPS.join(', ')}\n${''.padEnd(18)} Debian's${''.padEnd(STEPS.length * 3 - 8)} | ours`;
  return [head, ...rows].join('\n');
}
