import { compareMachines } from '../support/oracle/scenario.ts';
import { gone, kill, logged, noted, signalInit, table, telinit } from '../support/oracle/steps.ts';

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
    {
      name: 'before',
      section: '2.4',
      steps: [noted('end 2 N'), noted('deaf 2 N'), noted('left 2 N'), noted('member 2 N')],
      observe: ['processes', 'sortedLog'],
    },
    {
      name: 'TERM, after -t seconds KILL, to whole groups',
      section: '2.4',
      steps: [telinit('-t', '1', '3'), noted('three 3 2')],
      observe: ['processes', 'log', 'said', 'syslog'],
    },
    {
      name: 'with nobody to end, no TERM',
      section: '2.3',
      steps: [kill('stay both', 'TERM'), noted('both 3 2'), telinit('4'), noted('four 4 3')],
      observe: ['processes', 'log', 'said'],
    },
  ],
});

compareMachines({
  name: 'a group that outlives its leader',
  inittab: ['id:2:initdefault:', 'g2:2:respawn:/t/group group', 'l3:3:wait:/t/note three'],
  cases: [
    {
      name: 'is not killed when the leader heeds TERM',
      section: '2.4',
      steps: [noted('member 2 N'), noted('left 2 N'), telinit('3'), noted('three 3 2')],
      observe: ['processes', 'said'],
    },
  ],
});

compareMachines({
  name: 'a wait entry that runs when the level changes',
  inittab: [
    'id:2:initdefault:',
    'w2:2:wait:/t/gate two',
    'x2:2:wait:/t/note never',
    'l3:3:wait:/t/note three',
  ],
  cases: [
    {
      name: 'is ended like any other',
      section: '2.3',
      steps: [noted('two 2 N'), telinit('3'), noted('three 3 2')],
      observe: ['processes', 'log', 'said'],
    },
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
    {
      name: 'before',
      section: '2.4',
      steps: [noted('done 2 N'), noted('boot S N')],
      observe: ['sortedLog', 'processes'],
    },
    {
      name: 'what is gone or of another action is ended, what is new is started',
      section: '2.4',
      steps: [table(...CHANGED), telinit('q'), noted('new-wait 2 N'), noted('action 2 N'), gone('stay gone')],
      observe: ['sortedLog', 'processes', 'said', 'syslog'],
    },
    {
      name: 'a new command counts at the next start',
      section: '2.4',
      steps: [kill('stay command', 'TERM'), noted('another 2 N')],
      observe: ['log', 'processes'],
    },
    {
      name: 'SIGHUP does the same, without the log line',
      section: '4',
      steps: [table(...CHANGED, 'h:2:wait:/t/note hangup'), signalInit('SIGHUP'), noted('hangup 2 N')],
      observe: ['sortedLog', 'processes', 'said', 'syslog'],
    },
    {
      name: 'an action that becomes off',
      section: '2.4',
      steps: [
        table('id:2:initdefault:', 'k:2:off:/t/stay keep', 'c:2:respawn:/t/stay another'),
        telinit('Q'),
        gone('stay keep'),
      ],
      observe: ['processes', 'said', 'syslog'],
    },
  ],
});

compareMachines({
  name: 'a narrowed level field',
  inittab: ['id:2:initdefault:', 'k:23:respawn:/t/stay keep', 'o:2:respawn:/t/stay other'],
  cases: [
    {
      name: 'ends the process',
      section: '2.4',
      steps: [
        noted('keep 2 N'),
        table('id:2:initdefault:', 'k:3:respawn:/t/stay keep', 'o:2:respawn:/t/stay other'),
        telinit('q'),
        logged('Re-reading'),
      ],
      observe: ['processes', 'said'],
      differs: {
        processes: {
          see: 'a level field narrowed in the file ends the process at the second reading',
          ours: (processes: readonly { readonly argv: string }[]) =>
            processes.filter(({ argv }) => argv.endsWith('other')),
        },
        said: {
          see: 'at the first',
          ours: (said: readonly string[]) => [
            ...said,
            'INIT: Sending processes configured via /etc/inittab the TERM signal',
          ],
        },
      },
    },
    {
      name: 'at the latest at the second reading',
      section: '2.4',
      steps: [telinit('q'), gone('stay keep')],
      observe: ['processes'],
    },
  ],
});
