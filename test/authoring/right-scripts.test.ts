/** `rcinit test` has nothing to say about scripts that are right: the samples, each of another kind. */
import { chmodSync, cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CheckResult } from '../../src/authoring/conformance/check.ts';
import { shellLibrary } from '../../src/os/program.ts';
import { runApplet } from '../support/run-applet.ts';
import { whyNoPid1 } from '../support/pid1.ts';
import { CHECKOUT } from '../support/sample-root.ts';
import { withTree } from '../support/with-tree.ts';

const PATH = `/usr/sbin:/usr/bin:/sbin:/bin:${process.execPath.replace(/\/node$/, '')}`;
const reason = whyNoPid1('overlay');

const NO_RELOAD = ['reload-running', 'reload-stopped'];
/** What needs a process has nothing to look at where there is none. */
const NO_DAEMON =
  /^(status-killed|st(art|op)-killed|stop-leaves-nothing|daemon-.*|terminal-hangup|concurrent-starts|stop-during-start)$/;

/** scribe makes itself a daemon, clock stays in the foreground, web says when it is ready, greeter reloads. */
test.skipIf(reason !== undefined).each([
  ['scribe', NO_RELOAD],
  ['clock', NO_RELOAD],
  ['web', NO_RELOAD],
  ['greeter', []],
])(
  '%s is right',
  async (name, skipped) => {
    const { code, results } = await tryScript(
      name,
      '--root',
      copySample(),
      '--prepare',
      'sh etc/init.d/folders start',
    );
    expect(faultsOf(results)).toEqual([]);
    expect(skippedOf(results)).toEqual(skipped);
    expect(code).toBe(0);
  },
  150_000,
);

test.skipIf(reason !== undefined)(
  'folders, which leaves no process behind, is right',
  async () => {
    const { code, results } = await tryScript('folders', '--root', copySample());
    expect(faultsOf(results)).toEqual([]);
    expect(skippedOf(results).filter((name) => !NO_DAEMON.test(name))).toEqual(NO_RELOAD);
    expect(code).toBe(0);
  },
  150_000,
);

test.skipIf(reason !== undefined)(
  'a declarative script is right in all that the library decides',
  async () => {
    const dir = withTree({
      'sleeper!': `#!/bin/sh ${shellLibrary('init-d-script') ?? ''}
DAEMON=/bin/sleep
DAEMON_ARGS=1000
START_ARGS="--background --make-pidfile --chdir /"
PIDFILE=/run/sleeper.pid
umask 022
do_force_reload() {
  if do_status >/dev/null; then do_restart; fi
}
`,
    });
    chmodSync(dir, 0o755);
    const { results } = await tryScript(join(dir, 'sleeper'), '--only', 'pacemaker,lsb,daemon');
    expect(faultsOf(results)).toEqual([]);
  },
  150_000,
);

/** As a checkout has it, where everybody may look. */
function copySample(): string {
  const dir = withTree({});
  chmodSync(dir, 0o755);
  for (const part of ['etc', 'init.d'])
    cpSync(join(CHECKOUT, part), join(dir, part), { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(dir, 'run'));
  return dir;
}

async function tryScript(...args: readonly string[]) {
  const { code, out, err } = await runApplet('rcinit', ['test', '--json', ...args], { env: { PATH } });
  expect(err).toBe('');
  const { results } = JSON.parse(out) as { readonly results: readonly CheckResult[] };
  return { code, results };
}

function faultsOf(results: readonly CheckResult[]): readonly string[] {
  return results
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'warning')
    .map(({ name, got }) => `${name}: ${got}`);
}

/** Where nobody may not enter the checkout, what nobody would do is left out, too. */
function skippedOf(results: readonly CheckResult[]): readonly string[] {
  return results
    .filter(({ name, outcome }) => outcome === 'skipped' && !name.startsWith('unprivileged-'))
    .map(({ name }) => name);
}
