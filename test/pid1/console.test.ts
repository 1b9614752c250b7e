import { expect, test } from 'vitest';
import { bootInit, describePid1, IS_ORIGINAL, type Booted } from '../support/booted-init.ts';
import type { Tree } from '../support/with-tree.ts';

/** What a machine's init finds by itself: in a container the console is whatever init was started with. */
const DEVICE = { CONSOLE: '/dev/console' };

const TREE: Tree = {
  // `WORD LEADS-A-TERMINAL`: whether the session has the terminal, and the process is in the foreground.
  't/tty!': `#!/bin/sh -f
set -- "$1" $(ps -o tty=,pgid=,tpgid= -p $$)
[ "$2" = '?' ] && echo "$1 none" >>/log && exit
[ "$3" = "$4" ] && echo "$1 foreground" >>/log
`,
  't/keys!':
    '#!/bin/sh\ntrap "echo interrupted >>/log; exit" INT\necho up >>/log\nwhile :; do sleep 0.05; done\n',
  // Takes it as every getty does: the leader of a session opens it.
  't/getty!': '#!/bin/sh\nexec <>"$CONSOLE" >&0 2>&0\n/t/tty getty\nexec sleep 1000\n',
  't/speak!': '#!/bin/sh\nps -o pid=,tty= -p 1 | while read -r _ tty; do echo "init $tty" >>/log; done\n',
};

const boot = (table: string): Promise<Booted> =>
  bootInit(`id:2:initdefault:\n${table}`, { env: DEVICE, tree: TREE });

describePid1('the console', () => {
  test('is controlling terminal of what is waited for in sysinit and boot, one after the other, and of nothing else', async () => {
    const init = await boot(
      's1::sysinit:/t/tty one\ns2::sysinit:/t/tty two\nb::boot:/t/tty boot\nbw::bootwait:/t/tty bootwait\n' +
        'w:2:wait:/t/tty wait\no:2:once:/t/tty once\nl:2:wait:/t/speak\nz:2:wait:/t/note up\n',
    );
    await init.noted('up 2 N');
    for (const line of ['one', 'two', 'bootwait'].map((name) => `${name} foreground`)) await init.noted(line);
    for (const line of ['boot', 'wait', 'once'].map((name) => `${name} none`)) await init.noted(line);
    await init.noted('init ?');
  });

  // The original has made it its own terminal by then: it opens it at each request without O_NOCTTY.
  test.skipIf(IS_ORIGINAL)('is controlling terminal of what is waited for in S', async () => {
    const init = await boot('s:S:wait:/t/tty single\nso:S:once:/t/tty beside\nw:2:wait:/t/note up\n');
    await init.noted('up 2 N');
    await init.telinit('S');
    await init.noted('single foreground');
    await init.noted('beside none');
  });

  test('is free for a getty after something of sysinit went on in the background', async () => {
    const init = await boot('s::sysinit:sleep 1000 </dev/console & /t/tty sysinit\ng:2:respawn:/t/getty\n');
    await init.noted('sysinit foreground');
    await init.noted('getty foreground');
  });

  test.skipIf(IS_ORIGINAL)('sends its keys to the single-user program, not to init', async () => {
    const init = await boot('s:S:wait:/t/keys\nw:2:wait:/t/note up\nca::ctrlaltdel:/t/note cad\n');
    await init.noted('up 2 N');
    await init.telinit('S');
    await init.noted('up');
    init.type('\u0003');
    await init.noted('interrupted');
    await init.noted('up 2 S');
    expect(init.log()).not.toContain('cad S 2');
  });

  test('that is stopped with ^S holds nobody up but who writes to it', async () => {
    const init = await boot('w:2:wait:/t/note up\nt:3:wait:/t/note three\nu:4:wait:/t/note four\n');
    await init.noted('up 2 N');
    init.type('\u0013');
    // More than the terminal keeps while it is stopped.
    for (let count = 0; count < 40; count++) await init.telinit('q');
    await init.run(['sh', '-c', 'i=0; while [ $i -lt 2000 ]; do echo bogus >/run/initctl; i=$((i+1)); done']);
    expect(await init.telinit('3')).toMatchObject({ code: 0 });
    await init.noted('three 3 2');
    expect(await init.telinit('4')).toMatchObject({ code: 0 });
    await init.noted('four 4 3');
  });

  test.skipIf(IS_ORIGINAL)('that hangs up leaves init and what it starts alive', async () => {
    const init = await boot(
      'r:23:respawn:/t/stay daemon\nw:2:wait:/t/note up\nt:3:wait:/t/note three\ns:S:wait:/t/note single\n',
    );
    await init.noted('up 2 N');
    await init.noted('daemon 2 N');
    init.hangUp();
    expect(await init.telinit('3')).toMatchObject({ code: 0 });
    await init.noted('three 3 2');
    expect(await init.telinit('S')).toMatchObject({ code: 0 });
    await init.noted('single S 3');
    await init.noted('up 2 S');
    expect(init.log().filter((line) => line === 'daemon 2 N')).toHaveLength(1);
  });

  test('that is missing is replaced by nothing', async () => {
    const init = await bootInit('id:2:initdefault:\ns::sysinit:/t/note sysinit\nw:2:wait:/t/note up\n', {
      env: { CONSOLE: '/dev/no-such-console' },
    });
    await init.noted('sysinit S N');
    await init.noted('up 2 N');
  });
});
