import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SAMPLE_MACHINE } from '../../support/vm/sample-machine.ts';
import {
  startVirtualMachine,
  whyNoVirtualMachine,
  type VirtualMachine,
} from '../../support/vm/virtual-machine.ts';

const CTRL_C = '\u0003';

const reason = await whyNoVirtualMachine();

describe.skipIf(reason !== undefined)(`rcinit as /sbin/init of a kernel ${reason ?? ''}`, () => {
  let machine: VirtualMachine;

  const logIn = async () => {
    await machine.waitForLine(/ login: $/);
    machine.type('root\r');
    await machine.waitForLine(/^# $/);
  };
  const output = async (command: string) => (await machine.shell(command)).lines.join('\n');

  /** Ctrl-C ends what runs in the foreground, and the rest of the line with it, but neither the shell nor init. */
  const interruptJob = async () => {
    machine.type('cat; echo "ov$((0))er"\rread by cat\r');
    // Once from the terminal, once from cat: only then it runs for certain.
    await machine.waitForLine(/^read by cat$/);
    await machine.waitForLine(/^read by cat$/);
    machine.type(CTRL_C);
    await machine.waitForLine(/^# $/);
    expect(machine.console.lines).not.toContain('ov0er');
  };

  beforeAll(async () => {
    machine = await startVirtualMachine(SAMPLE_MACHINE);
  });
  afterAll(() => machine?.end());

  test('boots through sysinit, whose entries have the console as controlling terminal in sane modes', async () => {
    await machine.waitForLine(/^INIT: version \S+ booting$/);
    const [, session, terminal] = / *(\d+) (\S+)/.exec(await machine.waitForLine(/^ *\d+ \S+ *$/)) ?? [];
    expect(terminal).toBe('ttyS0');
    expect(Number(session)).toBeGreaterThan(1);
    await machine.waitForLine(/ ixany .*-iutf8$/);
    await machine.waitForLine(/^isig icanon -iexten echo echoe -echok /);
    await machine.waitForLine(/INIT: Entering runlevel: 2$/);
    await machine.waitForLine(/\[ ok \] alpha/);
    await machine.waitForLine(/\[ ok \] beta/);
    expect(machine.console.raw).not.toContain('hung up');
  });

  test('the getty lets root in, with job control and keys that reach the foreground job alone', async () => {
    await logIn();
    expect(machine.console.raw).not.toContain('job control turned off');
    await interruptJob();
    expect(await output('tty; runlevel')).toBe('/dev/ttyS0\nN 2');
    expect(await output('ps -o sid=,tty= -p 1')).toMatch(/^ *1 \? *$/);
  });

  test('telinit 3 starts the third service', async () => {
    expect(await machine.shell('service gamma status')).toMatchObject({ code: 3 });
    machine.type('telinit 3\r');
    await machine.waitForLine(/INIT: added agetty on tty0 with id 0$/);
    await machine.waitForLine(/\[ ok \] gamma/);
    expect(await output('runlevel')).toBe('2 3');
    expect(await machine.shell('service gamma status')).toMatchObject({ code: 0 });
  });

  test('the keys of the keyboard run their entries', async () => {
    expect(await machine.shell(`${process.execPath} /root/map-key.cjs`)).toMatchObject({ code: 0 });
    machine.pressKeys('alt-up');
    await machine.waitForLine(/keyboard request$/);
    machine.pressKeys('ctrl-alt-delete');
    await machine.waitForLine(/three keys$/);
  });

  test.each([
    ['no file', ':', 'power failed'],
    ['O', 'echo OK >/var/run/powerstatus', 'power back'],
    ['L', 'echo LOW >/var/run/powerstatus', 'battery low'],
    ['F', 'echo FAIL >/var/run/powerstatus', 'power failed'],
    ['O at the old place', 'echo OK >/etc/powerstatus', 'power back'],
  ])('SIGPWR with power status %s runs its entry', async (_name, prepare, text) => {
    machine.type(`${prepare}; kill -s PWR 1\r`);
    await machine.waitForLine(new RegExp(`${text}$`));
    expect(await machine.shell('test -e /etc/powerstatus -o -e /run/powerstatus')).toMatchObject({ code: 1 });
  });

  test('the old place of the power status is warned about', () => {
    expect(machine.console.lines).toContainEqual(
      expect.stringMatching(
        /INIT: warning: found obsolete path \/etc\/powerstatus, use \/var\/run\/powerstatus instead$/,
      ),
    );
  });

  test('SIGRTMIN+4 asks shutdown(8) to power off, once', async () => {
    await machine.shell('mv /usr/sbin/shutdown /root/real; mv /root/shutdown /usr/sbin/shutdown');
    machine.type('kill -38 1\r');
    await machine.waitForLine(/asked to shutdown -hP now$/);
    machine.type('kill -38 1; kill -s WINCH 1\r');
    await machine.waitForLine(/keyboard request$/);
    expect(machine.console.raw.match(/asked to shutdown/g)).toHaveLength(1);
    await machine.shell('mv /root/real /usr/sbin/shutdown');
  });

  // What init itself says of these changes may be lost: the console is flushed at once, as by the original.
  test('reboot stops the services in order and restarts the machine', async () => {
    machine.type('reboot\r');
    for (const name of ['gamma', 'beta', 'alpha']) await machine.waitForLine(new RegExp(`${name} stopped`));
    await machine.waitForLine(/^INIT: version \S+ booting$/);
    await logIn();
    expect(await output('runlevel')).toBe('N 2');
    // Over the socket, which sysinit mounted something over.
    expect(await machine.shell('rcinit status >/dev/null')).toMatchObject({ code: 0 });
  });

  test('telinit S ends the getty and gives its shell the terminal; its end leads back to level 2', async () => {
    machine.type('telinit S\r');
    await machine.waitForLine(/Press Enter for maintenance/);
    await machine.typeUntil('\r', /^# $/);
    expect(machine.console.raw).not.toContain('job control turned off');
    await interruptJob();
    expect(await output('runlevel; ps -o tty= -p $$')).toMatch(/^2 S\nttyS0 *$/);
    machine.type('exit\r');
    await machine.waitForLine(/INIT: Entering runlevel: 2$/);
    await logIn();
    expect(await output('runlevel')).toBe('S 2');
  });

  test('poweroff powers the machine off', async () => {
    machine.type('poweroff\r');
    await machine.waitForLine(/alpha stopped/);
    expect(await machine.exited).toBe(0);
  });
});
