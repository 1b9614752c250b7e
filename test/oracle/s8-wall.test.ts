import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { compareMachines, type Case } from '../support/oracle/scenario.ts';
import { noted, tool, until, type Step } from '../support/oracle/steps.ts';
import { utmpRecord } from '../support/utmp-file.ts';

/** Every byte that comes to the terminal of somebody who is logged in. */
const DUMP = '/t/dump';
const USER_PROCESS = 7;

const logIn: Step = async ({ machine }) => {
  const line = readFileSync(machine.path('/t/tty'), 'utf8').trim().replace('/dev/', '');
  const record = utmpRecord({ type: USER_PROCESS, pid: 1, line, id: 'x', user: 'alice' });
  appendFileSync(machine.path('/var/run/utmp'), record);
};

/** A program of its own passes the bytes on, so what was said is waited for. */
const shutdown = (args: readonly string[], ...ends: readonly string[]): Case => ({
  name: `shutdown ${args.join(' ').slice(0, 50)}`,
  section: '8.1',
  steps: [
    async (context) => {
      const text = () => readFileSync(context.machine.path(DUMP), 'latin1');
      const before = text().length;
      const result = await tool('shutdown', ...args)(context);
      for (const end of ends)
        await until(`"${end}" on the terminal`, () => text().slice(before).includes(end))(context);
      const said = text()
        .slice(before)
        .replace(/^Script started on .*\n/, '')
        .replaceAll(/\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}/g, 'TIME');
      return { result, said };
    },
  ],
  observe: ['log'],
});

compareMachines({
  name: 'what users are told',
  inittab: [
    'id:2:initdefault:',
    `s:2:once:+/usr/bin/script -qfc "stty -echo; tty >/t/tty.new; mv /t/tty.new /t/tty; read -r line </t/never" ${DUMP}`,
    'e:2:wait:/t/note end',
  ],
  cases: [
    {
      name: 'a login',
      section: '8.1',
      steps: [noted('end 2 N'), until('a terminal', (machine) => existsSync(machine.path('/t/tty'))), logIn],
      observe: [],
    },
    shutdown(['-k', '-h', 'now'], 'NOW!'),
    shutdown(['-k', '-r', 'now', 'short', 'words'], 'NOW!'),
    shutdown(['-k', 'now'], 'NOW!'),
    shutdown(['-k', '-i', '5', 'now'], 'level'),
    shutdown(['-k', '-ia', 'now'], 'NOW!'),
    shutdown(['-k', '-h', 'now', 'a\ttab', 'a\x07bell', 'an\x1b[1mescape'], 'NOW!'),
    shutdown(['-k', '-h', '-P', 'now', 'x'.repeat(200)], 'NOW!'),
    shutdown(['-k', '-q', '-h', 'now'], 'NOW!'),
    shutdown(['-k', '-Q', '-h', 'now'], 'NOW!'),
  ],
});
