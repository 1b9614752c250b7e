/** `rcinit test` on unmodified init scripts of Debian packages: what is known of them is what it has to say. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IS_CI } from '../support/is-ci.ts';
import { fillDebianLayer } from '../support/debian-layer.ts';
import { APPLETS, startPid1, whyNoPid1, type Pid1 } from '../support/pid1.ts';

const PACKAGES = ['cron', 'nginx-light', 'tinyproxy-bin', 'tinyproxy', 'supervisor', 'irqbalance'];
/** A PID 1 that collects orphans while it waits for its child, and does nothing else. */
const REAPER = ['/bin/dash', '-c', 'while :; do sleep 1000; done'];
const DEADLINE_MS = 240_000;

const reason = whyNoPid1('overlay');
if (reason !== undefined && IS_CI) throw new Error(`The system test cannot run: ${reason}`);

interface Result {
  readonly name: string;
  readonly outcome: string;
  readonly got: string;
}

describe.skipIf(reason !== undefined)(`real scripts in rcinit test ${reason ?? ''}`, () => {
  const layer = mkdtempSync(join(tmpdir(), 'rcinit-layer-'));
  let machine: Pid1;

  beforeAll(async () => {
    await fillDebianLayer(layer, { packages: PACKAGES.map((name) => [name]), files: {} });
    machine = await startPid1({ kind: 'overlay', layer, argv: REAPER, console: 'pipe' });
    // What the package's postinst would do.
    await machine.run(['useradd', '--system', '--user-group', '--no-create-home', 'tinyproxy']);
  });
  afterAll(async () => {
    await machine?.end();
    rmSync(layer, { recursive: true, force: true });
  });

  /** Exit status, and what did not hold. */
  async function tryScript(name: string, ...args: readonly string[]) {
    const words = [join(APPLETS, 'rcinit'), 'test', name, '--json', ...args];
    const { code, stdout, stderr } = await machine.run(words, { deadlineMs: DEADLINE_MS });
    expect(stderr).toBe('');
    const { results } = JSON.parse(stdout) as { readonly results: readonly Result[] };
    process.stdout.write(
      `${name}:\n${results.map((one) => `  ${one.outcome.padEnd(8)} ${one.name.padEnd(22)} ${one.got}`).join('\n')}\n`,
    );
    const failed = results.filter(({ outcome }) => outcome === 'failed');
    return { code, tried: results.length, failed: failed.map((one) => `${one.name}: ${one.got}`) };
  }

  test.each(['cron', 'nginx'])('%s passes Pacemaker’s checks', async (name) => {
    expect(await tryScript(name, '--only', 'pacemaker')).toEqual({ code: 0, tried: 7, failed: [] });
  });

  test('tinyproxy has no status', async () => {
    const usage = 'says "Usage: /etc/init.d/tinyproxy {start|stop|restart|reload|force-reload}"';
    const { code, failed } = await tryScript('tinyproxy', '--only', 'pacemaker');
    expect(code).toBe(1);
    expect(failed).toEqual(
      ['running', 'stopped', 'killed'].map((when) => `status-${when}: it has no status: exit 1, ${usage}`),
    );
  });

  test('supervisor takes a start when running for an error, and says 1 when it is stopped', async () => {
    expect(await tryScript('supervisor', '--only', 'pacemaker')).toEqual({
      code: 1,
      tried: 7,
      failed: [
        'start-running: exit 1 (generic or unspecified error), says "Starting supervisor:"',
        'status-stopped: exit 1 (dead, but its pid file exists) while it is not running, says "supervisord is  not running."',
      ],
    });
  });

  test('irqbalance says running when it is not', async () => {
    const says = 'says "irqbalance is not running ... failed!"';
    expect(await tryScript('irqbalance', '--only', 'pacemaker')).toEqual({
      code: 1,
      tried: 7,
      failed: [
        `status-stopped: exit 0 (running) while it is not running, ${says}`,
        `status-killed: exit 0 (running) while it is dead and /run/irqbalance.pid is left, ${says}`,
      ],
    });
  });

  test('cron lacks only what Debian’s scripts lack: try-restart, and 4 for missing rights', async () => {
    const { code, failed } = await tryScript('cron');
    expect(code).toBe(1);
    expect(failed.map((one) => one.split(':')[0])).toEqual([
      'try-restart-running',
      'try-restart-stopped',
      'unprivileged-start',
      'unprivileged-stop',
    ]);
  });
});
