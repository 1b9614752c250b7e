import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askForStandby } from '../../../../src/os/shutdown/disk-standby.ts';
import { withTree } from '../../../support/with-tree.ts';

test('askForStandby sets what the kernel offers for each disk, and makes nothing', () => {
  const dir = withTree({ '0:0:0:0/manage_start_stop': '0', '1:0:0:0/manage_shutdown': '0', '2:0:0:0/': '' });
  expect(askForStandby(dir)).toBe(2);
  expect(readFileSync(join(dir, '0:0:0:0/manage_start_stop'), 'utf8')).toBe('1');
  expect(readFileSync(join(dir, '1:0:0:0/manage_shutdown'), 'utf8')).toBe('1');
});

test('askForStandby without disks does nothing', () => {
  expect(askForStandby('/nonexistent')).toBe(0);
});
