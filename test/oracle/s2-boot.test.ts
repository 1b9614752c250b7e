import { compareMachines } from '../support/oracle/scenario.ts';
import { logged, noted, openGate, run, shown, table, telinit, tool, type } from '../support/oracle/steps.ts';

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
      steps: [noted('end 2 N'), noted('respawn 2 N'), tool('pidof', 'init')],
      observe: ['said', 'sortedLog', 'syslog', 'level', 'title', 'shortName', 'fifo', 'processes'],
    },
    {
      name: 'the same level again is ignored',
      section: '2.3',
      steps: [table('id:2:initdefault:', 'n:2:once:/t/note new'), telinit('2')],
      observe: ['said', 'log', 'syslog', 'processes'],
    },
    {
      name: 'another level reads the table',
      section: '2.3',
      steps: [table('id:2:initdefault:', 'n:3:once:/t/note new'), telinit('3'), noted('new 3 2')],
      observe: ['said', 'log', 'syslog', 'processes', 'level', 'title'],
    },
  ],
});

compareMachines({
  name: 'nothing but words on the console',
  inittab: ['id:2:initdefault:', 'w:2:wait:/t/say hello', 'w3:3:wait:/t/say three', 'e:2:wait:/t/note end'],
  cases: [
    {
      name: 'every byte of a boot',
      section: '2.1',
      steps: [noted('end 2 N'), shown('no more processes')],
      observe: ['console'],
    },
    {
      name: 'every byte of a change',
      section: '2.3',
      steps: [telinit('3'), shown('three')],
      observe: ['console', 'syslog'],
    },
    {
      name: 'the modes of the terminal',
      section: '2.6',
      steps: [run('stty', '-a', '-F', '/dev/console')],
      observe: [],
    },
  ],
});

compareMachines({
  name: 'nothing to do',
  inittab: ['id:2:initdefault:'],
  cases: [
    {
      name: 'no more processes left, once',
      section: '2.2',
      steps: [shown('no more processes')],
      observe: ['said', 'syslog'],
      differs: {
        said: {
          see: 'entering a level nobody defines is silent',
          ours: (said: readonly string[]) => said.toSpliced(1, 0, EMPTY_LEVEL('2')),
        },
        syslog: {
          see: '`no inittab entry names runlevel 7: …`',
          ours: (lines: readonly string[]) => lines.toSpliced(1, 0, LOGGED_EMPTY_LEVEL('2')),
        },
      },
    },
    {
      name: 'in the next level it is not said again',
      section: '2.2',
      steps: [telinit('3'), shown('Switching')],
      observe: ['said'],
      differs: {
        said: {
          see: 'entering a level nobody defines is silent',
          ours: (said: readonly string[]) => [...said, EMPTY_LEVEL('3')],
        },
      },
    },
  ],
});

function EMPTY_LEVEL(level: string): string {
  return `INIT: no inittab entry names runlevel ${level}: nothing is started, use telinit to change the level`;
}

function LOGGED_EMPTY_LEVEL(level: string): string {
  return EMPTY_LEVEL(level).replace('INIT:', '<30>TIME init:');
}

const LEVELS = [
  'id:2:initdefault:',
  's::sysinit:/t/note sysinit',
  'b::bootwait:/t/note bootwait',
  'l2:2:wait:/t/note two',
  'l4:4:wait:/t/note four',
  'S:S:wait:/t/gate single',
];

compareMachines({
  name: 'a level on the command line',
  inittab: LEVELS,
  kernelWords: ['4', 'quiet', 'answer=42', '-z', 'S'],
  cases: [
    {
      name: 'wins over the default',
      section: '2.1',
      steps: [noted('four 4 N')],
      observe: ['log', 'said', 'level'],
    },
  ],
});

compareMachines({
  name: 'auto on the command line',
  inittab: ['id:2:initdefault:', 'p:2:wait:/t/probe auto'],
  kernelWords: ['auto', 'answer=42', 'RUNLEVEL=9', 'SHELL=/bin/false', 'PATH=/nowhere'],
  cases: [
    {
      name: 'becomes AUTOBOOT, and other words variables',
      section: '2.1',
      steps: [noted('probe auto')],
      observe: ['probes'],
    },
  ],
});

compareMachines({
  name: 'single on the command line',
  inittab: LEVELS,
  kernelWords: ['single'],
  cases: [
    {
      name: 'goes to S without boot',
      section: '2.2',
      steps: [noted('single S N')],
      observe: ['log', 'said', 'level', 'syslog', 'title'],
    },
    { name: 'runlevel there', section: '7', steps: [run('/usr/sbin/runlevel')], observe: [] },
    {
      name: 'the end of S leads through boot to the default',
      section: '2.2',
      steps: [openGate, noted('two 2 N')],
      observe: ['log', 'said', 'level', 'title'],
    },
    { name: 'runlevel after that', section: '7', steps: [run('/usr/sbin/runlevel')], observe: [] },
    {
      name: 'back to S',
      section: '2.7',
      steps: [telinit('S'), noted('single S 2')],
      observe: ['log', 'level', 'syslog', 'title', 'shortName'],
    },
    {
      name: 'a demand in S',
      section: '2.5',
      steps: [telinit('a'), logged('Activating')],
      observe: ['log', 'level', 'syslog'],
    },
    {
      name: 'to S in S',
      section: '2.3',
      steps: [telinit('s')],
      observe: ['log', 'level', 'syslog', 'title'],
    },
    {
      name: 'and to the default again',
      section: '2.7',
      steps: [openGate, noted('two 2 S')],
      observe: ['log', 'level', 'said'],
    },
    { name: 'runlevel then', section: '7', steps: [run('/usr/sbin/runlevel')], observe: [] },
    {
      name: 'a request ends S',
      section: '2.7',
      steps: [telinit('S'), noted('single S 2'), telinit('4'), noted('four 4 S')],
      observe: ['log', 'level', 'processes'],
    },
  ],
});

compareMachines({
  name: 'emergency on the command line',
  tree: {
    'usr/sbin/sulogin!':
      '#!/bin/sh\necho "sulogin $* $RUNLEVEL $PREVLEVEL" >>/log\nread -r line </t/gate.fifo\n',
  },
  inittab: LEVELS,
  kernelWords: ['-b'],
  cases: [
    {
      name: 'a shell before anything else',
      section: '2.1',
      steps: [noted('sulogin  S N')],
      observe: ['log', 'said'],
    },
    {
      name: 'and then the normal boot',
      section: '2.1',
      steps: [openGate, noted('two 2 N')],
      observe: ['log', 'said'],
    },
  ],
});

compareMachines({
  name: 'a request during sysinit',
  inittab: [
    'id:2:initdefault:',
    's::sysinit:/t/gate sysinit',
    'b::bootwait:/t/note bootwait',
    'l2:2:wait:/t/note two',
    'l3:3:wait:/t/note three',
  ],
  cases: [
    {
      name: 'q, a and u are harmless',
      section: '2.2',
      steps: [noted('sysinit S N'), telinit('q'), telinit('a'), telinit('u')],
      observe: ['log'],
    },
    {
      name: 'a level ends sysinit and skips boot',
      section: '2.2',
      steps: [telinit('3'), noted('three 3 #'), run('/usr/sbin/runlevel')],
      observe: ['log', 'level', 'syslog'],
    },
  ],
});

compareMachines({
  name: 'no default level',
  inittab: ['l:0123456789:wait:/t/note end'],
  cases: [
    {
      name: 'asks on the console',
      section: '1.8',
      steps: [shown('Enter runlevel: ')],
      observe: ['console', 'log'],
    },
    {
      name: 'asks again after nonsense',
      section: '1.8',
      steps: [type('x\n'), shown('Enter runlevel: ')],
      observe: ['console', 'log'],
    },
    {
      name: 'takes a level',
      section: '1.8',
      steps: [type('3\n'), noted('end 3 N')],
      observe: ['said', 'log', 'level'],
    },
  ],
});

compareMachines({
  name: 'a default level that does not exist',
  inittab: ['id:x:initdefault:', 'l:0123456789:wait:/t/note end'],
  cases: [
    {
      name: 'is said, and asked for',
      section: '1.8',
      // The question is asked after a flush, which may take away the message above it or not.
      steps: [shown('Enter runlevel: ')],
      observe: ['syslog'],
    },
  ],
});

compareMachines({
  name: 'no inittab at all',
  cases: [
    {
      name: 'is said, and a level asked for',
      section: '1.8',
      steps: [shown('Enter runlevel: ')],
      observe: ['syslog'],
    },
  ],
});
