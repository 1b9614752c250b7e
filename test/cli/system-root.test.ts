import { expect, test } from 'vitest';
import { systemRoot } from '../../src/cli/system-root.ts';

test.each<[said: string | undefined, option: string | undefined, root: string]>([
  [undefined, undefined, '/'],
  ['', undefined, '/'],
  ['/srv/x', undefined, '/srv/x'],
  ['/srv/x/', undefined, '/srv/x'],
  ['x', undefined, '/home/me/x'],
  ['.', undefined, '/home/me'],
  ['/srv/x', '/srv/y', '/srv/y'],
  ['/srv/x', '..', '/home'],
  ['/srv/x', '', '/'],
  ['/srv/x', '../../..', '/'],
  [undefined, '/..', '/'],
])('systemRoot with RCINIT_ROOT=%s and --root %s is %s', (said, option, root) => {
  expect(systemRoot({ env: { RCINIT_ROOT: said }, cwd: '/home/me' }, option)).toBe(root);
});
