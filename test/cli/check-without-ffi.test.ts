import { expect, test } from 'vitest';
import { runCheck } from '../../src/cli/check.ts';
import { withTree } from '../support/with-tree.ts';

test('rcinit check warns when libc cannot be called', async () => {
  // Read once in a process; each test file has its own.
  process.env['RCINIT_NO_FFI'] = '1';
  const root = withTree({ 'etc/inittab': 'id:2:initdefault:\nl2:2:wait:rc 2\n' });
  let out = '';
  const io = { name: 'rcinit', env: {}, cwd: root, stdoutIsTty: false, stderrIsTty: false };
  const status = await runCheck(
    { root, json: false },
    { ...io, out: (text) => (out += text), err: () => {} },
  );
  expect(out).toBe(
    [
      'koffi: warning: switched off by RCINIT_NO_FFI=1',
      '  hint: run npm ci; without it init cannot reap orphans, and proper-lockfile guards pid files: a killed starter blocks the next for 2 s',
      'rcinit check: 0 errors, 1 warning; default run level 2, 2 entries, 0 links',
      '',
    ].join('\n'),
  );
  expect(status).toBe(0);
});
