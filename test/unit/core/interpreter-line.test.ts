import { expect, test } from 'vitest';
import { interpreterLine, replaceInterpreter } from '../../../src/core/interpreter-line.ts';

const LONG = `/${'x'.repeat(130)}/node`;

test.each([
  ['/usr/bin/node', '#!/usr/bin/node'],
  ['/with blank/node', `#!/bin/sh\n":" //; exec '/with blank/node' "$0" "$@"`],
  ["/o'clock node", `#!/bin/sh\n":" //; exec '/o'\\''clock node' "$0" "$@"`],
  [LONG, `#!/bin/sh\n":" //; exec '${LONG}' "$0" "$@"`],
])('interpreterLine of %s', (node, line) => {
  expect(interpreterLine(node)).toBe(line);
});

test.each(['/usr/bin/node', '/with blank/node'])('replaceInterpreter replaces that of %s', (node) => {
  const text = (path: string) => `${interpreterLine(path)}\nfirst();\nsecond();\n`;
  expect(replaceInterpreter(text(node), '/opt/node')).toBe(text('/opt/node'));
  expect(replaceInterpreter(text(node), '/a b')).toBe(text('/a b'));
});

test('replaceInterpreter leaves a text without one alone', () => {
  expect(replaceInterpreter('first();\n', '/opt/node')).toBe('first();\n');
});
