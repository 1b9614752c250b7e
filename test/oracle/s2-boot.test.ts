import { compareMachines } from '../support/oracle/scenario.ts';
import { gone, kill, logged, noted, openGate, run, shown, signalInit, table, telinit, type } from '../support/oracle/steps.ts';

compareMachines({
  name: 'a boot through all phases',
  inittab: [
    'id:2:initdefault:',
    'l2:2:wait:/t/note wait',
    'l3:3:wait:/t/note wrong',
    'b1::bootwait:/t/note bootwait',
    's1::sysinit:/t/note sysinit-1',
    's2::sysinit:/t/note sysinit-2',
    'b2::boot:/t/stay boot',
    'r2:23:respawn:/t/stay respawn',
    'r3:2:wait:/t/note end',
  ],
  cases: [
    {
      name: 'order and messages',
      section: '2.2',
      steps: [noted('end 2 N'), noted('respawn 2 N')],
      observe: ['said', 'sortedLog', 'syslog', 'level', 'title', 'fifo', 'processes'],
    },
    { name: 'the same level again is ignored', section: '2.3', steps: [table('id:2:initdefault:', 'n:2:once:/t/note new'), telinit('2')], observe: ['said', 'log', 'syslog', 'processes'] },
    { name: 'another level reads the table', section: '2.3', steps: [table('id:2:initdefault:', 'n:3:once:/t/note new'), telinit('3'), noted('new 3 2')], observe: ['said', 'log', 'syslog', 'processes', 'level', 'title'] },
  ],
});

compareMachines({
  name: 'nothing but words on the console',
  inittab: ['id:2:initdefault:', 'w:2:wait:/t/say hello', 'w3:3:wait:/t/say three', 'e:2:wait:/t/note end'],
  cases: [
    { name: 'every byte of a boot', section: '2.1', steps: [noted('end 2 N'), shown('no more processes')], observe: ['console'] },
    { name: 'every byte of a change', section: '2.3', steps: [telinit('3'), shown('three')], observe: ['console', 'syslog'] },
    { name: 'the modes of the terminal', section: '2.6', steps: [run('stty', '-a', '-F', '/dev/console')], observe: [] },
  ],
});

compareMachines({
  name: 'nothing to do',
  inittab: ['id:2:initdefault:'],
  cases: [
    { name: 'no more processes left, once', section: '2.2', steps: [shown('no more processes')], observe: ['said', 'syslog'], differs: { said: { see: 'entering a level nobody defines is silent', ours: (said: readonly string[]) => said.toSpliced(1, 0, EMPTY_LEVEL('2')) }, syslog: { see: '`no inittab entry names runlevel 7: …`', ours: (lines: readonly string[]) => lines.toSpliced(1, 0, LOGGED_EMPTY_LEVEL('2')) } } },
    { name: 'in the next level it is not said again', section: '2.2', steps: [telinit('3'), shown('Switching')], observe: ['said'], differs: { said: { see: 'entering a level nobody defines is silent', ours: (said: readonly string[]) => [...said, EMPTY_LEVEL('3')] } } },
  ],
});

function EMPTY_LEVEL(level: string): string {
  return `INIT: no inittab entry names runlevel ${level}: nothing is started, use telinit to change the level`;
}

function LOGGED_EMPTY_LEVEL(level: string): string {
  return EMPTY_LEVEL(level).replace('INIT:', '<30>TIME init:');
}

const LEVELS = ['id:2:initdefault:', 's::sysinit:/t/note sysinit', 'b::bootwait:/t/note bootwait', 'l2:2:wait:/t/note two', 'l4:4:wait:/t/note four', 'S:S:wait:/t/gate single'];

compareMachines({
  name: 'a level on the command line',
  inittab: LEVELS,
  kernelWords: ['4', 'quiet', 'answer=42', '-z', 'S'],
  cases: [{ name: 'wins over the default', section: '2.1', steps: [noted('four 4 N')], observe: ['log', 'said', 'level'] }],
});

compareMachines({
  name: 'auto on the command line',
  inittab: ['id:2:initdefault:', 'p:2:wait:/t/probe auto'],
  kernelWords: ['auto', 'answer=42', 'RUNLEVEL=9', 'SHELL=/bin/false', 'PATH=/nowhere'],
  cases: [{ name: 'becomes AUTOBOOT, and other words variables', section: '2.1', steps: [noted('probe auto')], observe: ['probes'] }],
});

compareMachines({
  name: 'single on the command line',
  inittab: LEVELS,
  kernelWords: ['single'],
  cases: [
    { name: 'goes to S without boot', section: '2.2', steps: [noted('single S N')], observe: ['log', 'said', 'level', 'syslog', 'title'] },
    { name: 'runlevel there', section: '7', steps: [run('/usr/sbin/runlevel')], observe: [] },
    { name: 'the end of S leads through boot to the default', section: '2.2', steps: [openGate, noted('two 2 N')], observe: ['log', 'said', 'level', 'title'] },
    { name: 'runlevel after that', section: '7', steps: [run('/usr/sbin/runlevel')], observe: [] },
    { name: 'back to S', section: '2.7', steps: [telinit('S'), noted('single S 2')], observe: ['log', 'level', 'syslog', 'title'] },
    { name: 'to S in S', section: '2.3', steps: [telinit('s')], observe: ['log', 'level', 'syslog', 'title'] },
    { name: 'and to the default again', section: '2.7', steps: [openGate, noted('two 2 S')], observe: ['log', 'level', 'said'] },
    { name: 'runlevel then', section: '7', steps: [run('/usr/sbin/runlevel')], observe: [] },
    { name: 'a request ends S', section: '2.7', steps: [telinit('S'), noted('single S 2'), telinit('4'), noted('four 4 S')], observe: ['log', 'level', 'processes'] },
  ],
});

compareMachines({
  name: 'emergency on the command line',
  tree: { 'usr/sbin/sulogin!': '#!/bin/sh\necho "sulogin $* $RUNLEVEL $PREVLEVEL" >>/log\nread -r line </t/gate.fifo\n' },
  inittab: LEVELS,
  kernelWords: ['-b'],
  cases: [
    { name: 'a shell before anything else', section: '2.1', steps: [noted('sulogin  S N')], observe: ['log', 'said'] },
    { name: 'and then the normal boot', section: '2.1', steps: [openGate, noted('two 2 N')], observe: ['log', 'said'] },
  ],
});

compareMachines({
  name: 'a request during sysinit',
  inittab: ['id:2:initdefault:', 's::sysinit:/t/gate sysinit', 'b::bootwait:/t/note bootwait', 'l2:2:wait:/t/note two', 'l3:3:wait:/t/note three'],
  cases: [
    { name: 'q, a and u are harmless', section: '2.2', steps: [noted('sysinit S N'), telinit('q'), telinit('a'), telinit('u')], observe: ['log'] },
    { name: 'a level ends sysinit and skips boot', section: '2.2', steps: [telinit('3'), noted('three 3 #'), run('/usr/sbin/runlevel')], observe: ['log', 'level', 'syslog'] },
  ],
});

compareMachines({
  name: 'a change of level',
  inittab: [
    'id:2:initdefault:',
    'r23:23:respawn:/t/stay both',
    'r2:2:respawn:/t/stay two',
    'd2:2:respawn:/t/deaf deaf',
    'g2:2:respawn:/t/group group',
    'w2:2:wait:/t/note end',
    'l3:3:wait:/t/note three',
    'l4:4:wait:/t/note four',
  ],
  cases: [
    { name: 'before', section: '2.4', steps: [noted('end 2 N'), noted('deaf 2 N'), noted('left 2 N'), noted('member 2 N')], observe: ['processes', 'sortedLog'] },
    { name: 'TERM, after -t seconds KILL, to whole groups', section: '2.4', steps: [telinit('-t', '1', '3'), noted('three 3 2')], observe: ['processes', 'log', 'said', 'syslog'] },
    { name: 'with nobody to end, no TERM', section: '2.3', steps: [kill('stay both', 'TERM'), noted('both 3 2'), telinit('4'), noted('four 4 3')], observe: ['processes', 'log', 'said'] },
  ],
});

compareMachines({
  name: 'a group that outlives its leader',
  inittab: ['id:2:initdefault:', 'g2:2:respawn:/t/group group', 'l3:3:wait:/t/note three'],
  cases: [
    { name: 'is not killed when the leader heeds TERM', section: '2.4', steps: [noted('member 2 N'), noted('left 2 N'), telinit('3'), noted('three 3 2')], observe: ['processes', 'said'] },
  ],
});

compareMachines({
  name: 'a wait entry that runs when the level changes',
  inittab: ['id:2:initdefault:', 'w2:2:wait:/t/gate two', 'x2:2:wait:/t/note never', 'l3:3:wait:/t/note three'],
  cases: [
    { name: 'is ended like any other', section: '2.3', steps: [noted('two 2 N'), telinit('3'), noted('three 3 2')], observe: ['processes', 'log', 'said'] },
  ],
});

const TABLE = [
  'id:2:initdefault:',
  'k:2:respawn:/t/stay keep',
  'g:2:respawn:/t/stay gone',
  'a:2:respawn:/t/stay action',
  'c:2:respawn:/t/stay command',
  'o:2:once:/t/note done',
  'b::boot:/t/stay boot',
] as const;

/** Another action, another command, and new lines. */
const CHANGED = [
  'id:2:initdefault:',
  'k:2:respawn:/t/stay keep',
  'a:2:once:/t/stay action',
  'c:2:respawn:/t/stay another',
  'o:2:once:/t/note done-again',
  'n:2:wait:/t/note new-wait',
  'nb::boot:/t/note new-boot',
  'ns::sysinit:/t/note new-sysinit',
  'n3:3:wait:/t/note three',
  'b::boot:/t/stay boot',
] as const;

compareMachines({
  name: 'the table read again',
  inittab: TABLE,
  cases: [
    { name: 'before', section: '2.4', steps: [noted('done 2 N'), noted('boot S N')], observe: ['sortedLog', 'processes'] },
    {
      name: 'what is gone or of another action is ended, what is new is started',
      section: '2.4',
      steps: [
        table(...CHANGED),
        telinit('q'),
        noted('new-wait 2 N'),
        noted('action 2 N'),
        gone('stay gone'),
      ],
      observe: ['sortedLog', 'processes', 'said', 'syslog'],
    },
    { name: 'a new command counts at the next start', section: '2.4', steps: [kill('stay command', 'TERM'), noted('another 2 N')], observe: ['log', 'processes'] },
    { name: 'SIGHUP does the same, without the log line', section: '4', steps: [table(...CHANGED, 'h:2:wait:/t/note hangup'), signalInit('SIGHUP'), noted('hangup 2 N')], observe: ['sortedLog', 'processes', 'said', 'syslog'] },
    { name: 'an action that becomes off', section: '2.4', steps: [table('id:2:initdefault:', 'k:2:off:/t/stay keep', 'c:2:respawn:/t/stay another'), telinit('Q'), gone('stay keep')], observe: ['processes', 'said', 'syslog'] },
  ],
});

compareMachines({
  name: 'a narrowed level field',
  inittab: ['id:2:initdefault:', 'k:23:respawn:/t/stay keep', 'o:2:respawn:/t/stay other'],
  cases: [
    {
      name: 'ends the process',
      section: '2.4',
      steps: [noted('keep 2 N'), table('id:2:initdefault:', 'k:3:respawn:/t/stay keep', 'o:2:respawn:/t/stay other'), telinit('q'), logged('Re-reading')],
      observe: ['processes', 'said'],
      differs: {
        processes: { see: 'a level field narrowed in the file ends the process at the second reading', ours: (processes: readonly { readonly argv: string }[]) => processes.filter(({ argv }) => argv.endsWith('other')) },
        said: { see: 'at the first', ours: (said: readonly string[]) => [...said, 'INIT: Sending processes configured via /etc/inittab the TERM signal'] },
      },
    },
    { name: 'at the latest at the second reading', section: '2.4', steps: [telinit('q'), gone('stay keep')], observe: ['processes'] },
  ],
});

compareMachines({
  name: 'no default level',
  inittab: ['l:0123456789:wait:/t/note end'],
  cases: [
    { name: 'asks on the console', section: '1.8', steps: [shown('Enter runlevel: ')], observe: ['console', 'log'] },
    { name: 'asks again after nonsense', section: '1.8', steps: [type('x\n'), shown('Enter runlevel: ')], observe: ['console', 'log'] },
    { name: 'takes a level', section: '1.8', steps: [type('3\n'), noted('end 3 N')], observe: ['said', 'log', 'level'] },
  ],
});

compareMachines({
  name: 'a default level that does not exist',
  inittab: ['id:x:initdefault:', 'l:0123456789:wait:/t/note end'],
  cases: [
    { name: 'is said, and asked for', section: '1.8', steps: [shown('Enter runlevel: ')], observe: ['console', 'syslog'] },
  ],
});

compareMachines({
  name: 'no inittab at all',
  cases: [{ name: 'is said, and a level asked for', section: '1.8', steps: [shown('Enter runlevel: ')], observe: ['syslog'] }],
});
