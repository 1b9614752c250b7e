/** Runs sysvinit's own shutdown and halt beside ours, in namespaces, and compares what they say, return and leave. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchPackages, unpackPackages } from '../support/packages.ts';
import { APPLETS, startPid1, whyNoPid1, type Pid1 } from '../support/pid1.ts';
import { IS_CI } from '../support/is-ci.ts';
import { writeTree } from '../support/with-tree.ts';

async function whyNot(): Promise<string | undefined> {
  const reason =
    whyNoPid1('overlay') ??
    (await fetchPackages(['sysvinit-core']).then(
      () => undefined,
      (error: unknown) => `the package is not to be had: ${String(error)}`,
    ));
  if (reason !== undefined && IS_CI) throw new Error(`The comparison cannot run: ${reason}`);
  return reason;
}

/** Each from a fresh state. `$@` is the command, found through PATH, so that both have the same name. */
const FRAME = `
  cd /; rm -rf /run/* /fastboot /forcefsck /etc/shutdown.allow; mkdir -p /run; : >/run/utmp; : >/dev/console; : >/var/log/wtmp
  eval "$SETUP"
  timeout -s INT "$LIMIT" "$@" </dev/null; echo "exit $?"
  ls /run /fastboot /forcefsck 2>/dev/null | grep -v -e utmp -e rcinit
  cat /dev/console
  # All but the time.
  head -c 340 /var/log/wtmp | od -An -c
`;

const reason = await whyNot();

describe.skipIf(reason !== undefined)(`shutdown beside the original ${reason ?? ''}`, () => {
  let machine: Pid1;
  let layer: string;

  beforeAll(async () => {
    layer = mkdtempSync(join(tmpdir(), 'rcinit-layer-'));
    const unpacked = join(layer, 'original');
    await unpackPackages(await fetchPackages(['sysvinit-core']), unpacked);
    writeTree(layer, { 'stay!': '#!/bin/sh\nwhile :; do sleep 1000; done\n' });
    machine = await startPid1({ kind: 'overlay', layer, argv: ['/stay'], console: 'pipe' });
    await machine.run(['sh', '-c', 'rm -f /sbin/init /sbin/shutdown; mkdir -p /var/log; : >/var/log/wtmp']);
  });
  afterAll(async () => {
    await machine?.end();
    rmSync(layer, { recursive: true, force: true });
  });

  async function say(
    folder: string,
    command: readonly string[],
    setup: string,
    limit: number,
  ): Promise<string> {
    const env = { PATH: `${folder}:/usr/bin:/bin`, SETUP: setup, LIMIT: String(limit), TZ: 'UTC' };
    const { stdout, stderr } = await machine.run(['sh', '-c', FRAME, 'sh', ...command], { env });
    return `${stdout}${stderr}`;
  }

  async function expectSame(command: readonly string[], setup = '', limit = 5): Promise<void> {
    const theirs = await machine.run([
      'sh',
      '-c',
      'ls -d /original/sbin /original/usr/sbin 2>/dev/null | tail -n 1',
    ]);
    const original = await say(theirs.stdout.trim(), command, setup, limit);
    expect(await say(APPLETS, command, setup, limit)).toBe(original);
    expect(original).toContain('exit ');
  }

  test.each(
    [
      '',
      '-h',
      '-x',
      '-rzx now',
      '--help',
      '-t',
      '-P now',
      '-r -H now',
      '-a -P now',
      '-i 9 now',
      '-i q -x',
      '-n now',
      '-n -i 1 now',
      '-k -n now',
      '-c',
      '-c now',
      '-n -c',
      '-k now',
      '-k -h now some words',
      '-kr +0',
      '-k -g now a b',
      '-k -h -r -t x now',
      '-ky -i a 0',
    ].map((text) => [text]),
  )('shutdown %s', (text) => expectSame(['shutdown', ...text.split(' ').filter((word) => word !== '')]));

  test.each([['+3'], ['3'], ['-k +5 words'], ['+6'], ['14'], ['+0:04'], ['-Q 2'], ['-fF 30']])(
    'shutdown %s, cancelled after a second',
    (text) => expectSame(['shutdown', ...text.split(' ')], '', 1),
  );

  test.each([
    ['nobody of the list', 'echo joe >/etc/shutdown.allow', ['-a', '-k', 'now']],
    ['nobody of the list, and no time', 'echo joe >/etc/shutdown.allow', ['-a']],
    ['no list', '', ['-a', '-k', 'now']],
    ['a pid file that is garbage', 'echo garbage >/run/shutdown.pid', ['-c']],
    ['a pid file with nobody', 'echo 99999 >/run/shutdown.pid', ['-c']],
    ['a pid file that cannot be written', 'mkdir /run/shutdown.pid', ['-k', 'now']],
  ])('shutdown with %s', (_, setup, args) => expectSame(['shutdown', ...args], setup));

  test.each([
    ['poweroff -x'],
    ['halt now'],
    ['halt --help'],
    ['poweroff -k'],
    ['halt -w'],
    ['halt -w -d'],
    ['reboot'],
    ['reboot -t 5 -n'],
    ['poweroff'],
    ['halt -p'],
    ['poweroff -t x -i -h'],
  ])('%s', (text) =>
    expectSame(
      text.split(' '),
      `rm -f /sbin/shutdown; printf '#!/bin/sh\\necho "$0 $*"\\n' >/sbin/shutdown; chmod +x /sbin/shutdown`,
    ),
  );
});
