import { compareMachines, type Case } from '../support/oracle/scenario.ts';
import { existsSync, readFileSync } from 'node:fs';
import { logged, noted, remove, telinit, tool, until, write, type Step } from '../support/oracle/steps.ts';

const INITTAB = [
  'id:2:initdefault:',
  // Without records: the original leaves one too many of what is ended by a change of level.
  'r:2:respawn:+/t/stay child',
  'e:2:wait:/t/note end',
  'l0:0:wait:/t/note-halt zero',
  'l1:1:wait:/t/note-halt one',
  'l6:6:wait:/t/note-halt six',
] as const;
/** Notes the level and what shutdown left for its last script. */
const TREE = { 't/note-halt!': '#!/bin/sh\necho "$1 $RUNLEVEL $PREVLEVEL halt=$INIT_HALT" >>/log\n' };

/** Text and mode of a file, times and pids masked; undefined if there is none. */
const file =
  (path: string): Step =>
  async ({ machine }) => {
    const there = machine.path(path);
    if (!existsSync(there)) return `${path}: none`;
    return `${path}: ${JSON.stringify(readFileSync(there, 'utf8'))
      .replaceAll(/"\d+\\n"/g, 'PID')
      .replaceAll(/\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}/g, 'TIME')}`;
  };

const FILES: readonly Step[] = ['/var/run/shutdown.pid', '/run/nologin', '/fastboot', '/forcefsck'].map(
  (path) => file(path),
);
const wrong = (name: string, ...argv: readonly [string, ...string[]]): Case => ({
  name,
  section: argv[0] === 'shutdown' ? '8.1' : '8.2',
  steps: [tool(...argv), ...FILES, remove('/var/run/shutdown.pid')],
  observe: ['log'],
});

/** Ours leaves no pid file behind; on the other machine it is the other way round, as the programs are. */
const staleFile = (tools: 'own' | 'other'): Case['differs'] => {
  const [from, to] = tools === 'own' ? ['PID', 'none'] : ['none', 'PID'];
  return {
    steps: {
      see: 'a wrong time leaves `/var/run/shutdown.pid` behind',
      ours: (results: readonly unknown[]) =>
        results.map((result) =>
          result === `/var/run/shutdown.pid: ${from}` ? `/var/run/shutdown.pid: ${to}` : result,
        ),
    },
  };
};

for (const tools of ['own', 'other'] as const) {
  const whose = tools === 'own' ? 'each its own' : 'each the other’s';
  compareMachines({
    name: `shutdown and halt, ${whose}`,
    tools,
    tree: TREE,
    inittab: INITTAB,
    cases: [
      {
        name: 'shutdown without arguments',
        section: '8.1',
        steps: [noted('end 2 N'), tool('shutdown')],
        observe: ['sortedLog'],
      },
      wrong('an option nobody knows', 'shutdown', '-Z', 'now'),
      { ...wrong('a time that is none', 'shutdown', '-h', 'tomorrow'), differs: staleFile(tools) },
      { ...wrong('an hour that does not exist', 'shutdown', '-h', '25:00'), differs: staleFile(tools) },
      wrong('-P without -h', 'shutdown', '-r', '-P', 'now'),
      wrong('-n with level 1', 'shutdown', '-n', 'now'),
      wrong('a level that does not exist', 'shutdown', '-i', '9', 'now'),
      wrong('nothing to cancel', 'shutdown', '-c'),
      wrong('halt with an argument', 'halt', 'now'),
      { ...wrong('an option that halt does not know', 'reboot', '-Z'), differs: newUsage(tools) },
      wrong('help of poweroff', 'poweroff', '--help'),
      {
        name: '-k warns only',
        section: '8.1',
        steps: [tool('shutdown', '-k', '-h', 'now', 'only', 'a', 'test'), ...FILES],
        observe: ['log', 'console', 'level'],
      },
      {
        name: '-a without somebody who may',
        section: '8.1',
        steps: [
          write('/etc/shutdown.allow', '# nobody\nnobody\n'),
          tool('shutdown', '-a', '-h', 'now'),
          ...FILES,
          remove('/etc/shutdown.allow'),
        ],
        observe: ['log', 'console'],
      },
      {
        name: 'a shutdown in three minutes: its files',
        section: '8.1',
        steps: [
          inBackground('shutdown', '-h', '+3', 'maintenance'),
          until('the pid file', (machine) => existsSync(machine.path('/run/nologin'))),
          ...FILES,
        ],
        observe: ['level'],
      },
      { name: 'a second one', section: '8.1', steps: [tool('shutdown', '-r', 'now')], observe: ['level'] },
      {
        name: 'cancelled',
        section: '8.1',
        steps: [
          tool('shutdown', '-c'),
          until('no pid file', (machine) => !existsSync(machine.path('/run/shutdown.pid'))),
          ...FILES,
        ],
        observe: ['level', 'log'],
      },
      {
        name: '-f and -F',
        section: '8.1',
        steps: [
          inBackground('shutdown', '-f', '-h', '+9'),
          until('the file', (machine) => existsSync(machine.path('/fastboot'))),
          ...FILES,
          tool('shutdown', '-c'),
          until('no file', (machine) => !existsSync(machine.path('/fastboot'))),
        ],
        observe: [],
      },
      {
        name: 'now goes to level 1',
        section: '8.1',
        steps: [tool('shutdown', 'now'), noted('one 1 2 halt=')],
        observe: ['log', 'level', 'syslog', 'wtmp'],
      },
      { name: 'back', section: '8.1', steps: [telinit('2'), noted('end 2 1')], observe: ['sortedLog'] },
      {
        name: '-h -P now',
        section: '8.1',
        steps: [
          tool('shutdown', '-t', '1', '-hP', 'now'),
          logged('Switching to runlevel: 0'),
          noted('zero 0 2 halt=POWEROFF'),
        ],
        observe: ['log', 'level', 'syslog', 'wtmp'],
      },
    ],
  });

  for (const [name, args, note] of [
    ['shutdown', ['-r', 'now'], 'six 6 2 halt='],
    ['shutdown', ['-hH', 'now'], 'zero 0 2 halt=HALT'],
    ['shutdown', ['-g0', '-h', 'bye'], 'zero 0 2 halt='],
    ['shutdown', ['-i', '6', 'now'], 'six 6 2 halt='],
    ['reboot', [], 'six 6 2 halt='],
    ['poweroff', [], 'zero 0 2 halt=POWEROFF'],
    ['halt', ['-p'], 'zero 0 2 halt=POWEROFF'],
  ] as const) {
    compareMachines({
      name: `${name} ${args.join(' ')}, ${whose}`,
      tools,
      tree: TREE,
      inittab: INITTAB,
      cases: [
        {
          name: 'leads there',
          section: name === 'shutdown' ? '8.1' : '8.2',
          steps: [noted('end 2 N'), tool(name, ...args), noted(note)],
          observe: ['sortedLog', 'level', 'syslog', 'utmp', 'processes'],
        },
      ],
    });
  }
}

compareMachines({
  name: 'halt that only writes',
  inittab: INITTAB,
  tree: TREE,
  cases: [
    {
      name: 'halt -w',
      section: '8.2',
      steps: [noted('end 2 N'), tool('halt', '-w')],
      observe: ['sortedWtmp', 'utmp', 'sortedLog'],
    },
    { name: 'reboot -w -d', section: '8.2', steps: [tool('reboot', '-w', '-d')], observe: ['wtmp', 'log'] },
  ],
});

function inBackground(name: string, ...args: readonly string[]): Step {
  return async ({ machine, tools }) => {
    const command = `${machine.tool(tools, name)} ${args.join(' ')} </dev/null >/dev/null 2>&1 &`;
    await machine.run(['sh', '-c', command]);
  };
}

/** The usage text with two options more. */
function newUsage(tools: 'own' | 'other'): Case['differs'] {
  const more = (text: string) =>
    text
      .replace(' [-i]\n', ' [-i] [-k] [-m MESSAGE]\n')
      .concat(
        '\t-k: reboot into the kernel that kexec loaded.\n\t-m MESSAGE: reboot at once and pass the message to the firmware.\n',
      );
  const less = (text: string) => text.replace(' [-k] [-m MESSAGE]', '').replace(/\t-k: .*\n\t-m .*\n/, '');
  return {
    steps: {
      see: '`-k` and `-m` of `halt` and `reboot`',
      ours: ([first, ...rest]: readonly { readonly stderr: string }[]) => [
        { ...first, stderr: (tools === 'own' ? more : less)(first?.stderr ?? '') },
        ...rest,
      ],
    },
  };
}
