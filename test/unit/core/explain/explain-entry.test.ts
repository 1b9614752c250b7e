import { expect, test } from 'vitest';
import type { EntryStatus } from '../../../../src/core/engine/control-message.ts';
import { explainEntry, formatEntryExplanation } from '../../../../src/core/explain/explain-entry.ts';
import type { InittabEntry } from '../../../../src/core/inittab/inittab-entry.ts';

const ENTRY: InittabEntry = {
  id: 'x',
  levels: '2',
  action: 'respawn',
  command: 'getty',
  records: true,
  shell: 'auto',
  file: '/etc/inittab',
  line: 4,
};
const STATUS: EntryStatus = {
  id: 'x',
  levels: '2',
  action: 'respawn',
  command: 'getty',
  state: 'held',
  starts: 10,
};

function tail(entry: InittabEntry, status: EntryStatus): readonly string[] {
  return formatEntryExplanation(explainEntry(entry, [], status)).slice(4);
}

test('an entry that respawns too fast: when it is tried again, and how to try at once', () => {
  const why = 'respawning too fast, exited with status 1';
  expect(tail(ENTRY, { ...STATUS, why, retryInMs: 61_500 })).toEqual([
    '  now      held, started 10 times',
    `  why      ${why}`,
    '  do       run its command by hand and read what it says; init tries again in 62 s',
    '           telinit q   (try at once)',
  ]);
});

test('an entry of the boot: there is no level to go to', () => {
  const boot = { ...ENTRY, levels: '#', action: 'sysinit' } as const;
  const lines = formatEntryExplanation(explainEntry(boot, [], { ...STATUS, state: 'done', starts: 1 }));
  expect(lines[1]).toBe('  line     /etc/inittab:4 has it at boot only');
  expect(lines.slice(4)).toEqual(['  now      done, started once']);
});
