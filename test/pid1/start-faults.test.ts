import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bootInit, describePid1, type BootOptions } from '../support/booted-init.ts';

/** Elsewhere than at /proc, so that init takes itself for a machine's. */
const EARLY_PROC = '/.proc';
const TABLE =
  'id:2:initdefault:\nl2:2:wait:/t/note up\nr:2:respawn:/t/stay daemon\nl3:3:wait:/t/note three\n';
const MACHINE_TABLE = `pp::sysinit:/bin/mount -n --move ${EARLY_PROC} /proc\n${TABLE}`;

/** Loaded before init, in init alone. */
function faulty(code: string, when: 'at once' | 'not yet' = 'at once'): BootOptions {
  return {
    env: { NODE_OPTIONS: '--require=/fault.cjs' },
    tree: {
      'fault.cjs': `if (process.pid === 1) { ${code} }`,
      'sbin/sulogin!':
        '#!/bin/sh\necho "sulogin $*" >>/log\nread -r line\n[ "$line" != fixed ] || rm -f /fault\n',
      ...(when === 'at once' && { fault: '' }),
    },
  };
}

/** The umask is the first thing that is set. */
const NO_UMASK = `const { umask } = process;
  process.umask = (mask) => {
    if (require('node:fs').existsSync('/fault')) throw new Error('injected');
    return umask(mask);
  };`;

describePid1('an error at the start of init', () => {
  test('a machine says why, lends the console, and starts again when that ends, until it can', async () => {
    const init = await bootInit(MACHINE_TABLE, { ...faulty(NO_UMASK), proc: EARLY_PROC });
    await init.noted('sulogin -t 60');
    await init.console.waitForLine(/a shell for repairs/);
    expect(init.console.lines.slice(0, 2)).toEqual([
      'INIT: cannot start: injected',
      'INIT: a shell for repairs follows; init starts again when it ends',
    ]);
    init.type('not yet\n');
    await init.noted('sulogin -t 60', 2);
    init.type('fixed\n');
    await init.noted('daemon 2 N');
    expect(init.log()).toEqual(['sulogin -t 60', 'sulogin -t 60', 'up 2 N', 'daemon 2 N']);
    await init.telinit('3');
    await init.noted('three 3 2');
  });

  test('what PID 1 of a machine is asked for and cannot do is no reason to end', async () => {
    const env = { RCINIT_ROOT: '/nowhere' };
    const init = await bootInit(MACHINE_TABLE, { ...faulty(''), env, proc: EARLY_PROC });
    await init.noted('sulogin -t 60');
    expect(await init.console.waitForLine(/cannot start/)).toBe(
      'INIT: cannot start: cannot boot "/nowhere": no such folder; --root names the folder that holds etc/inittab',
    );
    expect(existsSync(`/proc/${init.hostPid}`)).toBe(true);
  });

  test('a container ends with it, for its manager to see', async () => {
    const init = await bootInit(TABLE, faulty(NO_UMASK));
    expect(await init.exited).toEqual({ code: 70, signal: null });
    expect(await init.console.waitForLine(/internal error/)).toBe(
      'init: internal error, please report it: Error: injected',
    );
    expect(init.log()).toEqual([]);
  });

  test('what runs survives a new program that cannot start at first', async () => {
    const init = await bootInit(TABLE, { ...faulty(NO_UMASK, 'not yet'), console: 'pipe' });
    await init.noted('daemon 2 N');
    await init.run(['sh', '-c', ': >/fault']);
    await init.telinit('u');
    await init.console.waitForLine(/^INIT: trying again in 5 s$/);
    expect(init.console.lines.slice(2, 4)).toEqual([
      'INIT: cannot start: injected',
      'INIT: trying again in 5 s',
    ]);
    await init.run(['rm', '/fault']);
    await init.console.waitForLine(/^INIT: version .* reloading$/);
    await init.telinit('3');
    await init.noted('three 3 2');
    expect(init.log()).toEqual(['up 2 N', 'daemon 2 N', 'three 3 2']);
  });
});

describePid1('what init can do without', () => {
  test('a signal that cannot be listened to is said', async () => {
    const init = await bootInit(
      TABLE,
      faulty(`const { on } = process;
        process.on = (name, listener) => {
          if (name === 'SIGPWR') throw new Error('injected');
          return on.call(process, name, listener);
        };`),
    );
    await init.noted('up 2 N');
    await init.console.waitForLine(/^INIT: cannot listen to SIGPWR$/);
    await init.telinit('3');
    await init.noted('three 3 2');
  });

  test('the limit of open files of a machine is said', async () => {
    // Without sysinit, whose terminal is reset, and with it what was not read yet.
    const init = await bootInit(TABLE, {
      ...faulty(`const { dlopen } = process;
        process.dlopen = (module, ...rest) => {
          dlopen.call(process, module, ...rest);
          const { load, ...koffi } = module.exports;
          const deny = (library) => ({
            symbol: (name) => library.symbol(name),
            func: (text) =>
              text.includes('setrlimit') ? () => { throw new Error('injected'); } : library.func(text),
          });
          module.exports = { ...koffi, load: (path) => deny(load(path)) };
        };`),
      proc: EARLY_PROC,
    });
    await init.noted('up 2 N');
    const said = /^INIT: cannot limit open files: injected; going on without$/;
    await init.console.waitForLine(said);
  });
});
