import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { IS_CI } from '../support/is-ci.ts';
import { OUR_LIBRARY } from '../support/debian-shell-library.ts';

/** It is slow on a busy machine. */
const SHELLCHECK_MS = 120_000;
const FILES = ['init-functions', 'init-d-script', 'vars.sh', 'functions-redhat', 'complete.sh', 'test-room'];
const ROOT = join(OUR_LIBRARY, '../..');
const isThere = spawnSync('shellcheck', ['--version']).status === 0;

test.skipIf(!isThere && !IS_CI)(
  'shellcheck finds nothing in the shell library (skipped where it is not installed)',
  () => {
    const files = FILES.map((name) => join(OUR_LIBRARY, name));
    const ran = spawnSync('shellcheck', ['-x', '-P', ROOT, '-s', 'sh', ...files], { encoding: 'utf8' });
    expect(ran.error).toBeUndefined();
    expect(ran.stdout).toBe('');
  },
  SHELLCHECK_MS,
);
