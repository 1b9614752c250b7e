/** Calls of update-rc.d on small systems: what Debian's does is what ours has to do. */
import { RC_LEVELS } from '../../src/core/runlevel.ts';
import { stub } from './update-rc-twins.ts';
import type { Tree } from './with-tree.ts';

export interface UpdateRcCase {
  readonly name: string;
  /** Below /etc. */
  readonly etc: Tree;
  /** One after the other. */
  readonly calls: readonly (readonly string[])[];
  readonly env?: Readonly<Record<string, string>>;
  /** Other programs, below /. */
  readonly stubs?: Tree;
}

interface Header {
  readonly start?: string;
  readonly stop?: string;
  readonly needs?: string;
}

export function script(name: string, { start = '2 3 4 5', stop = '0 1 6', needs = '' }: Header = {}): Tree {
  const lines = [
    '#!/bin/sh',
    '### BEGIN INIT INFO',
    `# Provides:          ${name}`,
    `# Required-Start:    ${needs}`,
    `# Required-Stop:     ${needs}`,
    `# Default-Start:     ${start}`,
    `# Default-Stop:      ${stop}`,
    `# Short-Description: ${name}`,
    `# Description: ${name}`,
    '### END INIT INFO',
    '',
  ];
  return { [`init.d/${name}!`]: lines.join('\n') };
}

const DIRS: Tree = Object.fromEntries(RC_LEVELS.map((level) => [`rc${level}.d/`, '']));
const FOO: Tree = { ...DIRS, ...script('foo') };
const CONF: Tree = { 'insserv.conf': '$remote_fs +mountall\n', 'rcS.d/S01mountkernfs.sh=': '../init.d/mk' };
const LINKED: Tree = {
  'rc2.d/S20foo=': '../init.d/foo',
  'rc3.d/S30foo=': '/etc/init.d/foo',
  'rc0.d/K20foo=': '../init.d/foo',
};

const EITHER: readonly Omit<UpdateRcCase, 'env' | 'stubs'>[] = [
  { name: 'no argument', etc: FOO, calls: [[], ['foo'], ['-f'], ['-f', 'foo']] },
  {
    name: 'help, however it is asked for',
    etc: FOO,
    calls: [['--help'], ['-h'], ['-help'], ['-x--help', 'foo', 'defaults']],
  },
  {
    name: 'an unknown option',
    etc: FOO,
    calls: [
      ['-x', 'foo', 'defaults'],
      ['-n', 'foo', 'remove'],
    ],
  },
  {
    name: 'an unknown subcommand',
    etc: FOO,
    calls: [
      ['foo', 'frobnicate'],
      ['foo', ''],
    ],
  },
  { name: 'an option after the name', etc: FOO, calls: [['foo', '-f', 'defaults']] },
  {
    name: 'defaults',
    etc: FOO,
    calls: [
      ['foo', 'defaults'],
      ['foo', 'defaults'],
      ['foo', 'remove'],
      ['foo', 'remove'],
    ],
  },
  { name: 'numbers that no longer count', etc: FOO, calls: [['foo', 'defaults', '20', '80']] },
  {
    name: 'defaults without a script',
    etc: DIRS,
    calls: [
      ['foo', 'defaults'],
      ['foo', 'defaults-disabled'],
    ],
  },
  {
    name: 'enable and disable without a script',
    etc: DIRS,
    calls: [
      ['foo', 'enable'],
      ['foo', 'disable', '2'],
    ],
  },
  {
    name: 'enable and disable with an empty script',
    etc: { ...DIRS, 'init.d/foo!': '' },
    calls: [['foo', 'disable']],
  },
  {
    name: 'nothing to enable or disable',
    etc: FOO,
    calls: [
      ['foo', 'enable'],
      ['foo', 'disable'],
      ['foo', 'disable', '2'],
    ],
  },
  {
    name: 'a header without levels',
    etc: { ...DIRS, ...script('foo', { start: '' }) },
    calls: [
      ['foo', 'defaults'],
      ['foo', 'disable'],
      ['foo', 'enable'],
    ],
  },
  {
    name: 'a script without a header',
    etc: { ...DIRS, 'init.d/foo!': '#!/bin/sh\n' },
    calls: [['foo', 'disable']],
  },
  {
    name: 'a level in which nothing is enabled',
    etc: FOO,
    calls: [
      ['foo', 'defaults'],
      ['foo', 'enable', '0'],
      ['foo', 'disable', '0', '2'],
      ['foo', 'enable', '1', '7'],
    ],
  },
  {
    name: 'disable and enable',
    etc: FOO,
    calls: [
      ['foo', 'defaults'],
      ['foo', 'disable'],
      ['foo', 'disable'],
      ['foo', 'enable'],
      ['foo', 'enable'],
    ],
  },
  {
    name: 'disable in some levels',
    etc: FOO,
    calls: [
      ['foo', 'defaults'],
      ['foo', 'disable', '2', '3'],
      ['foo', 'enable', '3'],
    ],
  },
  {
    name: 'a disabled script stays so',
    etc: FOO,
    calls: [
      ['foo', 'defaults'],
      ['foo', 'disable'],
      ['foo', 'remove'],
      ['foo', 'defaults'],
    ],
  },
  {
    name: 'defaults-disabled',
    etc: FOO,
    calls: [
      ['foo', 'defaults-disabled'],
      ['foo', 'defaults-disabled'],
      ['foo', 'enable'],
    ],
  },
  {
    name: 'start and stop as of old, as the header says',
    etc: FOO,
    calls: [['foo', 'start', '20', '2', '3', '4', '5', '.', 'stop', '80', '0', '1', '6', '.']],
  },
  {
    name: 'start and stop as of old, otherwise',
    etc: FOO,
    calls: [
      ['foo', 'start', '20', '2', '3', '.'],
      ['foo', 'stop', '80', '0', '6', '.'],
      ['foo', 'stop', 'stop', '80', '1', '.', 'start', '20', '2', '0', '.'],
    ],
  },
  { name: 'start and stop as of old without a script', etc: DIRS, calls: [['foo', 'start', '20', '2', '.']] },
  {
    name: 'start and stop as of old without levels in the header',
    etc: { ...DIRS, ...script('foo', { start: '', stop: '' }) },
    calls: [['foo', 'start', '20', '2', '.']],
  },
  { name: 'removing what nobody knows', etc: DIRS, calls: [['foo', 'remove']] },
  {
    name: 'removing the links of a script that is gone',
    etc: { ...DIRS, ...LINKED },
    calls: [['foo', 'remove']],
  },
  {
    name: 'links of another number and another text',
    etc: { ...FOO, 'rc2.d/S20foo=': '../init.d/foo', 'rc3.d/K33foo=': '../init.d/foo' },
    calls: [
      ['foo', 'disable', '2'],
      ['foo', 'enable', '3'],
    ],
  },
  {
    name: 'level S',
    etc: { ...DIRS, ...script('foo', { start: 'S', stop: '' }) },
    calls: [
      ['foo', 'defaults'],
      ['foo', 'disable'],
    ],
  },
  {
    name: 'another script that needs it',
    etc: { ...FOO, ...script('bar', { needs: 'foo' }) },
    calls: [
      ['foo', 'defaults'],
      ['bar', 'defaults'],
      ['foo', 'disable'],
    ],
  },
];

const PLAIN: readonly UpdateRcCase[] = [
  {
    name: 'link directories that are missing',
    etc: script('foo'),
    calls: [
      ['foo', 'defaults'],
      ['foo', 'remove'],
    ],
  },
  {
    name: 'a link that is no link of ours',
    etc: { ...FOO, 'rc2.d/S20foo': 'a copy' },
    calls: [['foo', 'defaults']],
  },
  {
    name: 'the same level to start and to stop',
    etc: { ...DIRS, ...script('foo', { start: '2', stop: '2' }) },
    calls: [['foo', 'defaults']],
  },
  {
    name: 'a header in other letters',
    etc: {
      ...DIRS,
      'init.d/foo!': '### BEGIN INIT INFO\n# default-start: 2\n#Default-Stop: 0\n### END INIT INFO\n',
    },
    calls: [['foo', 'defaults']],
  },
  {
    name: 'systemctl',
    etc: FOO,
    calls: [
      ['foo', 'defaults'],
      ['foo', 'disable'],
      ['foo', 'enable', '2'],
      ['foo', 'remove'],
    ],
    stubs: stub('bin/systemctl'),
  },
  {
    name: 'systemctl that called us',
    etc: FOO,
    calls: [
      ['foo', 'defaults'],
      ['foo', 'disable'],
    ],
    stubs: stub('bin/systemctl'),
    env: { _SKIP_SYSTEMD_NATIVE: '1' },
  },
  {
    name: 'OpenRC',
    etc: FOO,
    calls: [
      ['foo', 'defaults'],
      ['foo', 'disable'],
      ['foo', 'enable', 'S', '2', '3'],
      ['foo', 'remove'],
    ],
    stubs: { ...stub('sbin/openrc'), ...stub('sbin/rc-update'), 'usr/bin/systemctl': '' },
  },
  {
    name: 'OpenRC and what only stops',
    etc: {
      ...DIRS,
      ...script('foo', { start: '', stop: '0 6' }),
      ...script('halt', { start: '', stop: '0' }),
    },
    calls: [
      ['foo', 'defaults'],
      ['halt', 'defaults'],
    ],
    stubs: { ...stub('sbin/openrc'), ...stub('sbin/rc-update'), 'usr/bin/systemctl': '' },
  },
  { name: 'DPKG_ROOT that is empty', etc: FOO, calls: [['foo', 'defaults']], env: { DPKG_ROOT: '' } },
];

const INSSERV: readonly UpdateRcCase[] = [
  {
    name: 'a stop link in S',
    etc: { ...FOO, 'rc2.d/S01foo=': '../init.d/foo', 'rcS.d/K01foo=': '../init.d/foo' },
    calls: [['nobody', 'remove']],
  },
  {
    name: 'two that need each other in order',
    etc: {
      ...FOO,
      ...script('bar', { needs: 'foo' }),
      'rc2.d/S09foo=': '../init.d/foo',
      'rc2.d/S09bar=': '../init.d/bar',
    },
    calls: [
      ['foo', 'defaults'],
      ['bar', 'disable'],
      ['bar', 'remove'],
      ['foo', 'remove'],
    ],
  },
  {
    name: 'a script that needs what is not there',
    etc: { ...FOO, ...script('bar', { needs: 'baz' }) },
    calls: [
      ['bar', 'defaults'],
      ['foo', 'defaults'],
    ],
  },
  {
    name: 'an override',
    etc: {
      ...FOO,
      'insserv/overrides/foo': script('foo', { start: '3', stop: '' })['init.d/foo!'] ?? '',
    },
    calls: [
      ['foo', 'defaults'],
      ['foo', 'disable'],
    ],
  },
  {
    name: 'the header as insserv reads it, and not update-rc.d',
    etc: {
      ...DIRS,
      'init.d/foo!': (script('foo')['init.d/foo!'] ?? '').replace('# Default-Start', '#  default-start'),
    },
    calls: [
      ['foo', 'defaults-disabled'],
      ['foo', 'defaults-disabled'],
    ],
  },
];

export const CASES: readonly UpdateRcCase[] = [
  ...EITHER.map((one) => ({ ...one, name: `plain: ${one.name}` })),
  ...PLAIN.map((one) => ({ ...one, name: `plain: ${one.name}` })),
  ...[...EITHER, ...INSSERV].map((one) => ({
    ...one,
    name: `insserv: ${one.name}`,
    etc: { ...one.etc, ...CONF, ...script('mk', { start: 'S', stop: '' }) },
  })),
];
