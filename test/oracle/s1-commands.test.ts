import { compareMachines } from '../support/oracle/scenario.ts';
import { logged, noted, openGate, signalInit, telinit } from '../support/oracle/steps.ts';

compareMachines({
  name: 'commands',
  inittab: [
    'id:2:initdefault:',
    'p1:2:wait:@/t/args at $at "x ;z',
    'p2:2:wait:+@/t/args plus-at',
    'p3:2:wait:@+/t/args at-plus',
    'p4:2:wait:+/t/args plus',
    's1:2:wait:/t/args shell "two words" $RUNLEVEL',
    "s2:2:wait:/t/args quoted 'a  b'",
    's3:2:wait:/t/args glob /t/no*',
    's4:2:wait:/t/args percent 100%',
    'h1:2:wait:/t/args hash a#b',
    'n1:2:wait:note-in-no-path',
    'n2:2:wait:/t/noshebang one two',
    'n3:2:wait:/t/missing x',
    'n4:2:wait:/etc/inittab',
    'pa:2:wait:basename /in/the/path',
    'w1:2:wait:/t/args 1 2 3 4 5 6 7 8 9 10 11 12 13',
    'bl:2:wait:  /t/args   many   blanks\tand tabs  ',
    'e:2:wait:/t/note end',
  ],
  cases: [
    {
      name: 'prefixes, shell and words',
      section: '1.5',
      steps: [noted('end 2 N')],
      observe: ['log', 'said', 'syslog'],
    },
  ],
});

compareMachines({
  name: 'commands that differ',
  inittab: [
    'id:2:initdefault:',
    'h2:2:wait:/t/args trailing #',
    'w2:2:wait:/t/args 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15',
    's1:2:wait:/t/args first; /t/args second',
    'e:2:wait:/t/note end',
  ],
  cases: [
    {
      name: 'a trailing #, many words, several commands',
      section: '1.5',
      steps: [noted('end 2 N')],
      observe: ['log'],
      differs: {
        log: {
          see: 'a trailing `#` in a command leaves an empty argument',
          ours: () => [
            'args <trailing>',
            `args ${Array.from({ length: 15 }, (_, index) => `<${index + 1}>`).join(' ')}`,
            'args <first>',
            'args <second>',
            'end 2 N',
          ],
        },
      },
    },
  ],
});

compareMachines({
  name: 'a wrapper for all commands',
  tree: { 'etc/initscript': 'echo "wrapped $# $1 $2 $3 [$4]" >>/log\nexec $4\n' },
  inittab: [
    'id:2:initdefault:',
    's1::sysinit:/t/note sysinit',
    'b1::bootwait:+/t/note bootwait',
    'l1:2345:wait:@/t/note wait',
    'e:2:wait:/t/note end > /dev/null',
    'S1:S:wait:/t/note single',
  ],
  cases: [
    {
      name: 'gets id, levels, action and command',
      section: '1.5',
      steps: [noted('end > /dev/null 2 N')],
      observe: ['log'],
    },
    {
      name: 'but not in S',
      section: '1.5',
      steps: [telinit('S'), noted('single S 2'), noted('wrapped 4 e 2 wait [/t/note end > /dev/null]')],
      observe: ['log'],
    },
  ],
});

compareMachines({
  name: 'an implied single-user line',
  tree: {
    'usr/sbin/sulogin!':
      '#!/bin/sh\necho "sulogin $* $RUNLEVEL $PREVLEVEL" >>/log\nread -r line </t/gate.fifo\n',
  },
  inittab: ['id:2:initdefault:', 'e:2:wait:/t/note end'],
  kernelWords: ['single'],
  cases: [
    {
      name: 'is there without an entry for S',
      section: '1.6',
      steps: [noted('sulogin  S N')],
      observe: ['log', 'said', 'level'],
    },
    {
      name: 'and its end leads to the default level',
      section: '1.6',
      steps: [openGate, noted('end 2 N')],
      observe: ['log', 'said', 'level'],
    },
  ],
});

compareMachines({
  name: 'entries for events in S',
  kernelWords: ['single'],
  inittab: [
    'id:2:initdefault:',
    'ca::ctrlaltdel:/t/note ctrlaltdel',
    'pf::powerfail:/t/note powerfail',
    'S:S:wait:/t/gate single',
    'e:2:wait:/t/note end',
  ],
  cases: [
    { name: 'wait for them', section: '1.6', steps: [noted('single S N')], observe: ['sortedLog'] },
    {
      name: 'run there too',
      section: '1.6',
      steps: [signalInit('SIGINT'), noted('ctrlaltdel S N')],
      observe: ['sortedLog'],
    },
    { name: 'and when S ends', section: '1.6', steps: [openGate, noted('end 2 N')], observe: ['sortedLog'] },
  ],
});

compareMachines({
  name: 'further tables',
  tree: {
    'etc/inittab.d/a.tab': '# a comment\n\nt1:2:wait:/t/note from-a-table\n',
    'etc/inittab.d/x.tab.bak': 't2:2:wait:/t/note backup\n',
    'etc/inittab.d/.tab': 't3:2:wait:/t/note short-name\n',
    'etc/inittab.d/.hidden.tab': 't4:3:wait:/t/note hidden-name',
  },
  inittab: ['id:2:initdefault:', 'r:2:wait:/t/note end'],
  cases: [
    { name: 'their names', section: '1.7', steps: [noted('from-a-table 2 N')], observe: ['log'] },
    {
      name: 'their messages, sorted',
      section: '1.7',
      steps: [telinit('q'), logged('Re-reading inittab')],
      observe: ['sortedSyslog', 'sortedSaid'],
    },
    {
      name: 'the level of the other',
      section: '1.7',
      steps: [telinit('3'), noted('hidden-name 3 2')],
      observe: ['log'],
    },
  ],
});

compareMachines({
  name: 'several defaults',
  inittab: ['id:253:initdefault:', 'i2:4:initdefault:', 'l:12345:wait:/t/note end'],
  cases: [
    {
      name: 'the highest level of the first line counts',
      section: '1.8',
      steps: [noted('end 5 N')],
      observe: ['log', 'said', 'level'],
    },
  ],
});

compareMachines({
  name: 'a default without a level',
  inittab: ['id::initdefault:', 'l:0123456789:wait:/t/note end'],
  cases: [{ name: 'is 9', section: '1.8', steps: [noted('end 9 N')], observe: ['log', 'said', 'level'] }],
});
