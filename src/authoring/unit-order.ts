/** Order and levels of a unit as lines of an LSB header. */
import type { UnitEntry } from '../core/unit/unit-file.ts';
import type { ServiceDescription } from './service-description.ts';
import { headerName, levelsOfTarget } from './unit-dependencies.ts';
import type { UnitReader } from './unit-reader.ts';

type Order = Pick<ServiceDescription, 'requires' | 'wants' | 'startsBefore' | 'startLevels' | 'stopLevels'>;

interface Named {
  readonly entry: UnitEntry;
  readonly unit: string;
  readonly name: string;
}

const USUAL_LEVELS = ['2', '3', '4', '5'];
const ALL_LEVELS = ['0', '1', '2', '3', '4', '5', '6'];

/** @param name The script's. */
export function readOrder(reader: UnitReader, name: string): Order {
  const startLevels = readLevels(reader);
  const before = readNames(reader, name, 'Before');
  const known = new Set(before.map(({ unit }) => unit));
  const after = readNames(reader, name, 'After');
  const required = new Set(
    [...readNames(reader, name, 'Requires', 'Requisite'), ...readBound(reader, name)].map(({ name }) => name),
  );
  // A service that something waits for wants that target, so that there is something to wait for.
  const wanted = readNames(reader, name, 'Wants').filter(({ unit }) => !known.has(unit));
  const always = startLevels.includes('S') ? ['$local_fs'] : ['$remote_fs', '$syslog'];
  const all = [...new Set([...after, ...wanted].map(({ name }) => name))];
  const needs = all.filter((one) => one.startsWith('$') || required.has(one));
  const requires = [...new Set([...always, ...needs, ...required])];
  return {
    requires,
    wants: all.filter((one) => !requires.includes(one)),
    startsBefore: [...new Set(before.flatMap((one) => startBefore(reader, one, name)))],
    startLevels,
    stopLevels: stopLevelsOf(startLevels),
  };
}

/** A script of level S is stopped by nothing but the end of the machine. */
export function stopLevelsOf(startLevels: readonly string[]): readonly string[] {
  if (startLevels.includes('S')) return ['0', '6'];
  return ALL_LEVELS.filter((level) => !startLevels.includes(level));
}

function readNames(reader: UnitReader, own: string, ...keys: readonly string[]): readonly Named[] {
  return reader.all('Unit', ...keys).flatMap((entry) =>
    reader.split(entry).flatMap(({ text }) => {
      const unit = reader.expand(entry, text);
      const found = headerName(unit);
      if (found.kind === 'name') return found.name === own ? [] : [{ entry, unit, name: found.name }];
      if (found.kind === 'unknown') {
        const hint = 'name the script that does it in Should-Start';
        reader.say(entry, 'warning', 'not-carried', `no script stands for ${unit}`, hint);
      }
      return [];
    }),
  );
}

/** What it cannot do without, and what ends it as well. */
function readBound(reader: UnitReader, own: string): readonly Named[] {
  const bound = readNames(reader, own, 'BindsTo');
  for (const entry of new Set(bound.map((one) => one.entry))) {
    const message = 'carried over as an order only; it does not stop when that one stops';
    reader.say(entry, 'warning', 'not-carried', message, 'stop both by hand');
  }
  return bound;
}

function startBefore(reader: UnitReader, { entry, unit, name }: Named, own: string): readonly string[] {
  if (!name.startsWith('$')) return [name];
  const hint = `write "${name} ${own}" into /etc/insserv.conf.d/${own}`;
  reader.say(
    entry,
    'warning',
    'provides-facility',
    `${unit} is ${name} in headers, which others wait for`,
    hint,
  );
  return [];
}

function readLevels(reader: UnitReader): readonly string[] {
  const levels = new Set<string>();
  const entries = reader.all('Install', 'WantedBy', 'RequiredBy', 'UpheldBy');
  for (const entry of entries) {
    for (const { text } of reader.split(entry)) {
      const found = levelsOfTarget(text);
      for (const level of found ?? []) levels.add(level);
      if (found === undefined) {
        const hint = 'start it from the script of that service, or give it levels with --levels';
        reader.say(entry, 'warning', 'not-carried', `${text} is no run level`, hint);
      }
    }
  }
  // `S` before all, for what starts at boot stays.
  if (levels.has('S')) return ['S'];
  return levels.size === 0 ? USUAL_LEVELS : [...levels].sort();
}
