import { expect, test } from 'vitest';
import { parseShimReport } from '../../../../src/core/daemon/shim-report.ts';

const failed = { kind: 'failed', pid: undefined, execStatus: undefined, said: '' };

test.each([
  ['pid 12\ngo\n', { kind: 'running', pid: 12 }],
  ['pid 12\ngo\nfail 127\n', { ...failed, pid: 12, execStatus: 127 }],
  ['pid 12\n', { ...failed, pid: 12 }],
  ['', failed],
  ['mv: full\nfail 1\n', { ...failed, execStatus: 1, said: 'mv: full' }],
  ['pid 12\nsetpriv: no\nand no\n', { ...failed, pid: 12, said: 'setpriv: no; and no' }],
])('parseShimReport reads %j', (text, expected) => {
  expect(parseShimReport(text)).toStrictEqual(expected);
});
