import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MODULE = join(import.meta.dirname, '../../../../src/os/process/open-files-limit.ts');

/** The limits of a child, below a Node that was started with the given ones and calls for the place. */
function limitsBelow(place: string, limits: string): string {
  const script = `import { restoreOpenFilesLimit } from ${JSON.stringify(MODULE)};
    import { execFileSync } from 'node:child_process';
    restoreOpenFilesLimit(${JSON.stringify(place)});
    process.stdout.write(execFileSync('sh', ['-c', 'ulimit -S -n; ulimit -H -n'], { encoding: 'utf8' }));`;
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', script];
  const { stdout, stderr } = spawnSync('sh', ['-c', `${limits}; "$@"; exit`, 'sh', ...node], {
    encoding: 'utf8',
  });
  return stdout.replaceAll('\n', ' ').trim() || stderr;
}

test.each([
  ['machine', 'ulimit -n 4096', '1024 4096'],
  ['machine', 'ulimit -n 512', '512 512'],
  ['folder', 'ulimit -S -n 2000; ulimit -H -n 4096', '2000 4096'],
  ['container', 'ulimit -S -n 2000; ulimit -H -n 4096', '4096 4096'],
])('restoreOpenFilesLimit in a %s that was started with %s: children have %s', (place, limits, expected) => {
  expect(limitsBelow(place, limits)).toBe(expected);
});
