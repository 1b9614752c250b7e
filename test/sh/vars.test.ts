import { expect, test } from 'vitest';
import { installDebianLibrary, needDebianLibrary, ourLibrary } from '../support/debian-shell-library.ts';
import { describeShells, runText } from '../support/shells.ts';
import { withTree } from '../support/with-tree.ts';

const debian = needDebianLibrary();
const NAMES = [
  'TMPTIME',
  'SULOGIN',
  'DELAYLOGIN',
  'UTC',
  'VERBOSE',
  'FSCKFIX',
  'NOSWAP',
  'EDITMOTD',
  'RAMRUN',
  'RAMLOCK',
  'RAMSHM',
];
const SHOW = NAMES.map((name) => `echo "${name}=\${${name}-unset}"`).join('; ');

describeShells('vars.sh', (shell) => {
  test.each([
    ['', {}],
    ['VERBOSE=yes\nSULOGIN=yes\nEDITMOTD=yes\nRAMSHM=yes\n', {}],
    ['VERBOSE=yes\n', { INIT_VERBOSE: 'no' }],
    ['', { INIT_VERBOSE: 'yes', VERBOSE: 'env', TMPTIME: '9' }],
    ['VERBOSE=yes\n', { RUNLEVEL: '2', PREVLEVEL: 'N' }],
  ] as const)(
    'sets what Debian’s sets with rcS %j and %o',
    async (rcS, env: Readonly<Record<string, string>>) => {
      const runs = [];
      for (const kind of ["Debian's", 'ours']) {
        const root = withTree({ 'etc/default/rcS': rcS });
        const library = kind === 'ours' ? ourLibrary(root) : installDebianLibrary(debian(), root);
        runs.push(await runText(shell, `. '${library.vars}'; ${SHOW}`, { env: { ...library.env, ...env } }));
      }
      expect(runs[1]).toEqual(runs[0]);
    },
  );

  test('works with set -eu and without rcS', async () => {
    const library = ourLibrary(withTree({}));
    expect(
      await runText(shell, `. '${library.vars}'; echo "$VERBOSE"`, { flags: '-eu', env: library.env }),
    ).toEqual({
      code: 0,
      stdout: 'no\n',
      stderr: '',
    });
  });
});
