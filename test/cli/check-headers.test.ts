import { describe, expect, test } from 'vitest';
import { applet } from '../../src/cli/rcinit.ts';
import { callApplet, type AppletRun } from '../support/run-applet.ts';
import { withTree, type Tree } from '../support/with-tree.ts';

function check(tree: Tree, ...args: readonly string[]): Promise<AppletRun> {
  const root = withTree({ 'etc/inittab': 'id:2:initdefault:\nl2:2:wait:rc 2\n', ...tree });
  return callApplet(applet, ['check', '--root', root, ...args], { name: 'rcinit', cwd: root });
}

/** A script with a whole header, and what else is to stand in it. */
function script(name: string, required = '', more = ''): string {
  return `#!/bin/sh\n### BEGIN INIT INFO\n# Provides: ${name}\n# Required-Start: ${required}\n# Required-Stop:\n# Default-Start: 2\n# Default-Stop:\n${more}### END INIT INFO\n`;
}

const END = (errors: string, links: string): string =>
  `rcinit check: ${errors}; default run level 2, 2 entries, ${links}`;

describe('rcinit check of headers', () => {
  test.each<[symptom: string, tree: Tree, code: number, lines: string[]]>([
    [
      'words that insserv loses',
      {
        'etc/init.d/a!': script('a').replace('Default-Start: 2', 'Default-Start: 2345'),
        'etc/rc2.d/S01a=': '../init.d/a',
      },
      0,
      [
        'etc/init.d/a:6:18: warning: insserv drops "2345" from Default-Start; rcinit reads it as 2 3 4 5',
        '  # Default-Start: 2345',
        '                   ^^^^',
        '  hint: write 2 3 4 5',
        END('0 errors, 1 warning', '1 link'),
      ],
    ],
    [
      'a header without an end',
      {
        'etc/init.d/a!': '#!/bin/sh\n### BEGIN INIT INFO\n# Provides: a\n',
        'etc/rc2.d/S01a=': '../init.d/a',
      },
      1,
      [
        'etc/init.d/a:2: error: script a is broken: missing end of LSB comment.',
        '  hint: add the line "### END INIT INFO" after the last keyword',
        END('1 error, 0 warnings', '1 link'),
      ],
    ],
    [
      'a missing header, which is no fault',
      { 'etc/init.d/a!': '#!/bin/sh\n', 'etc/rc2.d/S01a=': '../init.d/a' },
      0,
      [
        "etc/init.d/a: note: script 'a' missing LSB tags",
        '  hint: add a block from "### BEGIN INIT INFO" to "### END INIT INFO" after the first line, or an override in /etc/insserv/overrides',
        END('0 errors, 0 warnings', '1 link'),
      ],
    ],
    [
      'a service nobody provides, once',
      {
        'etc/init.d/a!': script('a', 'ghost'),
        'etc/init.d/b!': script('b', 'ghost'),
        'etc/rc2.d/S01a=': '../init.d/a',
        'etc/rc2.d/S01b=': '../init.d/b',
      },
      1,
      [
        'etc/init.d/a:4:19: error: nobody provides "ghost", which a requires; insserv and update-rc.d refuse to work',
        '  # Required-Start: ghost',
        '                    ^^^^^',
        '  hint: install a script that provides it, or move the word to Should-Start',
        END('1 error, 0 warnings', '2 links'),
      ],
    ],
    [
      'facilities that are not defined or that nobody provides',
      {
        'etc/init.d/a!': script('a', '$foo $syslog +$bar $all +gone'),
        'etc/insserv.conf': '$syslog +rsyslog +sysklogd\n',
        'etc/rc2.d/S01a=': '../init.d/a',
      },
      0,
      [
        'etc/init.d/a:4:19: warning: nothing says what $foo stands for, nobody is waited for',
        '  # Required-Start: $foo $syslog +$bar $all +gone',
        '                    ^^^^',
        '  hint: define it in /etc/insserv.conf or /etc/insserv.conf.d, or name a service',
        'etc/init.d/a:4:24: note: nobody provides $syslog, nobody is waited for',
        '  # Required-Start: $foo $syslog +$bar $all +gone',
        '                         ^^^^^^^',
        '  hint: install a script that provides one of: rsyslog, sysklogd',
        END('0 errors, 1 warning', '1 link'),
      ],
    ],
    [
      'a required script that is not started there',
      {
        'etc/init.d/a!': script('a', 'log'),
        'etc/init.d/logger!': script('log'),
        'etc/rc2.d/S01a=': '../init.d/a',
        'etc/rc3.d/S01logger=': '../init.d/logger',
      },
      0,
      [
        'etc/init.d/a:4:19: warning: "log" (script logger) is not started in 2, where a requires it',
        '  # Required-Start: log',
        '                    ^^^',
        '  hint: enable it: update-rc.d logger enable, or insserv logger',
        END('0 errors, 1 warning', '2 links'),
      ],
    ],
    [
      'a loop at the line that is best changed',
      {
        'etc/init.d/a!': script('a', 'b'),
        'etc/init.d/b!': script('b', '', '# Should-Start: a\n'),
        'etc/rc2.d/S01a=': '../init.d/a',
        'etc/rc2.d/S01b=': '../init.d/b',
      },
      1,
      [
        'etc/init.d/b:8:17: error: There is a loop between service a and b if started: a needs b (Required-Start, /etc/init.d/a:4) → b needs a (Should-Start, /etc/init.d/b:8)',
        '  # Should-Start: a',
        '                  ^',
        '  hint: to break it, take a out of Should-Start in /etc/init.d/b:8',
        END('1 error, 0 warnings', '2 links'),
      ],
    ],
    [
      'a facility that stands for itself',
      {
        'etc/init.d/a!': script('a', '$x'),
        'etc/insserv.conf': '$x $y\n$y $x\n',
        'etc/rc2.d/S01a=': '../init.d/a',
      },
      1,
      [
        'etc/insserv.conf: error: Loop detected during expanding system facilities in the insserv.conf file(s): $x $y',
        '  hint: take $x out of the members of $y',
        END('1 error, 0 warnings', '1 link'),
      ],
    ],
    [
      'nothing where scripts stand in the link directory themselves',
      { 'etc/rc2.d/S01a!': '#!/bin/sh\n' },
      0,
      [END('0 errors, 0 warnings', '1 link')],
    ],
    [
      'an init.d that is no folder',
      { 'etc/init.d': '', 'etc/rc2.d/S01a!': '#!/bin/sh\n' },
      1,
      [
        'etc/init.d: error: cannot be read: Not a directory; no script has a place',
        '  hint: make it a readable directory',
        END('1 error, 0 warnings', '1 link'),
      ],
    ],
  ])('names %s', async (_, tree, code, lines) => {
    expect(await check(tree)).toEqual({ code, signal: null, out: `${lines.join('\n')}\n`, err: '' });
  });

  test('says nothing of scripts that have no links', async () => {
    expect((await check({ 'etc/init.d/a!': script('a', 'ghost'), 'etc/rc2.d/README': '' })).out).toBe(
      `${END('0 errors, 0 warnings', '1 link')}\n`,
    );
  });

  test('reads an override in the place of the script, and names it', async () => {
    const { out } = await check({
      'etc/init.d/a!': script('a'),
      'etc/insserv/overrides/a': script('a', 'ghost'),
      'etc/rc2.d/S01a=': '../init.d/a',
    });
    expect(out).toMatch(/^etc\/insserv\/overrides\/a:4:19: error: nobody provides "ghost"/);
  });
});
