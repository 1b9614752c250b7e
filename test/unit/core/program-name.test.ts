import { expect, test } from 'vitest';
import { isProgram } from '../../../src/core/program-name.ts';

const facts = (argv: readonly string[], comm = 'x', runsFile = false) => ({ argv, comm, runsFile });

test.each([
  ['foo', facts(['foo']), false, true],
  ['foo', facts(['/opt/foo']), false, true],
  ['-login', facts(['-login']), false, true],
  ['login', facts(['-login']), false, false],
  ['/opt/foo', facts(['/opt/foo']), false, true],
  ['/usr/foo', facts(['/opt/foo']), false, false],
  ['x/foo', facts(['/opt/x/foo']), false, false],
  ['/bin/foo', facts(['bar'], 'bar', true), false, true],
  ['login', facts(['-login'], 'login'), false, true],
  ['login', facts(['-login', '-i'], 'login'), false, false],
  ['nginx', facts(['nginx: worker process'], 'nginx'), false, true],
  ['redis-server', facts(['/usr/bin/redis-server 127.0.0.1:6379'], 'redis-server'), false, true],
  ['/usr/bin/redis-server', facts(['/usr/bin/redis-server 127.0.0.1:6379'], 'redis-server'), false, false],
  ['sh', facts(['called-otherwise'], 'sh'), false, false],
  ['foo', facts(['/bin/sh', './foo'], 'foo'), false, false],
  ['foo', facts(['/bin/sh', './foo'], 'foo'), true, true],
  ['./foo', facts(['/bin/sh', './foo'], 'foo'), true, true],
  ['more-than-fifteen', facts(['/bin/sh', '/b/more-than-fifteen'], 'more-than-fifte'), true, true],
  ['/a/foo', facts(['/bin/sh', '/b/foo'], 'foo'), true, false],
  ['foo', facts(['vi', './foo'], 'vi'), true, false],
  ['kthreadd', facts([''], 'kthreadd'), false, true],
  ['/kthreadd', facts([''], 'kthreadd'), false, false],
])('isProgram(%j) in case %#', (name, process, scripts, expected) => {
  expect(isProgram(name, process, scripts)).toBe(expected);
});
