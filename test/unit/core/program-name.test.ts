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
  ['foo', facts(['/bin/sh', './foo']), false, false],
  ['foo', facts(['/bin/sh', './foo']), true, true],
  ['./foo', facts(['/bin/sh', './foo']), true, true],
  ['/a/foo', facts(['/bin/sh', '/b/foo']), true, false],
  ['kthreadd', facts([''], 'kthreadd'), false, true],
  ['/kthreadd', facts([''], 'kthreadd'), false, false],
])('isProgram(%j) in case %#', (name, process, scripts, expected) => {
  expect(isProgram(name, process, scripts)).toBe(expected);
});
