import { compareMachines, type Case } from '../support/oracle/scenario.ts';
import { noted, request, shown, telinit } from '../support/oracle/steps.ts';
import { rawRequest, type RawRequest } from '../support/raw-request.ts';

/** Requests as they are. */
const raw = (fields: RawRequest): Buffer => rawRequest({ sleepSeconds: 3, ...fields });
const setenv = (...variables: readonly string[]): Buffer => {
  const bytes = raw({ command: 6 });
  bytes.write(`${variables.join('\0')}\0`, 16);
  return bytes;
};

/** Bytes that change nothing but what is said; a demand after them shows that init goes on. */
const nonsense = (name: string, bytes: Buffer, ...alsoShown: readonly string[]): Case => ({
  name,
  section: '5',
  steps: [request(bytes), ...alsoShown.map((text) => shown(text)), telinit('a'), noted('demand 2 N')],
  observe: ['log', 'said', 'syslog', 'processes'],
});

compareMachines({
  name: 'requests through the fifo',
  inittab: [
    'id:2:initdefault:',
    'e:2:wait:/t/note end',
    'd:a:once:/t/note demand',
    'pw::powerwait:/t/note powerwait',
    'pf::powerfail:/t/note powerfail',
    'pn::powerfailnow:/t/note powerfailnow',
    'po::powerokwait:/t/note powerokwait',
    'l3:3:wait:/t/note three',
    'l4:4:wait:/t/note four',
  ],
  cases: [
    { name: 'the fifo itself', section: '5', steps: [noted('end 2 N')], observe: ['fifo'] },
    nonsense('a wrong magic number', raw({ magic: 0x12345678, level: '3' }), 'bogus'),
    nonsense('too few bytes', raw({ level: '3' }).subarray(0, 383), 'bogus'),
    nonsense('one byte', Buffer.from('3'), 'bogus'),
    nonsense('START', raw({ command: 0 }), 'unimplemented'),
    nonsense('BSD', raw({ command: 5 }), 'unimplemented'),
    nonsense('UNSETENV', raw({ command: 7 }), 'unimplemented'),
    nonsense('a command nobody knows', raw({ command: 99 }), 'unimplemented'),
    nonsense('a level that does not exist', raw({ level: 'x' }), 'bad runlevel'),
    nonsense('level 0 as a number', raw({ level: '\0' }), 'bad runlevel'),
    nonsense('a letter', raw({ level: 'y' }), 'bad runlevel'),
    nonsense('a sign', raw({ level: '!' }), 'bad runlevel'),
    {
      name: 'POWERFAIL',
      section: '5',
      steps: [request(raw({ command: 2 })), noted('powerfail 2 N'), noted('powerwait 2 N')],
      observe: ['sortedLog', 'said', 'syslog'],
    },
    {
      name: 'POWERFAILNOW',
      section: '5',
      steps: [request(raw({ command: 3 })), noted('powerfailnow 2 N')],
      observe: ['sortedLog', 'said', 'syslog'],
    },
    {
      name: 'POWEROK',
      section: '5',
      steps: [request(raw({ command: 4 })), noted('powerokwait 2 N')],
      observe: ['sortedLog', 'said', 'syslog'],
    },
    {
      name: 'two bytes too many',
      section: '5',
      steps: [
        request(Buffer.concat([raw({ level: '3' }), Buffer.from('xx')])),
        noted('three 3 2'),
        shown('bogus'),
      ],
      observe: ['log', 'said', 'syslog'],
    },
    {
      name: 'SETENV and RUNLVL in one write',
      section: '5',
      steps: [request(Buffer.concat([setenv('INIT_X=1'), raw({ level: '4' })])), noted('four 4 3')],
      observe: ['log', 'said', 'syslog'],
    },
    {
      name: 'two levels in one write',
      section: '5',
      steps: [request(Buffer.concat([raw({ level: '3' }), raw({ level: '4' })])), noted('four 4 3')],
      observe: ['level', 'syslog'],
    },
  ],
});

const VARIABLES = Array.from({ length: 16 }, (_, index) => `INIT_${index}=${index}`);

compareMachines({
  name: 'variables',
  kernelWords: ['INIT_OWN=kernel', 'OTHER=kernel'],
  inittab: [
    'id:2:initdefault:',
    'p2:2:wait:/t/probe two',
    'p3:3:wait:/t/probe three',
    'p4:4:wait:/t/probe four',
    'p5:5:wait:/t/probe five',
  ],
  cases: [
    { name: 'none at first', section: '5', steps: [noted('probe two')], observe: ['probes'] },
    {
      name: 'of telinit -e',
      section: '5',
      steps: [
        telinit(
          '-e',
          'INIT_ONE=first',
          '-e',
          'INIT_TWO=a b=c',
          '-e',
          'PATH=/nowhere',
          '-e',
          'INIT_EMPTY=',
          '-e',
          'INIT_OWN=telinit',
          '-e',
          'OTHER=x',
        ),
        telinit('3'),
        noted('probe three'),
      ],
      observe: ['probes', 'syslog', 'said'],
    },
    {
      name: 'changed and taken away',
      section: '5',
      steps: [
        telinit('-e', 'INIT_ONE=second', '-e', 'INIT_TWO', '-e', 'INIT_OWN'),
        telinit('4'),
        noted('probe four'),
      ],
      observe: ['probes', 'syslog', 'said'],
    },
    {
      name: 'one that is cut off by the end of the request',
      section: '5',
      steps: [
        request(setenv('INIT_KEPT=yes', `INIT_CUT=${'x'.repeat(500)}`)),
        telinit('3'),
        noted('probe three'),
      ],
      observe: ['probes', 'syslog', 'said'],
    },
    {
      name: 'a 17th is dropped',
      section: '5',
      steps: [
        telinit('-e', 'INIT_ONE', '-e', 'INIT_EMPTY', '-e', 'INIT_KEPT'),
        request(setenv(...VARIABLES, 'INIT_LAST=17')),
        telinit('5'),
        noted('probe five'),
      ],
      observe: ['probes', 'said'],
    },
  ],
});
