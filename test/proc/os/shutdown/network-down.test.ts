import { spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ffiProblem } from '../../../../src/os/libc/libc.ts';

const PROGRAM = join(import.meta.dirname, '../../../fixtures/programs/network-down.ts');
const USER = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
/** Makes a pair, of which only one end is up, and an end that is to be taken first. */
const SETUP = `
  ip link add eth7 type veth peer name eth8 && ip link add shaper0 type veth peer name lo9 || exit 77
  for name in lo eth7 shaper0 lo9; do ip link set $name up; done
  "$@"
  ip -o link | sed -n 's/^[0-9]*: \\([^:@]*\\).*<\\(.*\\)>.*/\\1 \\2/p' | grep -w UP | cut -d' ' -f1 | sort
`;

test.skipIf(ffiProblem() !== undefined)(
  'takeNetworkDown leaves the loopback and what is down; shapers first',
  (context) => {
    const program = [
      process.execPath,
      '--import',
      import.meta.resolve('tsx'),
      PROGRAM,
      readlinkSync('/proc/self/ns/net'),
    ];
    const run = spawnSync('unshare', [...USER, '--net', 'sh', '-c', SETUP, 'sh', ...program], {
      encoding: 'utf8',
    });
    context.skip(run.status !== 0, 'no network namespace, or no virtual interfaces, to be had');
    expect(run.stdout.split('\n')).toEqual(['["shaper0","eth7"]', 'lo', 'lo9', '']);
  },
);
