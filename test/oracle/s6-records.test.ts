import { compareMachines } from '../support/oracle/scenario.ts';
import { gone, kill, noted, openGate, remove, run, shown, telinit, write } from '../support/oracle/steps.ts';

const RECORDS = ['utmp', 'wtmp', 'level'] as const;

compareMachines({
  name: 'the records of a boot',
  inittab: [
    'id:2:initdefault:',
    's1::boot:/t/stay boot',
    'l2:2:wait:/t/note two',
    'r:23:respawn:/t/stay both',
    '+:2:respawn:+/t/stay unrecorded',
    'full:2:once:/t/note four-letters',
    'l3:3:wait:/t/note three',
    'e3:3:wait:/t/note end',
  ],
  cases: [
    {
      name: 'boot, level, processes',
      section: '6',
      steps: [noted('both 2 N'), noted('four-letters 2 N'), noted('boot S N'), noted('unrecorded 2 N')],
      observe: ['utmp', 'sortedWtmp', 'level'],
    },
    {
      name: 'who and runlevel read them',
      section: '6',
      steps: [
        run('who', '-r', '--lookup'),
        run('/usr/sbin/runlevel'),
        run('/usr/sbin/runlevel', '/var/run/utmp'),
        run('/usr/sbin/runlevel', '/nowhere'),
      ],
      observe: [],
    },
    {
      name: 'a process that was killed and started again',
      section: '6',
      steps: [kill('stay both'), noted('both 2 N')],
      observe: RECORDS,
    },
    {
      name: 'a process without records',
      section: '6',
      steps: [kill('stay unrecorded'), noted('unrecorded 2 N')],
      observe: RECORDS,
    },
    {
      name: 'a change of level',
      section: '6',
      steps: [telinit('3'), noted('end 3 2'), gone('stay unrecorded')],
      observe: ['utmp', 'sortedWtmp', 'level'],
    },
    {
      name: 'runlevel then',
      section: '7',
      steps: [run('/usr/sbin/runlevel'), run('who', '-b', '-r')],
      observe: [],
    },
  ],
});

compareMachines({
  name: 'the records of a waited-for entry at boot',
  inittab: [
    'id:2:initdefault:',
    's1::sysinit:/t/note sysinit',
    'b1::bootwait:/t/note bootwait',
    'e:2:wait:/t/note end',
  ],
  cases: [
    {
      name: 'are there',
      section: '6',
      steps: [noted('end 2 N'), shown('no more')],
      observe: ['utmp', 'wtmp', 'level'],
    },
  ],
});

compareMachines({
  name: 'records of S',
  kernelWords: ['single'],
  inittab: [
    'id:2:initdefault:',
    'b1::bootwait:/t/note bootwait',
    'S:S:wait:/t/gate single',
    'e:2:wait:/t/note end',
  ],
  cases: [
    { name: 'no level record at boot', section: '6', steps: [noted('single S N')], observe: RECORDS },
    { name: 'one when it ends', section: '6', steps: [openGate, noted('end 2 N')], observe: RECORDS },
    {
      name: 'and when it is entered',
      section: '6',
      steps: [telinit('S'), noted('single S 2')],
      observe: RECORDS,
    },
    {
      name: 'and left by a request',
      section: '6',
      steps: [telinit('2'), noted('end 2 S')],
      observe: RECORDS,
      differs: {
        utmp: {
          see: 'two DEAD_PROCESS records, the second of pid 0',
          ours: (records: readonly string[]) =>
            records
              .map((record) => (/id "S"/.test(record) ? record.replace('pid 0', 'pid PID') : record))
              .toSorted(),
        },
        wtmp: {
          see: 'one, with its pid',
          ours: (records: readonly string[]) =>
            records.filter((record) => !/^type 8, pid 0,.*id "S"/.test(record)),
        },
      },
    },
  ],
});

compareMachines({
  name: 'records without files',
  tree: { 'etc/no-wtmp!': '#!/bin/sh\nrm -f /var/log/wtmp /var/run/utmp\n' },
  inittab: [
    'id:2:initdefault:',
    's1::sysinit:+/etc/no-wtmp',
    'e:2:wait:/t/note end',
    'l3:3:wait:/t/note three',
    'l4:4:wait:/t/note four',
  ],
  cases: [
    { name: 'are not written', section: '6', steps: [noted('end 2 N')], observe: RECORDS },
    {
      name: 'and written later when there are some',
      section: '6',
      steps: [write('/var/log/wtmp', ''), write('/var/run/utmp', ''), telinit('3'), noted('three 3 2')],
      observe: RECORDS,
      differs: {
        wtmp: {
          see: 'what could not be written at once comes level first, then boot',
          ours: (records: readonly string[]) => records.slice(1),
        },
      },
    },
    {
      name: 'an emptied utmp',
      section: '2.3',
      steps: [write('/var/run/utmp', ''), telinit('4'), noted('four 4 3')],
      observe: RECORDS,
      differs: {
        utmp: {
          see: 'an emptied utmp gets no BOOT_TIME back',
          ours: (records: readonly string[]) =>
            [...records, 'type 2, pid 0, line "~", id "~~", user "reboot", host "", time, rest 0'].toSorted(),
        },
      },
    },
    {
      name: 'a removed level file',
      section: '6',
      steps: [remove('/var/run/runlevel'), telinit('3'), noted('three 3 4')],
      observe: ['level'],
    },
  ],
});

compareMachines({
  name: 'records of what cannot be executed',
  inittab: ['id:2:initdefault:', 'x:2:wait:/t/missing', 'e:2:wait:/t/note end'],
  cases: [
    {
      name: 'are none',
      section: '6',
      steps: [noted('end 2 N')],
      observe: ['utmp', 'wtmp'],
      differs: {
        utmp: {
          see: 'a command that cannot be executed has INIT_PROCESS and DEAD_PROCESS records',
          ours: withoutX,
        },
        wtmp: { see: 'there never was a process', ours: withoutX },
      },
    },
  ],
});

function withoutX(records: readonly string[]): readonly string[] {
  return records.filter((record) => !record.includes('id "x"'));
}
