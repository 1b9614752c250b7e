/** Units of Debian packages made into init scripts, which start and stop the real daemons. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillDebianLayer } from '../support/debian-layer.ts';
import { OUR_LIBRARY } from '../support/debian-shell-library.ts';
import { IS_CI } from '../support/is-ci.ts';
import { APPLETS, processStates, startPid1, whyNoPid1, type Pid1 } from '../support/pid1.ts';
import { waitFor } from '../support/wait-for.ts';
import type { Tree } from '../support/with-tree.ts';

interface Service {
  /** Of the unit and of the script. */
  readonly name: string;
  readonly packages: readonly string[];
  readonly users?: readonly string[];
  readonly prepare?: string;
  readonly files?: Tree;
  /** What `rcinit new` cannot find out. */
  readonly options?: readonly string[];
  readonly reload: 0 | 3;
}

/** All of them start in an overlay without further configuration. */
const SERVICES: readonly Service[] = [
  { name: 'cron', packages: ['cron'], reload: 3 },
  { name: 'nginx', packages: ['nginx-light'], reload: 0 },
  { name: 'redis-server', packages: ['redis-server'], reload: 3 },
  {
    name: 'ssh',
    packages: ['openssh-server'],
    users: ['sshd'],
    prepare: 'cp /usr/share/openssh/sshd_config /etc/ssh/; ssh-keygen -A',
    reload: 0,
  },
  {
    name: 'atd',
    packages: ['at'],
    prepare:
      'mkdir -p /var/spool/cron/atjobs /var/spool/cron/atspool; chown -R daemon:daemon /var/spool/cron/at*',
    reload: 3,
  },
  { name: 'beanstalkd', packages: ['beanstalkd'], users: ['beanstalkd'], reload: 3 },
  {
    name: 'memcached',
    packages: ['memcached'],
    users: ['memcache'],
    options: ['--process', 'memcached'],
    reload: 3,
  },
  { name: 'lighttpd', packages: ['lighttpd'], reload: 0 },
  { name: 'vsftpd', packages: ['vsftpd'], users: ['ftp'], prepare: 'mkdir -p /srv/ftp', reload: 0 },
  {
    name: 'haproxy',
    packages: ['haproxy'],
    users: ['haproxy'],
    prepare: 'mkdir -p /var/lib/haproxy',
    reload: 0,
  },
  {
    name: 'snmpd',
    packages: ['snmpd'],
    users: ['Debian-snmp'],
    prepare: 'mkdir -p /var/lib/snmp; chown Debian-snmp /var/lib/snmp',
    reload: 0,
  },
  {
    name: 'chrony',
    packages: ['chrony'],
    users: ['_chrony'],
    files: { 'etc/default/chrony': 'DAEMON_OPTS="-x -F 0"\n' },
    prepare:
      'cp /usr/share/chrony/chrony.conf /etc/chrony/; mkdir -p /var/lib/chrony; chown _chrony /var/lib/chrony',
    reload: 3,
  },
  {
    name: 'unbound',
    packages: ['unbound'],
    users: ['unbound'],
    files: { 'etc/unbound/unbound.conf.d/root-auto-trust-anchor-file.conf': '' },
    reload: 0,
  },
];

const FORMS = ['full', 'declarative'] as const;
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

/** Nothing but PID 1 and its child is left afterwards. */
async function killAll(machine: Pid1): Promise<void> {
  await machine.run(['sh', '-c', 'kill -KILL -1']);
  await waitFor('the end of all processes', () => processStates(machine).size <= 2);
}

describe.skipIf(reason !== undefined)(`init scripts made from units ${reason ?? ''}`, () => {
  const machines = new Map<Flavour, Pid1>();

  beforeAll(async () => {
    for (const flavour of ["Debian's", 'ours'] as const) {
      const machine = await startMachine(flavour);
      machines.set(flavour, machine);
      for (const { users = [], prepare } of SERVICES) {
        for (const user of users)
          await machine.run(['useradd', '--system', '--user-group', '--no-create-home', user]);
        if (prepare !== undefined) await machine.run(['sh', '-c', prepare]);
      }
    }
  });
  afterAll(async () => {
    for (const machine of machines.values()) await machine.end();
  });

  describe.each(["Debian's", 'ours'] as const)('with %s tools', (flavour) => {
    describe.each(FORMS)('in the form %s', (form) => {
      test.each(SERVICES)('$name', async ({ name, options = [], reload }) => {
        const machine = machines.get(flavour) as Pid1;
        const unit = `/usr/lib/systemd/system/${name}.service`;
        const rcinit = [join(APPLETS, 'rcinit'), 'new', name, '--form', form, '--force', ...options];
        const made = await machine.run([...rcinit, '--from-unit', unit]);
        expect(made, made.stderr).toMatchObject({ code: 0, stdout: `/etc/init.d/${name}\n` });

        const told: string[] = [];
        const said: string[] = [];
        const take = async (actions: string) => {
          for (const action of actions.split(' ')) {
            const ran = await machine.run([`/etc/init.d/${name}`, action]);
            told.push(`${action} ${ran.code}`);
            said.push(ran.stdout, ran.stderr);
          }
        };
        await take('status start status start stop status stop start restart try-restart reload status');
        await killAll(machine);
        await take('status start stop status');
        expect(told.join(', '), said.join('')).toMatch(
          new RegExp(
            `^status 3, start 0, status 0, start 0, stop 0, status 3, stop 0, start 0, restart 0, try-restart 0, reload ${reload}, status 0, status [13], start 0, stop 0, status 3$`,
          ),
        );
        await killAll(machine);
      });
    });
  });
});
