import { join } from 'node:path';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isThere, withSsd } from '../../support/ssd.ts';

const SENDER = join(import.meta.dirname, '../../fixtures/programs/send-ready.ts');
const NODE = `${process.execPath} --import ${import.meta.resolve('tsx')} ${SENDER}`;

/** A daemon that runs a script and then stays. */
function daemon(script: string): Readonly<Record<string, string>> {
  return { 'd!': `#!/bin/sh\n${script.replaceAll('SEND', NODE)}\nexec sleep "$1"\n` };
}

function notified(
  path: (name: string) => string,
  marker: string,
  ...more: readonly string[]
): readonly string[] {
  const options = ['-S', '-b', '-m', '-p', path('d.pid'), '-a', path('d'), '-n', 'none', '--notify-await'];
  return [...options, ...more, '--', marker];
}

test('READY=1: 0, and the socket is gone', async () => {
  const { ssd, path, marker, pidIn } = withSsd(daemon('SEND STATUS=soon; SEND READY=1'));
  expect(await ssd(notified(path, marker))).toMatchObject({ code: 0, out: '', err: '' });
  const environment = readFileSync(`/proc/${pidIn()}/environ`, 'utf8');
  const [, socket = '/'] = /NOTIFY_SOCKET=([^\0]+)\/notify/.exec(environment) ?? [];
  expect(socket).toContain('.s-s-d-notify.');
  expect(existsSync(socket)).toBe(false);
});

test('nothing in time: 2, and the daemon goes on', async () => {
  const { ssd, path, marker, pidIn } = withSsd(daemon(':'));
  expect(await ssd(notified(path, marker, '--notify-timeout', '0'))).toMatchObject({
    code: 2,
    err: 'start-stop-daemon: timed out waiting for a notification\n',
  });
  expect(isThere(pidIn())).toBe(true);
});

test('a daemon that dies before it is ready is noticed at once: 2', async () => {
  const { ssd, path, marker } = withSsd(daemon('exit 3'));
  expect(await ssd(notified(path, marker, '--notify-timeout', '600'))).toMatchObject({
    code: 2,
    err: `start-stop-daemon: program failed to initialize: ${path('d')} ended before it was ready; look into its log\n`,
  });
});

test('ERRNO=13: 2 with its text', async () => {
  const { ssd, path, marker } = withSsd(daemon('SEND ERRNO=13'));
  expect(await ssd(notified(path, marker))).toMatchObject({
    code: 2,
    err: 'start-stop-daemon: program failed to initialize (Permission denied)\n',
  });
});

test('EXTEND_TIMEOUT_USEC is microseconds: it gives the daemon more time', async () => {
  const script = 'SEND EXTEND_TIMEOUT_USEC=20000000; sleep 3; SEND READY=1';
  const { ssd, path, marker } = withSsd(daemon(script));
  expect(await ssd(notified(path, marker, '--notify-timeout', '3'))).toMatchObject({ code: 0, err: '' });
});

test('without FFI it cannot be done, and says so', async () => {
  const { ssd, path, marker, daemons } = withSsd(daemon(':'));
  expect(await ssd(notified(path, marker), { RCINIT_NO_FFI: '1' })).toMatchObject({
    code: 2,
    err: 'start-stop-daemon: cannot create notification socket (socket: no FFI: switched off by RCINIT_NO_FFI=1)\n',
  });
  expect(daemons()).toHaveLength(0);
});
