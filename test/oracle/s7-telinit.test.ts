import { compareMachines, type Case } from '../support/oracle/scenario.ts';
import { noted, run, telinit, telinitWithoutFifo, tool } from '../support/oracle/steps.ts';

const wrong = (name: string, ...args: readonly string[]): Case => ({
  name,
  section: '7',
  steps: [telinit(...args)],
  observe: ['log'],
});
const BIG = `INIT_BIG=${'x'.repeat(357)}`;

/** Own programs on own machines, then each side's on the other's: all four. */
for (const tools of ['own', 'other'] as const) {
  compareMachines({
    name: `telinit, ${tools === 'own' ? 'each its own' : 'each the other’s'}`,
    tools,
    inittab: [
      'id:2:initdefault:',
      'r:2:respawn:/t/stay two',
      'l2:2:wait:/t/note end',
      'l3:3:wait:/t/note three',
      'l4:4:wait:/t/note four',
      'oa:a:once:/t/note demand',
      'S:S:wait:/t/gate single',
    ],
    cases: [
      {
        name: '--version',
        section: '7',
        steps: [noted('end 2 N'), telinit('--version')],
        observe: [],
        differs: tools === 'own' ? OTHER_VERSION('ours') : OTHER_VERSION('original'),
      },
      wrong('no argument'),
      wrong('two levels', '3', '4'),
      wrong('a level of two letters', '33'),
      wrong('a level that does not exist', 'x'),
      wrong('an empty level', ''),
      wrong('an option nobody knows', '-x', '3'),
      wrong('a long option nobody knows', '--help'),
      wrong('an option without its argument', '-t'),
      wrong('-e with a level', '-e', 'INIT_X=1', '3'),
      wrong('--version and a level', '3', '--version'),
      wrong('a variable that is too large', '-e', `${BIG}x`),
      {
        name: 'a variable that just fits',
        section: '7',
        steps: [telinit('-e', BIG)],
        observe: ['log', 'said'],
      },
      {
        name: 'options behind the level, and --',
        section: '7',
        steps: [
          telinit('3', '-t', '2'),
          noted('three 3 2'),
          telinit('-t1', '--', '4'),
          noted('four 4 3'),
          telinit('-t', 'nonsense', '2'),
          noted('end 2 4'),
        ],
        observe: ['sortedLog', 'level'],
      },
      {
        name: 'small letters',
        section: '7',
        steps: [telinit('a'), noted('demand 2 4'), telinit('q'), telinit('s'), noted('single S 2')],
        observe: ['sortedLog', 'level'],
      },
      {
        name: 'runlevel',
        section: '7',
        steps: [
          tool('runlevel'),
          tool('runlevel', '/var/run/utmp'),
          tool('runlevel', '/nowhere'),
          tool('runlevel', '/etc/inittab'),
          tool('runlevel', '-x'),
        ],
        observe: [],
      },
      {
        name: 'a level from S',
        section: '7',
        steps: [telinit('3'), noted('three 3 S')],
        observe: ['log', 'level'],
      },
      {
        name: 'not root',
        section: '7',
        steps: [asNobody('telinit', '4'), asNobody('telinit', '--version'), asNobody('runlevel')],
        observe: ['log'],
        differs: tools === 'own' ? OTHER_VERSION('ours', 1) : OTHER_VERSION('original', 1),
      },
      { name: 'no fifo', section: '7', steps: [telinitWithoutFifo('4')], observe: ['log'] },
      {
        name: 'a file in its place',
        section: '7',
        steps: [run('sh', '-c', 'echo >/run/other; mv -f /run/other /run/initctl'), telinit('4')],
        observe: ['log'],
        differs: REGULAR_FILE(tools),
      },
    ],
  });
}

/** Ours does not write where nobody reads. */
function REGULAR_FILE(tools: 'own' | 'other'): NonNullable<Case['differs']> {
  const refused = { code: 1, stderr: 'telinit: /run/initctl: Invalid argument\n' };
  const changed = tools === 'own' ? refused : { code: 0, stderr: '' };
  return {
    steps: {
      see: '`telinit` writes into whatever is at `/run/initctl`',
      ours: (results: readonly Record<string, unknown>[]) => [
        ...results.slice(0, -1),
        { ...results.at(-1), ...changed },
      ],
    },
  };
}

function asNobody(name: string, ...args: readonly string[]): Case['steps'][number] {
  return async ({ machine, tools }) => {
    const { code, stdout, stderr } = await machine.run([
      'setpriv',
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      machine.tool(tools, name),
      ...args,
    ]);
    return { argv: [name, ...args].join(' '), code, stdout, stderr };
  };
}

/** Ours says the version whose behaviour it has. */
function OTHER_VERSION(whose: 'ours' | 'original', at = 0): NonNullable<Case['differs']> {
  const version = whose === 'ours' ? '3.14' : '3.06';
  return {
    steps: {
      see: '`telinit --version`',
      ours: (results: readonly Record<string, unknown>[]) =>
        results.with(at, { ...results[at], stdout: `SysV init version: ${version}\n\n` }),
    },
  };
}
