import { withTerminal } from '../../src/os/terminal/terminal-session.ts';
import type { ProcessView } from '../support/oracle/observe.ts';
import { compareMachines, type Case, type Scenario } from '../support/oracle/scenario.ts';
import { kill, noted, openGate, remove, run, shown, telinit, until } from '../support/oracle/steps.ts';
import { existsSync } from 'node:fs';

/** As it shows in the table of processes. */
const MIDDLEMAN = withTerminal(['/t/gate', 'single']).slice(2).join(' ');
/** The shell that init starts for special letters stays, and is the one that init knows. */
const BELOW_SHELL: Case['differs'] = {
  probes: {
    see: 'as `exec COMMAND`',
    ours: ({ it }: { readonly it: readonly string[] }) => ({
      it: it.map((line) => line.replace(/^(parent|group|session) .*/, '$1 another')),
    }),
  },
};

const probe = (
  name: string,
  line: string,
  {
    words = [],
    differs = {},
  }: { readonly words?: readonly string[]; readonly differs?: Case['differs'] } = {},
): Scenario => ({
  name: `a probe as ${name}`,
  kernelWords: words,
  inittab: ['id:2:initdefault:', line, 'e:2:wait:/t/note end'],
  cases: [
    {
      name: 'environment, session, group, terminal, folder, mask, descriptors, signals, limits',
      section: '2.6',
      steps: [noted('probe it')],
      observe: ['probes'],
      differs,
    },
  ],
});

compareMachines(probe('sysinit', 'p::sysinit:/t/probe it'));
compareMachines(probe('boot', 'p::boot:/t/probe it'));
compareMachines(probe('bootwait', 'p::bootwait:/t/probe it'));
compareMachines(probe('wait', 'p:2:wait:/t/probe it'));
compareMachines(probe('once', 'p:2:once:/t/probe it'));
compareMachines(probe('once through a shell', 'p:2:once:/t/probe it $UNSET', { differs: BELOW_SHELL }));
compareMachines(probe('a script without its first line', 'p:2:once:/t/probe-noshebang'));
compareMachines(probe('S wait', 'p:S:wait:/t/probe it', { words: ['single'] }));
compareMachines(probe('S respawn', 'p:S:respawn:/t/probe-stay it', { words: ['single'] }));

compareMachines({
  name: 'no console',
  console: 'none',
  inittab: ['id:2:initdefault:', 'p:2:once:/t/probe it'],
  cases: [
    {
      name: 'children have /dev/null',
      section: '2.6',
      steps: [noted('probe it')],
      observe: ['probes', 'syslog'],
    },
  ],
});

compareMachines({
  name: 'CONSOLE names another terminal',
  kernelWords: ['CONSOLE=/dev/null'],
  inittab: ['id:2:initdefault:', 'p:2:once:/t/probe it'],
  cases: [
    { name: 'children have it', section: '2.6', steps: [noted('probe it')], observe: ['probes', 'console'] },
  ],
});

compareMachines({
  name: 'CONSOLE names nothing',
  kernelWords: ['CONSOLE=/dev/ttyX9'],
  inittab: ['id:2:initdefault:', 'p:2:once:/t/probe it'],
  cases: [
    {
      name: 'children have the console all the same',
      section: '2.6',
      steps: [noted('probe it'), shown('Entering')],
      observe: ['probes', 'console'],
    },
  ],
});

compareMachines({
  name: 'a waited-for entry in S',
  kernelWords: ['single'],
  inittab: ['id:2:initdefault:', 'S:S:wait:/t/gate single', 'l2:2:wait:/t/note two'],
  cases: [
    {
      name: 'has the terminal, below a leader that keeps the session',
      section: '2.6',
      steps: [noted('single S N')],
      observe: ['processes'],
      differs: {
        processes: {
          see: 'the middleman (`setsid -c sh`) ends with it',
          ours: (processes: readonly ProcessView[]) =>
            processes
              .map((process) => ({
                ...process,
                argv: process.argv.replace('init [S]', MIDDLEMAN),
                parent: process.parent.replace('init [S]', MIDDLEMAN),
              }))
              .toSorted((a, b) => (a.argv < b.argv ? -1 : 1)),
        },
      },
    },
  ],
});

compareMachines({
  name: 'orphans',
  inittab: ['id:2:initdefault:', 'o:2:once:/t/orphan parent', 'r:2:respawn:/t/stay child'],
  cases: [
    {
      name: 'are adopted',
      section: '2.8',
      steps: [noted('orphan 2 N'), noted('child 2 N')],
      observe: ['processes'],
    },
    {
      name: 'and reaped',
      section: '2.8',
      steps: [kill('stay orphan')],
      observe: ['processes', 'log', 'said'],
    },
    {
      name: 'a child that was killed is started again',
      section: '2.8',
      steps: [kill('stay child'), noted('child 2 N')],
      observe: ['processes', 'log', 'said', 'syslog'],
    },
  ],
});

compareMachines({
  name: 'the fifo',
  inittab: ['id:2:initdefault:', 'l3:3:wait:/t/note three'],
  cases: [
    {
      name: 'is made again when it is deleted',
      section: '2.8',
      steps: [
        until('the fifo', (machine) => existsSync(machine.path('/run/initctl'))),
        remove('/run/initctl'),
        until('a new one', (machine) => existsSync(machine.path('/run/initctl'))),
      ],
      observe: ['fifo'],
    },
    {
      name: 'and heeded',
      section: '2.8',
      steps: [telinit('3'), noted('three 3 2')],
      observe: ['log', 'syslog'],
    },
  ],
});

compareMachines({
  name: 'a fifo that is none',
  tree: { 'etc/make-file!': '#!/bin/sh\necho >/run/initctl\n' },
  inittab: ['id:2:initdefault:', 's::sysinit:/etc/make-file', 'e:2:wait:/t/note end'],
  cases: [
    { name: 'is left alone', section: '2.8', steps: [noted('end 2 N')], observe: ['said', 'syslog', 'fifo'] },
  ],
});

compareMachines({
  name: 'an old fifo that is already there',
  inittab: ['id:2:initdefault:', 'e:2:wait:/t/gate end', 'S:S:wait:/t/note s'],
  cases: [
    {
      name: 'the processes of a wait entry',
      section: '2.6',
      steps: [noted('end 2 N')],
      observe: ['processes'],
    },
    {
      name: 'the console is free afterwards',
      section: '2.6',
      steps: [openGate, shown('no more processes'), run('stty', '-F', '/dev/console', 'size')],
      observe: ['said'],
    },
  ],
});
