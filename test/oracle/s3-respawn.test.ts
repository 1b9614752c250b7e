import { expect } from 'vitest';
import { compareMachines } from '../support/oracle/scenario.ts';
import { kill, noted, shown, signalInit, telinit } from '../support/oracle/steps.ts';

const HELD = 'respawning too fast: disabled for 5 minutes';
/** Ours says more, in a second line. */
const more = { see: 'the same line, and a second one: command, last exit status or signal' } as const;
const withReason = (pattern: RegExp) => ({
  ...more,
  ours: (said: readonly string[]) =>
    said.flatMap((line) =>
      line.includes(HELD) ? [line, expect.stringMatching(pattern) as unknown] : [line],
    ),
});

compareMachines({
  name: 'an entry that ends at once',
  inittab: [
    'id:2:initdefault:',
    'r9:2:respawn:/t/note again',
    'r8:2:respawn:/t/stay other',
    'x:2:respawn:/t/missing',
  ],
  cases: [
    {
      name: 'is started ten times, then no more',
      section: '3',
      steps: [noted('again 2 N', 10), noted('other 2 N'), shown(`"r9" ${HELD}`), shown(`"x" ${HELD}`)],
      observe: ['sortedLog', 'processes'],
    },
    {
      name: 'q gives it a fresh ten',
      section: '3',
      steps: [telinit('q'), noted('again 2 N', 10), shown(`"r9" ${HELD}`)],
      observe: ['sortedLog', 'processes'],
    },
    {
      name: 'so does SIGHUP',
      section: '3',
      steps: [signalInit('SIGHUP'), noted('again 2 N', 10), shown(`"r9" ${HELD}`)],
      observe: ['sortedLog'],
    },
    {
      name: 'and a demand',
      section: '3',
      steps: [telinit('a'), noted('again 2 N', 10), shown(`"r9" ${HELD}`)],
      observe: ['sortedLog'],
    },
    {
      name: 'others are not concerned',
      section: '3',
      steps: [kill('stay other'), noted('other 2 N')],
      observe: ['log', 'processes'],
    },
  ],
});

compareMachines({
  name: 'the words',
  inittab: ['id:2:initdefault:', 'r9:2:respawn:/t/exit 3'],
  cases: [
    {
      name: 'of an entry that ends at once',
      section: '3',
      steps: [noted('3 2 N', 10), shown(`"r9" ${HELD}`)],
      observe: ['said', 'syslog'],
      differs: {
        said: withReason(/^INIT: Id "r9": "\/t\/exit 3" exited with status 3 after \d\.\d\d s; next try at/),
        syslog: withReason(
          /^<30>TIME init: Id "r9": "\/t\/exit 3" exited with status 3 after \d\.\d\d s; next try at/,
        ),
      },
    },
  ],
});
