import { compareMachines } from '../support/oracle/scenario.ts';
import {
  gone,
  logged,
  noted,
  openGate,
  remove,
  run,
  signalInit,
  telinit,
  write,
} from '../support/oracle/steps.ts';
import { existsSync } from 'node:fs';
import { until } from '../support/oracle/steps.ts';

const POWER = [
  'id:2:initdefault:',
  'r:2:respawn:/t/stay child',
  'pw::powerwait:/t/note powerwait',
  'pf:2:powerfail:/t/note powerfail',
  'pn::powerfailnow:/t/note powerfailnow',
  'po::powerokwait:/t/note powerokwait',
  'p3:3:powerfail:/t/note another-level',
  'ca::ctrlaltdel:/t/note ctrlaltdel',
  'kb::kbrequest:/t/note kbrequest',
  'e:2:wait:/t/note end',
] as const;

const powerCase = (name: string, state: string, ...expected: readonly string[]) =>
  ({
    name,
    section: '4',
    steps: [
      write('/var/run/powerstatus', state),
      signalInit('SIGPWR'),
      ...expected.map((line) => noted(line)),
    ],
    observe: ['sortedLog', 'processes', 'said', 'syslog'],
  }) as const;

compareMachines({
  name: 'power and keys',
  inittab: POWER,
  cases: [
    {
      name: 'nothing of it at boot',
      section: '1.4',
      steps: [noted('end 2 N'), noted('child 2 N')],
      observe: ['sortedLog', 'processes', 'said'],
    },
    powerCase('SIGPWR with F', 'F', 'powerwait 2 N', 'powerfail 2 N'),
    powerCase('with L', 'L', 'powerfailnow 2 N'),
    powerCase('with O', 'OK', 'powerokwait 2 N'),
    powerCase('with what nobody knows', 'x', 'powerwait 2 N', 'powerfail 2 N'),
    powerCase('with an empty file', '', 'powerwait 2 N', 'powerfail 2 N'),
    {
      name: 'without a file, which is deleted each time',
      section: '4',
      steps: [
        until('no file', (machine) => !existsSync(machine.path('/var/run/powerstatus'))),
        signalInit('SIGPWR'),
        noted('powerfail 2 N'),
      ],
      observe: ['sortedLog', 'said', 'syslog'],
    },
    {
      name: 'the file in /etc',
      section: '4',
      steps: [write('/etc/powerstatus', 'O'), signalInit('SIGPWR'), noted('powerokwait 2 N')],
      observe: ['sortedLog', 'said', 'syslog'],
    },
    {
      name: 'SIGINT',
      section: '4',
      steps: [signalInit('SIGINT'), noted('ctrlaltdel 2 N')],
      observe: ['sortedLog', 'said', 'syslog'],
    },
    {
      name: 'SIGWINCH',
      section: '4',
      steps: [signalInit('SIGWINCH'), noted('kbrequest 2 N')],
      observe: ['sortedLog', 'said', 'syslog'],
    },
    {
      name: 'signals that mean nothing',
      section: '4',
      steps: (
        [
          'SIGTERM',
          'SIGQUIT',
          'SIGABRT',
          'SIGALRM',
          'SIGPIPE',
          'SIGVTALRM',
          'SIGPROF',
          'SIGURG',
          'SIGIO',
          'SIGXCPU',
          'SIGTTIN',
          'SIGTTOU',
          'SIGTRAP',
          'SIGSYS',
          35,
          40,
          64,
        ] as const
      ).map((signal) => signalInit(signal)),
      observe: ['sortedLog', 'processes', 'said', 'syslog'],
    },
    {
      name: 'in another level',
      section: '4',
      steps: [
        telinit('3'),
        gone('stay child'),
        noted('another-level 3 2'),
        signalInit('SIGPWR'),
        noted('another-level 3 2', 2),
      ],
      observe: ['sortedLog', 'said', 'syslog'],
    },
  ],
});

compareMachines({
  name: 'the fifo closed and opened',
  inittab: [
    'id:2:initdefault:',
    'l2:2:wait:/t/note end',
    'l3:3:wait:/t/note three',
    'l4:4:wait:/t/note four',
  ],
  cases: [
    {
      name: 'SIGUSR1 opens it again',
      section: '4',
      steps: [noted('end 2 N'), signalInit('SIGUSR1'), telinit('3'), noted('three 3 2')],
      observe: ['log', 'fifo', 'said'],
    },
    {
      name: 'a deleted one is made again at once',
      section: '4',
      steps: [
        remove('/run/initctl'),
        signalInit('SIGUSR1'),
        until('a new one', (machine) => existsSync(machine.path('/run/initctl'))),
      ],
      observe: ['fifo'],
    },
    {
      name: 'SIGUSR2 closes it, and telinit fails',
      section: '4',
      steps: [signalInit('SIGUSR2'), telinit('4')],
      observe: ['log', 'fifo'],
    },
    {
      name: 'until SIGUSR1',
      section: '4',
      steps: [signalInit('SIGUSR1'), telinit('4'), noted('four 4 3')],
      observe: ['log', 'fifo'],
    },
  ],
});

compareMachines({
  name: 'stopped and continued',
  inittab: [
    'id:2:initdefault:',
    'ca::ctrlaltdel:/t/note ctrlaltdel',
    'l2:2:wait:/t/note end',
    'l3:3:wait:/t/note three',
  ],
  cases: [
    {
      name: 'SIGTSTP: nothing happens',
      section: '4',
      steps: [noted('end 2 N'), signalInit('SIGTSTP'), run('true'), signalInit('SIGINT')],
      observe: ['log', 'said', 'syslog'],
    },
    {
      name: 'SIGCONT: what came meanwhile',
      section: '4',
      steps: [signalInit('SIGCONT'), noted('ctrlaltdel 2 N')],
      observe: ['log', 'said', 'syslog'],
    },
    {
      name: 'requests work after that',
      section: '4',
      steps: [telinit('3'), noted('three 3 2')],
      observe: ['log', 'said', 'syslog'],
    },
  ],
});

compareMachines({
  name: 'Debian’s way of power lines',
  inittab: [
    'id:2:initdefault:',
    'pf::powerwait:/t/gate powerwait',
    'pn::powerfailnow:/t/note now',
    'po::powerokwait:/t/note ok',
    'r:2:respawn:/t/stay child',
    'e:2:wait:/t/note end',
  ],
  cases: [
    {
      name: 'a power entry that runs holds up the next',
      section: '1.4',
      steps: [
        noted('end 2 N'),
        signalInit('SIGPWR'),
        noted('powerwait 2 N'),
        write('/var/run/powerstatus', 'O'),
        signalInit('SIGPWR'),
      ],
      observe: ['sortedLog', 'processes'],
    },
    {
      name: 'which follows',
      section: '1.4',
      steps: [openGate, noted('ok 2 N')],
      observe: ['log', 'processes'],
    },
    {
      name: 'and the log tells the demand',
      section: '2.5',
      steps: [telinit('b'), logged('Activating')],
      observe: ['syslog', 'said'],
    },
  ],
});
