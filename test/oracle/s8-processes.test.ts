import { compareMachines } from '../support/oracle/scenario.ts';
import { noted, tool, until } from '../support/oracle/steps.ts';
import { listPids } from '../support/oracle/pids.ts';

/** Sleeps under another name: the words that it shows, and what the kernel calls it by. */
const named = (id: string, name: string): string =>
  `${id}:2:once:/bin/bash -c "exec -a '${name}' sleep 1000"`;

/** One pid each, since both machines count differently: who is there decides the exit status. */
const pidof = (...args: readonly string[]) => tool('pidof', '-q', ...args);

compareMachines({
  name: 'who is there',
  tree: {
    't/a-script!': '#!/bin/sh\necho script >>/log\nread -r line </t/never\n',
    't/with-options!': '#!/bin/sh -e\necho options >>/log\nread -r line </t/never\n',
    't/not-run': 'text\n',
  },
  inittab: [
    'id:2:initdefault:',
    named('t1', 'daemon: a title'),
    named('t2', '-login'),
    named('t3', '/opt/other/program'),
    's1:2:once:/t/a-script x',
    's2:2:once:/t/with-options',
    'n1:2:once:/usr/bin/tail -f /t/not-run',
    'e:2:wait:/t/note end',
  ],
  cases: [
    {
      name: 'by its words',
      section: '8.5',
      steps: [
        noted('end 2 N'),
        noted('script'),
        noted('options'),
        until('all names', (machine) => listPids(machine, '1000').length === 3),
        pidof('init'),
        pidof('sleep'),
        pidof('daemon'),
        pidof('daemon:'),
        pidof('program'),
        pidof('other/program'),
        pidof('--', '-login'),
        pidof('login'),
        pidof('nobody'),
      ],
      observe: [],
    },
    {
      name: 'scripts',
      section: '8.5',
      steps: [
        pidof('a-script'),
        pidof('-x', 'a-script'),
        pidof('-x', '/t/a-script'),
        pidof('-x', 'with-options'),
        pidof('-x', 'not-run'),
        pidof('-x', '/t/not-run'),
      ],
      observe: [],
    },
  ],
});
