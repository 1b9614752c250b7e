/** A small System V machine for an initramfs: mounts, three services, a getty on the serial line, keys, a way down. */
import type { Tree } from '../with-tree.ts';
import type { MachineOptions } from './virtual-machine.ts';

const INITTAB = `id:2:initdefault:
m1::sysinit:mount -t proc proc /proc
m2::sysinit:mount -t sysfs sysfs /sys
m3::sysinit:mount -t devtmpfs devtmpfs /dev
m4::sysinit:mkdir /dev/pts && mount -t devpts devpts /dev/pts
m5::sysinit:mount -t tmpfs tmpfs /run
st::sysinit:ps -o sid=,tty= -p $$; stty -a
bg::sysinit:(trap 'echo left behind, hung up' HUP; sleep 10000) &
~~:S:wait:/sbin/sulogin --force
l0:0:wait:rc 0
l2:2:wait:rc 2
l3:3:wait:rc 3
l6:6:wait:rc 6
h0:0:wait:poweroff -d -f
h6:6:wait:reboot -d -f
S0:23:respawn:/sbin/agetty --local-line 115200 ttyS0 vt102
ca:23:ctrlaltdel:echo three keys
kb:23:kbrequest:echo keyboard request
pf::powerwait:echo power failed
pn::powerfailnow:echo battery low
po::powerokwait:echo power back
`;

const service = (name: string) => `#!/bin/sh
### BEGIN INIT INFO
# Provides:          ${name}
# Required-Start:
# Required-Stop:
# Default-Start:     2 3
# Default-Stop:      0 6
# Short-Description: sleeps
### END INIT INFO
. /lib/lsb/init-functions
pidfile=/run/${name}.pid
case $1 in
start)
  start-stop-daemon --start --background --make-pidfile --pidfile $pidfile --exec /usr/bin/sleep -- 10000
  log_success_msg "${name} started"
  ;;
stop)
  start-stop-daemon --stop --pidfile $pidfile --remove-pidfile --retry 5
  log_success_msg "${name} stopped"
  ;;
status) status_of_proc -p $pidfile /usr/bin/sleep ${name} ;;
esac
`;

/** Everybody may log in as root; that is pam_permit's whole purpose. */
const PAM = ['auth', 'account', 'password', 'session']
  .map((kind) => `${kind} required pam_permit.so\n`)
  .join('');

/** What loadkeys(1) does for `alt keycode 103 = KeyboardSignal`, the Up key: kernels have no such key by themselves. */
const MAP_KEY = `
const koffi = require('/usr/lib/rcinit/node_modules/koffi');
const ioctl = koffi.load(null).func('int ioctl(int, unsigned long, void *)');
const [ALT_TABLE, UP, KDSKBENT, KEYBOARD_SIGNAL] = [8, 103, 0x4b47, 0x0212];
const entry = Buffer.from([ALT_TABLE, UP, KEYBOARD_SIGNAL & 0xff, KEYBOARD_SIGNAL >> 8]);
process.exitCode = -ioctl(require('node:fs').openSync('/dev/tty0', 'r+'), KDSKBENT, entry);
`;

const SERVICES = ['alpha', 'beta', 'gamma'] as const;

const TREE: Tree = {
  'etc/inittab': INITTAB,
  'etc/passwd': 'root::0:0:root:/root:/bin/sh\n',
  'etc/group': 'root:x:0:\ntty:x:5:\n',
  'etc/shadow': 'root::19000:0:99999:7:::\n',
  'etc/hostname': 'sample\n',
  'etc/pam.d/login': PAM,
  'etc/pam.d/other': PAM,
  'etc/login.defs': '',
  'root/shutdown!': '#!/bin/sh\necho "asked to shutdown $*"\n',
  'root/map-key.cjs': MAP_KEY,
  'usr/lib/lsb/init-functions=': '/usr/lib/rcinit/dist/sh/init-functions',
  ...Object.fromEntries(SERVICES.map((name) => [`etc/init.d/${name}!`, service(name)])),
  ...links('2', ['S01alpha', 'S02beta', 'K01gamma']),
  ...links('3', ['S01alpha', 'S02beta', 'S03gamma']),
  ...links('0', ['K01gamma', 'K02beta', 'K03alpha']),
  ...links('6', ['K01gamma', 'K02beta', 'K03alpha']),
};

function links(level: string, names: readonly string[]): Tree {
  return Object.fromEntries(names.map((name) => [`etc/rc${level}.d/${name}=`, `../init.d/${name.slice(3)}`]));
}

export const SAMPLE_MACHINE: MachineOptions = {
  tree: TREE,
  // Which its init sees once /proc is there, at the first change of level.
  words: ['init.autocon=1', 'console=tty0'],
  programs: [
    'agetty',
    'login',
    'sulogin',
    'setsid',
    'setpriv',
    'mount',
    'ps',
    'stty',
    'tty',
    'cat',
    'echo',
    'ls',
    'mkdir',
    'mv',
    'rm',
    'sleep',
    'true',
    '/usr/lib/x86_64-linux-gnu/security/pam_permit.so',
  ],
};
