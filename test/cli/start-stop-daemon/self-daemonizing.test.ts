/** Programs that make themselves daemons and write their pid files on their own: the claim lasts until they have. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withSsd, type SsdTest } from '../../support/ssd.ts';
import { waitFor } from '../../support/wait-for.ts';

/** Leaves a sleep(1) in a session of its own, writes that one's pid when it is one, and ends. */
const PROGRAM = `#!/bin/sh
echo begun >>"$1.log"
sleep 0.2
setsid /bin/sleep "$2" </dev/null >/dev/null 2>&1 &
until read -r name </proc/$!/comm && [ "$name" = sleep ]; do :; done
echo $! >"$1"
exit "\${3:-0}"
`;

function withProgram() {
  const test = withSsd({ 'selfd!': PROGRAM });
  const which = ['-p', test.path('d.pid'), '-x', '/bin/sleep', '-a', test.path('selfd')];
  const start = (...args: readonly string[]) => [
    '-S',
    '-q',
    ...which,
    '--',
    test.path('d.pid'),
    test.marker,
    ...args,
  ];
  return { ...test, start };
}

const begun = ({ path }: SsdTest) =>
  existsSync(path('d.pid.log')) ? readFileSync(path('d.pid.log'), 'utf8').split('\n').length - 1 : 0;

const KINDS = [
  ['', {}],
  [', also without FFI', { RCINIT_NO_FFI: '1' }],
] as const;

test.each(KINDS)(
  'of ten starts at once one starts it, the others wait and say that it runs%s',
  async (_, env) => {
    const service = withProgram();
    const runs = await Promise.all(Array.from({ length: 10 }, () => service.ssd(service.start(), env)));
    expect(runs.map(({ code }) => code).sort((a, b) => Number(a) - Number(b))).toEqual([
      0,
      ...Array(9).fill(1),
    ]);
    expect(begun(service)).toBe(1);
    expect(service.daemons()).toEqual([service.pidIn()]);
  },
);

test('its exit status is ours, and another start may follow', async () => {
  const service = withProgram();
  expect((await service.ssd(service.start('42'))).code).toBe(42);
  for (const pid of service.daemons()) process.kill(pid, 'SIGKILL');
  await waitFor('the end of the daemon', () => service.daemons().length === 0);
  expect((await service.ssd(service.start())).code).toBe(0);
  expect(begun(service)).toBe(2);
});

test.each(KINDS)('a start does not wait for a program that stays in the foreground%s', async (_, env) => {
  const service = withSsd({
    'staying!': '#!/bin/sh\necho $$ >"$1"\nexec /bin/sleep "$2"\n',
  });
  const which = ['-p', service.path('d.pid'), '-x', '/bin/sleep'];
  const start = ['-S', ...which, '-a', service.path('staying'), '--', service.path('d.pid'), service.marker];
  const first = service.ssd(start, env);
  await waitFor('the daemon', () => service.daemons().length > 0 && existsSync(service.path('d.pid')));
  expect(await service.ssd(start, env)).toMatchObject({ code: 1, out: '/bin/sleep already running.\n' });
  expect((await service.ssd(['-K', '-q', '-R', '5', '--remove-pidfile', ...which], env)).code).toBe(0);
  expect(existsSync(service.path('d.pid'))).toBe(false);
  expect((await first).signal).toBe('SIGTERM');
});
