import { compareMachines, type Case } from '../support/oracle/scenario.ts';
import { logged, noted, openGate, signalInit, table, telinit } from '../support/oracle/steps.ts';

/** One line between good ones at a re-reading: what is said, and that the others count. */
const badLine = (name: string, ...lines: readonly string[]): Case => ({
  name,
  section: '1.2',
  steps: [
    table('id:2:initdefault:', 'zz:2:respawn:/t/stay end', ...lines, `${good()}:2:once:/t/note good`),
    telinit('q'),
    logged('Re-reading inittab'),
    noted('good 2 N'),
  ],
  observe: ['said', 'syslog', 'sortedLog'],
});
let goodOnes = 0;
/** A new id each time, so that each runs. */
const good = (): string => `G${++goodOnes}`;

compareMachines({
  name: 'lines as they may be written',
  inittab: [
    'id:2:initdefault:',
    '   # a comment behind blanks',
    '   ',
    '\tt1:2:wait:/t/note behind-a-tab',
    'a#b:2:wait:/t/note hash-in-the-id',
    'Ca:2:WaIt:/t/note any-case',
    'co:2:wait:/t/args a:b::c',
    'bs:2:wait:/t/args backslash \\',
    'bl: 2 :wait:/t/note blanks-around-a-level',
    'b2:2: wait:/t/note blank-before-the-action',
    'äö:2:wait:/t/note two-letters-of-two-bytes',
    'äöü:2:wait:/t/note three-letters-of-two-bytes',
    'e1:2:wait:/t/note end',
  ],
  cases: [
    {
      name: 'blanks, comments, letters and colons',
      section: '1.1',
      steps: [noted('end 2 N')],
      observe: ['log', 'syslog'],
    },
  ],
});

compareMachines({
  name: 'lines that are wrong',
  inittab: ['id:2:initdefault:', 'zz:2:respawn:/t/stay end'],
  cases: [
    { name: 'boot', section: '1.2', steps: [noted('end 2 N')], observe: ['said', 'log'] },
    badLine('an empty id', ':2:once:/t/note bad'),
    badLine('an id alone', 'x1'),
    badLine('no process', 'x1:2:once'),
    badLine('no action', 'x1:2'),
    badLine('an empty action', 'x1:2::/t/note bad'),
    badLine('an id of five letters', 'abcde:2:once:/t/note bad'),
    badLine('twelve levels', 'x1:123456789012:once:/t/note bad'),
    badLine('an action of 33 letters', `x1:2:${'a'.repeat(33)}:/t/note bad`),
    badLine('an action nobody knows', 'x1:2:onec:/t/note bad'),
    badLine('a second line with an id', 'dd:2:wait:/t/note first', 'dd:2:wait:/t/note second'),
    badLine('an id twice, but ~~', '~~:S:wait:/t/note one', '~~:S:wait:/t/note two'),
    badLine('two faults in a line', 'abcde:2::'),
    badLine('levels that do not exist', 'x1:2x!:once:/t/note odd-levels'),
    {
      ...badLine('a process of more than 127 letters', `x2:2:once:/t/args ${'a'.repeat(120)}`),
      differs: {
        said: { see: 'lines over 254 bytes are cut or dropped', ours: () => [] },
        syslog: {
          see: 'commands over 14 words lose the rest',
          ours: () => ['<30>TIME init: Re-reading inittab'],
        },
        sortedLog: {
          see: 'no limit',
          ours: (original: readonly string[]) => [`args <${'a'.repeat(120)}>`, ...original],
        },
      },
    },
  ],
});

compareMachines({
  name: 'levels of entries',
  inittab: [
    'id:2:initdefault:',
    'e::wait:/t/note no-level',
    'd2:2:wait:/t/note two',
    'l1:0123456789:wait:/t/note all',
    'la:a:once:/t/note small-a',
    'lA:A:once:/t/note big-a',
    'ls:s:wait:/t/note small-s',
    'lS:S:wait:/t/note big-s',
    'l7:7:wait:/t/note seven',
    'gr:7:respawn:/t/stay seven',
    'g2:2:respawn:/t/stay two',
  ],
  cases: [
    { name: 'at boot', section: '1.3', steps: [noted('two 2 N', 2)], observe: ['log', 'said'] },
    {
      name: 'a level above 6',
      section: '1.3',
      steps: [telinit('7'), noted('seven 7 2', 2)],
      observe: ['sortedLog', 'processes', 'title'],
    },
    {
      name: 'a and A',
      section: '1.3',
      steps: [telinit('A'), noted('small-a 7 2'), noted('big-a 7 2')],
      observe: ['sortedLog', 'said', 'syslog'],
    },
    {
      name: 's and S',
      section: '1.3',
      steps: [telinit('S'), noted('big-s S 7'), noted('two 2 S')],
      observe: ['log'],
      differs: {
        log: {
          see: 'a level field `s` never matches',
          ours: (original: readonly string[]) => ['small-s S 7', ...original],
        },
      },
    },
  ],
});

compareMachines({
  name: 'actions over several levels',
  inittab: [
    'id:2:initdefault:',
    'o2:2:once:/t/note once-2',
    'o23:23:once:/t/note once-23',
    'w2:2:wait:/t/note wait-2',
    'w23:23:wait:/t/note wait-23',
    'r23:23:respawn:/t/stay respawn-23',
    'b::boot:/t/stay boot',
    'bw::bootwait:/t/note bootwait',
    'of:23:off:/t/note off',
    'da:a:ondemand:/t/stay demand-a',
    'db:b3:ondemand:/t/stay demand-b3',
    'ra:a:respawn:/t/stay respawn-a',
    'wa:a:wait:/t/note wait-a',
    'oa:a:once:/t/note once-a',
    'e2:2:wait:/t/note end-2',
    'e3:3:wait:/t/note end-3',
  ],
  cases: [
    { name: 'the boot', section: '1.4', steps: [noted('end-2 2 N')], observe: ['sortedLog', 'processes'] },
    {
      name: 'marks survive what two levels share',
      section: '1.4',
      steps: [telinit('3'), noted('end-3 3 2')],
      observe: ['sortedLog', 'processes'],
    },
    {
      name: 'and are cleared by a level that is not theirs',
      section: '1.4',
      steps: [telinit('2'), noted('end-2 2 3')],
      observe: ['sortedLog', 'processes'],
    },
    {
      name: 'on demand',
      section: '1.4',
      steps: [telinit('a'), noted('once-a 2 3'), noted('demand-a 2 3')],
      observe: ['sortedLog', 'processes', 'syslog'],
    },
    {
      name: 'on demand again',
      section: '1.4',
      steps: [telinit('a'), noted('once-a 2 3'), noted('wait-a 2 3')],
      observe: ['sortedLog', 'processes'],
    },
    {
      name: 'what was demanded stays in other levels',
      section: '1.4',
      steps: [telinit('4')],
      observe: ['sortedLog', 'processes'],
    },
    {
      name: 'a demand that nobody heeds',
      section: '1.4',
      steps: [telinit('c')],
      observe: ['sortedLog', 'processes', 'syslog'],
    },
  ],
});

compareMachines({
  name: 'what is waited for holds up what follows',
  inittab: [
    'id:2:initdefault:',
    'r1:2:respawn:/t/stay before',
    'w1:2:wait:/t/gate waited',
    'r2:2:respawn:/t/stay after',
    'w2:2:wait:/t/note end',
  ],
  cases: [
    {
      name: 'while it runs',
      section: '1.4',
      steps: [noted('waited 2 N'), noted('before 2 N')],
      observe: ['sortedLog', 'processes'],
    },
    {
      name: 'when it has ended',
      section: '1.4',
      steps: [openGate, noted('end 2 N'), noted('after 2 N')],
      observe: ['sortedLog', 'processes'],
    },
  ],
});

compareMachines({
  name: 'entries for events come first',
  inittab: [
    'id:2:initdefault:',
    'r1:2:respawn:/t/stay before',
    'w1:2:wait:/t/note end',
    'ca:2:ctrlaltdel:/t/gate ctrlaltdel',
    'kb:2:kbrequest:/t/note kbrequest',
    'c3:3:ctrlaltdel:/t/note another-level',
  ],
  cases: [
    {
      name: 'the boot',
      section: '1.4',
      steps: [noted('end 2 N'), noted('before 2 N')],
      observe: ['sortedLog', 'processes'],
    },
    {
      name: 'ctrl-alt-del runs its entry',
      section: '1.4',
      steps: [signalInit('SIGINT'), noted('ctrlaltdel 2 N')],
      observe: ['log', 'processes'],
    },
    {
      name: 'another one meanwhile runs it once more',
      section: '1.4',
      steps: [signalInit('SIGINT'), signalInit('SIGINT')],
      observe: ['log'],
    },
    {
      name: 'after the first',
      section: '1.4',
      steps: [openGate, noted('ctrlaltdel 2 N'), openGate, noted('ctrlaltdel over', 2)],
      observe: ['log', 'processes'],
    },
    {
      name: 'the keyboard request',
      section: '1.4',
      steps: [signalInit('SIGWINCH'), noted('kbrequest 2 N')],
      observe: ['log'],
    },
  ],
});
