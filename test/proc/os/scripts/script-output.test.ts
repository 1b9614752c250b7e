import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { captureScript } from '../../../../src/os/scripts/script-output.ts';
import type { OutputCall, OutputEnd } from '../../../../src/os/scripts/script-output.ts';
import { killProcess } from '../../../../src/os/process/kill-process.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { withTree } from '../../../support/with-tree.ts';

const NOBODY = { uid: 65_534, gid: 65_534 };
/** So long nothing that is measured here takes, on any machine. */
const TIMEOUT_MS = 60_000;

async function capture(body: string, more: Partial<OutputCall> = {}): Promise<OutputEnd> {
  const dir = withTree({ 'script!': `#!/bin/sh\n${body}\n` });
  chmodSync(dir, 0o755);
  return await captureScript({
    path: join(dir, 'script'),
    args: [],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    timeoutMs: TIMEOUT_MS,
    cancelSignal: new AbortController().signal,
    ...more,
  });
}

const BY_NAME = `echo a >/dev/stderr || exit 11
echo b >/dev/stdout || exit 12
echo c >>/proc/self/fd/1 || exit 13
echo d >&2`;

test('a script may open its own output by name, as it may behind `service NAME start | cat`', async () => {
  expect(await capture(BY_NAME)).toMatchObject({
    kind: 'ended',
    status: { kind: 'exited', code: 0 },
    output: 'a\nb\nc\nd\n',
    isHeld: false,
  });
});

test.skipIf(process.getuid?.() !== 0)('so may a script that runs as somebody else', async () => {
  expect(await capture(BY_NAME, { identity: NOBODY })).toMatchObject({
    status: { kind: 'exited', code: 0 },
    output: 'a\nb\nc\nd\n',
  });
});

test('what stands in another order in output and error comes in the order it was written', async () => {
  const { output } = await capture('for i in 1 2 3; do echo "out $i"; echo "err $i" >&2; done');
  expect(output).toBe('out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n');
});

test('more output than fits into the pipe is read, and cut, not waited for', async () => {
  const end = await capture('head -c 300000 /dev/zero | tr "\\0" x; echo done >&2; exit 7');
  expect(end).toMatchObject({ status: { kind: 'exited', code: 7 }, isHeld: false });
  expect(end.output).toBe('x'.repeat(65_536));
});

test('who keeps the output open is noticed, and only in the call that left it', async () => {
  const [holder, ...others] = await Promise.all([
    capture('sleep 1000 </dev/null & echo $!'),
    ...Array.from({ length: 3 }, () => capture('sleep 1000 </dev/null >/dev/null 2>&1 & echo $!')),
  ]);
  for (const { output } of [holder, ...others]) killProcess(Number(output));
  expect(holder?.isHeld).toBe(true);
  expect(others.map(({ isHeld }) => isHeld)).toEqual([false, false, false]);
});

test('no descriptor is left, also of what cannot be started', async () => {
  const count = (): number => readdirSync('/proc/self/fd').length;
  await capture('true');
  const before = count();
  await capture('sleep 1000 </dev/null & echo $!').then(({ output }) => killProcess(Number(output)));
  expect(await capture('true', { path: '/nonexistent/script' })).toMatchObject({ kind: 'not-started' });
  // Closing is done by the event loop, a turn later.
  await waitFor('the descriptors to be closed', () => count() === before);
});
