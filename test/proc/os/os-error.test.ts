import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errnoText, errorCode, errorText, OsError } from '../../../src/os/os-error.ts';

test('OsError carries the facts and is an Error', () => {
  const cause = new Error('deeper');
  const error = new OsError('cannot write "/x"', {
    code: 'ENOSPC',
    syscall: 'write',
    path: '/x',
    pid: 7,
    cause,
  });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'OsError',
    message: 'cannot write "/x"',
    code: 'ENOSPC',
    syscall: 'write',
    path: '/x',
    pid: 7,
    cause,
  });
  expect(Object.hasOwn(new OsError('x', { code: 'EIO', syscall: 'read' }), 'cause')).toBe(false);
});

test.each<[thrown: unknown, code: string]>([
  [new OsError('x', { code: 'EIO', syscall: 'read' }), 'EIO'],
  [Object.assign(new Error('x'), { code: 5 }), 'UNKNOWN'],
  [new Error('x'), 'UNKNOWN'],
  ['ENOENT', 'UNKNOWN'],
  [undefined, 'UNKNOWN'],
  [{ code: 'ENOENT' }, 'UNKNOWN'],
])('errorCode of %s is %s', (thrown, code) => {
  expect(errorCode(thrown)).toBe(code);
});

test('errorCode and errorText of what Node throws', () => {
  const thrown = (() => {
    try {
      return readFileSync('/nonexistent/file');
    } catch (error) {
      return error;
    }
  })();
  expect([errorCode(thrown), errorText(thrown)]).toEqual(['ENOENT', 'No such file or directory']);
});

test('errorText has the message where there is no errno, and something for everything', () => {
  expect(errorText(new Error('odd'))).toBe('odd');
  expect(errorText(Object.assign(new Error('odd'), { code: 'ERR_ODD' }))).toBe('odd');
  expect(errorText('odd')).toBe('odd');
  expect(errorText(undefined)).toBe('undefined');
});

test('errnoText says what strerror(3) says, and the name of what it does not know', () => {
  const names = [
    'E2BIG EACCES EAGAIN EBUSY EEXIST EINVAL EIO EISDIR ELOOP EMFILE ENAMETOOLONG',
    'ENOENT ENOEXEC ENOMEM ENOSPC ENOTDIR ENXIO EPERM EPIPE EROFS ESRCH ETXTBSY',
  ]
    .join(' ')
    .split(' ');
  const program = 'for (@ARGV) { $! = Errno->can($_)->(); print "$!\\n" }';
  const told = execFileSync('perl', ['-MErrno', '-e', program, ...names], {
    encoding: 'utf8',
    env: { LC_ALL: 'C' },
  });
  expect(names.map(errnoText)).toEqual(told.trimEnd().split('\n'));
  expect(errnoText('EWEIRD')).toBe('EWEIRD');
});
