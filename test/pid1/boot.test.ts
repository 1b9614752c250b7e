import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bootInit, describePid1, IS_ORIGINAL } from '../support/booted-init.ts';
import { makeFifo, passGate } from '../support/fifo-gate.ts';
import { APPLETS } from '../support/pid1.ts';

const PROBE = `#!/bin/sh
{
  ls /proc/self/fd | sort -n | tr '\\n' ' '; echo
  read -r pid name state ppid pgrp session rest </proc/self/stat
  echo "leader $((pid == session)) $((pid == pgrp)) parent $ppid"
  pwd
  umask
  grep -E '^Sig(Blk|Ign):' /proc/self/status | tr '\\t\\n' '  '; echo
} >/probe.new 2>&1
env | sort >/env
mv /probe.new /probe
echo probed >>/log
`;

describePid1('boot', () => {
  test('goes through sysinit, boot, bootwait and the level in order, one waited-for entry after the other', async () => {
    const init = await bootInit(
      [
        'id:2:initdefault:',
        'l2:2:wait:/t/note wait',
        'l3:3:wait:/t/note wrong',
        'b1::bootwait:/t/note bootwait',
        's1::sysinit:/t/note sysinit-1',
        's2::sysinit:/t/note sysinit-2',
        'o2:2:wait:/t/note last',
        '',
      ].join('\n'),
    );
    await init.noted('last 2 N');
    expect(init.log()).toEqual(['sysinit-1 S N', 'sysinit-2 S N', 'bootwait S N', 'wait 2 N', 'last 2 N']);
    await init.console.waitForLine(/^INIT: Entering runlevel: 2$/);
  });

  test('a wait entry blocks what follows it until it ends', async () => {
    const tree = { 'pre!': '#!/bin/sh\nexec mkfifo /gate\n' };
    const init = await bootInit(
      'id:2:initdefault:\ns::sysinit:/pre\nw1:2:wait:/t/gate first\nr1:2:respawn:/t/stay second\nw2:2:wait:/t/note third\n',
      { tree },
    );
    await init.noted('first 2 N');
    expect(init.log()).toEqual(['first 2 N']);
    await passGate(join(init.dir, 'gate'));
    await init.noted('second 2 N');
    await init.noted('third 2 N');
    expect(init.log().toSorted()).toEqual(['first 2 N', 'first over', 'second 2 N', 'third 2 N']);
  });

  test('a boot entry is not waited for and goes on in the level', async () => {
    const init = await bootInit('id:2:initdefault:\nb::boot:/t/stay booted\nl23:23:wait:/t/note level\n');
    await init.noted('level 2 N');
    await init.noted('booted S N');
    await init.telinit('4');
    await init.telinit('3');
    await init.noted('level 3 4');
    expect((await init.run(['pidof', 'sleep'])).code).toBe(0);
  });

  test('children: own session and group, cwd /, umask 022, only 0-2 open, default signals, the documented environment', async () => {
    const init = await bootInit('id:2:initdefault:\np:2:once:/probe-me\n', {
      args: ['auto', 'answer=42'],
      tree: { 'probe-me!': PROBE },
    });
    await init.noted('probed');
    const [fds, leader, cwd, umask, signals] = readFileSync(join(init.dir, 'probe'), 'utf8').split('\n');
    // Three of its own, and the one `ls` reads the folder with.
    expect(fds?.trim()).toBe('0 1 2 3');
    expect(leader).toBe('leader 1 1 parent 1');
    expect(cwd).toBe('/');
    expect(umask).toBe('0022');
    expect(signals?.trim()).toBe('SigBlk: 0000000000000000 SigIgn: 0000000000000000');
    const env = readFileSync(join(init.dir, 'env'), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const ours = env.filter((line) => !/^(PWD|OLDPWD|SHLVL|_|INIT_VERSION)=/.test(line));
    expect(ours).toEqual([
      'AUTOBOOT=YES',
      // In a container the console is whatever the container manager gave, and has no name.
      ...(IS_ORIGINAL ? ['CONSOLE=/dev/console'] : []),
      'HOME=/',
      'PATH=/sbin:/usr/sbin:/bin:/usr/bin',
      'PREVLEVEL=N',
      'RUNLEVEL=2',
      'SHELL=/bin/sh',
      'TERM=linux',
    ]);
  });

  test('a level on the command line wins over initdefault', async () => {
    const init = await bootInit('id:2:initdefault:\nl2:2:wait:/t/note two\nl4:4:wait:/t/note four\n', {
      args: ['4'],
    });
    await init.noted('four 4 N');
    expect(init.log()).toEqual(['four 4 N']);
  });

  test.skipIf(IS_ORIGINAL)(
    'a container without a terminal boots, and its programs speak through its pipes',
    async () => {
      const init = await bootInit('id:2:initdefault:\nl2:2:wait:/bin/echo hello from a child\n', {
        console: 'pipe',
      });
      await init.console.waitForLine(/hello from a child/);
      await init.console.waitForLine(/INIT: Entering runlevel: 2/);
    },
  );

  test('the level field takes several levels, and none means all digits', async () => {
    const init = await bootInit(
      'id:2:initdefault:\na:45:wait:/t/note not\nb:1234:wait:/t/note several\nc::wait:/t/note none\n',
    );
    await init.noted('none 2 N');
    expect(init.log()).toEqual(['several 2 N', 'none 2 N']);
  });

  test('process fields: shell characters, @ and # as documented', async () => {
    const init = await bootInit(
      [
        'id:2:initdefault:',
        'a:2:wait:/t/note one; /t/note two',
        'b:2:wait:@/t/note $x "y;',
        'c:2:wait:+/t/note plus',
        'd:2:wait:/t/note before # behind',
        'e:2:wait:/t/note last:with:colons',
        '',
      ].join('\n'),
    );
    await init.noted('last:with:colons 2 N');
    // The original of Debian 12 execs the shell's command, so nothing follows (fixed in 3.11), and leaves an empty
    // argument before a `#`.
    const [two, before] = IS_ORIGINAL ? [[], 'before  2 N'] : [['two 2 N'], 'before 2 N'];
    const rest = ['$x "y; 2 N', 'plus 2 N', before, 'last:with:colons 2 N'];
    expect(init.log()).toEqual(['one 2 N', ...two, ...rest]);
  });

  test('a program that cannot be run is named, and the boot goes on', async () => {
    const init = await bootInit('id:2:initdefault:\na:2:wait:/no/such/program -x\nb:2:wait:/t/note next\n');
    await init.noted('next 2 N');
    await init.console.waitForLine(/^INIT: cannot execute "\/no\/such\/program"/);
  });

  test('a script without an interpreter line is run by sh', async () => {
    const init = await bootInit('id:2:initdefault:\na:2:wait:/bare word\n', {
      tree: { 'bare!': 'echo "bare $1" >>/log\n' },
    });
    await init.noted('bare word');
  });

  test('/etc/initscript runs every command but those of S', async () => {
    const init = await bootInit('id:2:initdefault:\ns::sysinit:/t/note sys\na:2:wait:+/t/note hello\n', {
      tree: { 'etc/initscript': 'echo "wrapped $1 $2 $3 $4" >>/log\neval exec "$4"\n' },
    });
    await init.noted('hello 2 N');
    expect(init.log()).toEqual([
      'wrapped s # sysinit /t/note sys',
      'sys S N',
      'wrapped a 2 wait /t/note hello',
      'hello 2 N',
    ]);
  });

  test('inittab.d/*.tab is read too', async () => {
    const init = await bootInit('id:2:initdefault:\na:2:wait:/t/note main\n', {
      tree: {
        'etc/inittab.d/x.tab': '# comment\nx:2:wait:/t/note tab\n',
        'etc/inittab.d/x.tab.bak': 'y:2:wait:/t/note no\n',
      },
    });
    await init.noted('tab 2 N');
    expect(init.log()).toEqual(['main 2 N', 'tab 2 N']);
  });

  test.skipIf(IS_ORIGINAL)('the control fifo is there before the first program starts', async () => {
    const init = await bootInit('id:2:initdefault:\ns::sysinit:/look\nl2:2:wait:/t/note two\n', {
      tree: { 'look!': '#!/bin/sh\n[ -p /run/initctl ] && echo there >>/log\n' },
    });
    await init.noted('two 2 N');
    expect(init.log()).toEqual(['there', 'two 2 N']);
  });

  test('single on the command line runs the S entries only, then the default level with boot entries', async () => {
    const init = await bootInit(
      'id:2:initdefault:\nsi::sysinit:/pre\nbw::bootwait:/t/note bootwait\ns:S:wait:/t/gate shell\nl2:2:wait:/t/note two\n',
      { args: ['single'], tree: { 'pre!': '#!/bin/sh\nexec mkfifo /gate\n' } },
    );
    await init.noted('shell S N');
    expect(init.log()).toEqual(['shell S N']);
    await passGate(join(init.dir, 'gate'));
    await init.noted('two 2 N');
    expect(init.log()).toEqual(['shell S N', 'shell over', 'bootwait S N', 'two 2 N']);
  });

  test('telinit S ends everything but boot entries and S, and the end of S leads back to the default level', async () => {
    const init = await bootInit(
      'id:2:initdefault:\ns:S:wait:/t/gate shell\nr:2:respawn:/t/stay daemon\nl2:2:wait:/t/note two\n',
    );
    await init.noted('two 2 N');
    makeFifo(join(init.dir, 'gate'));
    expect(await init.telinit('S')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    await init.noted('shell S 2');
    expect((await init.run(['pidof', 'sleep'])).code).toBe(1);
    await passGate(join(init.dir, 'gate'));
    await init.noted('two 2 S');
    await init.noted('daemon 2 S');
  });

  test('telinit S starts its entries at every stay', async () => {
    const init = await bootInit('id:2:initdefault:\ns:S:wait:/t/gate shell\nr:2:respawn:/t/stay daemon\n');
    await init.noted('daemon 2 N');
    makeFifo(join(init.dir, 'gate'));
    for (const [stay, before] of [
      [1, 'daemon 2 N'],
      [2, 'daemon 2 S'],
    ] as const) {
      await init.noted(before);
      await init.telinit('S');
      await init.noted('shell S 2', stay);
      await passGate(join(init.dir, 'gate'));
    }
  });

  test.skipIf(IS_ORIGINAL)('what sysinit mounts over /run hides neither fifo nor socket', async () => {
    const ask = `#!/bin/sh\n${APPLETS}/telinit q 2>>/log && ${APPLETS}/rcinit status >/dev/null 2>>/log && echo heard >>/log\n`;
    const table =
      'id:2:initdefault:\nm::sysinit:/bin/mount -t tmpfs tmpfs /run\na:2:wait:/t/ask\nb:2:wait:/t/note up\n';
    const init = await bootInit(table, { tree: { 't/ask!': ask } });
    await init.noted('up 2 N');
    expect(init.log()).toEqual(['heard', 'up 2 N']);
  });
});
