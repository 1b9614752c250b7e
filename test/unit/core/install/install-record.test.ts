import { expect, test } from 'vitest';
import { parseDiversions } from '../../../../src/core/install/dpkg-diversions.ts';
import {
  formatInstallRecord,
  parseInstallRecord,
  type InstallRecord,
} from '../../../../src/core/install/install-record.ts';

const RECORD: InstallRecord = {
  format: 1,
  state: 'installed',
  program: '0.1.0-abc',
  node: '/usr/bin/node',
  files: [
    { path: '/sbin/init', target: 'x', backups: ['/sbin/init.distrib'], hadOriginal: true, diversions: [] },
  ],
  folders: ['/var/lib/rcinit'],
};

test('a record is read as it was written', () => {
  expect(parseInstallRecord(formatInstallRecord(RECORD))).toEqual(RECORD);
});

test.each([
  ['nothing', ''],
  ['half of it', formatInstallRecord(RECORD).slice(0, 90)],
  ['null', 'null'],
  ['another format', JSON.stringify({ ...RECORD, format: 2 })],
  ['another state', JSON.stringify({ ...RECORD, state: 'lost' })],
  ['a file that is none', JSON.stringify({ ...RECORD, files: [null] })],
  ['no folders', JSON.stringify({ ...RECORD, folders: undefined })],
])('%s is no record', (_what, text) => {
  expect(parseInstallRecord(text)).toBeUndefined();
});

test('parseDiversions reads three lines each', () => {
  expect(parseDiversions('/bin/sh\n/bin/sh.distrib\ndash\n/sbin/init\n/sbin/init.old\n:\n')).toEqual([
    { path: '/bin/sh', to: '/bin/sh.distrib', owner: 'dash' },
    { path: '/sbin/init', to: '/sbin/init.old', owner: undefined },
  ]);
  expect(parseDiversions('')).toEqual([]);
});
