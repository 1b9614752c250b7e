import { expect, test } from 'vitest';
import { installDebianLibrary, needDebianLibrary, ourLibrary } from '../support/debian-shell-library.ts';
import { describeShells, hideFile, runText } from '../support/shells.ts';
import { whyNoPid1 } from '../support/pid1.ts';
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

  // Needs a mount namespace.
  test.skipIf(whyNoPid1('tree') !== undefined).each([
    ['quiet ip=dhcp', 'no'],
    ['nfsroot=/x', 'no'],
    ['ip=dhcp nfsroot=/x', 'yes', 'ASYNCMOUNTNFS=yes\n'],
    ['skip=1', 'unset'],
  ])('with %j on the kernel’s command line ASYNCMOUNTNFS is %s', async (words, expected, rcS = '') => {
    const root = withTree({ 'etc/default/rcS': rcS, cmdline: `root=/dev/nfs ${words}\n` });
    const { vars, env } = ourLibrary(root);
    const through = hideFile('/proc/cmdline', `${root}/cmdline`);
    const text = `. '${vars}'; echo "\${ASYNCMOUNTNFS-unset}"`;
    expect(await runText(shell, text, { env, through })).toEqual({
      code: 0,
      stdout: `${expected}\n`,
      stderr: '',
    });
  });

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
