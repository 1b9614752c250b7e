/** The settings of a unit that are about the process: user, limits, folders, environment, conditions. */
import type { UnitEntry } from '../core/unit/unit-file.ts';
import { parseTimeSpan } from '../core/unit/unit-time.ts';
import type { Condition, Folder, ServiceDescription } from './service-description.ts';
import type { UnitReader } from './unit-reader.ts';

type Settings = Pick<
  ServiceDescription,
  | 'user'
  | 'group'
  | 'directory'
  | 'umask'
  | 'nice'
  | 'limits'
  | 'environment'
  | 'environmentFiles'
  | 'folders'
  | 'conditions'
>;

export function readSettings(reader: UnitReader): Settings {
  const text = (key: string): string | undefined => {
    const entry = reader.last('Service', key);
    return entry === undefined ? undefined : reader.expand(entry, entry.value);
  };
  const [folders, folderVariables] = readFolders(reader);
  const nice = text('Nice');
  return {
    user: text('User'),
    group: text('Group'),
    directory: readDirectory(reader),
    umask: text('UMask'),
    nice: nice === undefined ? undefined : Number(nice),
    limits: readLimits(reader),
    environment: [...folderVariables, ...readEnvironment(reader)],
    environmentFiles: readEnvironmentFiles(reader),
    folders,
    conditions: readConditions(reader),
  };
}

function readDirectory(reader: UnitReader): string | undefined {
  const entry = reader.last('Service', 'WorkingDirectory');
  if (entry === undefined) return undefined;
  const path = entry.value.replace(/^-/, '');
  if (path !== entry.value && path !== '~') {
    const message = 'a start without that folder is told as failed';
    reader.say(entry, 'note', 'may-fail', message, 'nothing has to be done');
  }
  if (path !== '~') return reader.expand(entry, path);
  reader.say(entry, 'warning', 'not-carried', 'the user’s home is not looked up', 'use --directory DIR');
  return undefined;
}

function readEnvironment(reader: UnitReader): readonly (readonly [string, string])[] {
  return reader.all('Service', 'Environment').flatMap((entry) =>
    reader.split(entry).flatMap(({ text }) => {
      const [, name, value = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(reader.expand(entry, text)) ?? [];
      if (name !== undefined) return [[name, value] as const];
      reader.say(
        entry,
        'error',
        'environment',
        `"${text}" is no NAME=VALUE; it is left out`,
        'correct the unit',
      );
      return [];
    }),
  );
}

/** Systemd reads all files that a pattern stands for. */
const PATTERN = /[*?[]/;

function readEnvironmentFiles(reader: UnitReader): ServiceDescription['environmentFiles'] {
  return reader.all('Service', 'EnvironmentFile').flatMap((entry) => {
    const path = reader.expand(entry, entry.value.replace(/^-/, ''));
    if (!PATTERN.test(path)) return [{ path, isOptional: entry.value.startsWith('-') }];
    const message = `${path} is a pattern, none of its files is read`;
    reader.say(entry, 'warning', 'not-carried', message, 'name each file in a drop-in');
    return [];
  });
}

/** Directive, where its folders are, and the variable that names them. */
const FOLDERS = [
  ['RuntimeDirectory', '/run', 'RUNTIME_DIRECTORY'],
  ['StateDirectory', '/var/lib', 'STATE_DIRECTORY'],
  ['CacheDirectory', '/var/cache', 'CACHE_DIRECTORY'],
  ['LogsDirectory', '/var/log', 'LOGS_DIRECTORY'],
  ['ConfigurationDirectory', '/etc', 'CONFIGURATION_DIRECTORY'],
] as const;

function readFolders(reader: UnitReader): [readonly Folder[], readonly (readonly [string, string])[]] {
  const folders: Folder[] = [];
  const variables: (readonly [string, string])[] = [];
  // Whether they outlive a stop does not matter to a script, which makes them before each start.
  reader.last('Service', 'RuntimeDirectoryPreserve');
  for (const [key, base, variable] of FOLDERS) {
    const mode = reader.last('Service', `${key}Mode`)?.value ?? '0755';
    const paths = reader.all('Service', key).flatMap((entry) =>
      reader.split(entry).map(({ text }) => {
        const [path = '', link] = reader.expand(entry, text).split(':');
        if (link !== undefined)
          reader.say(
            entry,
            'warning',
            'not-carried',
            `the link ${base}/${link} to the folder is not made`,
            'make it with ln -s in the script',
          );
        return `${base}/${path}`;
      }),
    );
    for (const path of paths) folders.push({ path, mode, isOwned: key !== 'ConfigurationDirectory' });
    if (paths.length > 0) variables.push([variable, paths.join(':')]);
  }
  return [folders, variables];
}

const LIMITS =
  'AS CORE CPU DATA FSIZE LOCKS MEMLOCK MSGQUEUE NICE NOFILE NPROC RSS RTPRIO RTTIME SIGPENDING STACK';

function readLimits(reader: UnitReader): readonly (readonly [string, string])[] {
  return LIMITS.split(' ').flatMap((name) => {
    const entry = reader.last('Service', `Limit${name}`);
    if (entry === undefined) return [];
    const values = entry.value.split(':').map((value) => parseLimit(name, value));
    if (!values.includes(undefined)) return [[name.toLowerCase(), values.join(':')] as const];
    reader.say(
      entry,
      'warning',
      'not-carried',
      `"${entry.value}" is no limit known here`,
      'correct the unit',
    );
    return [];
  });
}

/** Factors of sizes. @see systemd.exec(5), "Process Properties" */
const SIZES = 'KMGTPE';

function parseLimit(name: string, value: string): string | undefined {
  if (value === 'infinity') return 'unlimited';
  const [, digits, suffix = ''] = /^([0-9]+)([KMGTPE]?)$/.exec(value) ?? [];
  if (digits !== undefined) return String(BigInt(digits) * 1024n ** BigInt(SIZES.indexOf(suffix || '?') + 1));
  const seconds = name === 'CPU' ? parseTimeSpan(value) : undefined;
  return seconds === undefined ? undefined : String(seconds);
}

/** Conditions on one path that test(1) knows. */
const TESTS: Readonly<Record<string, Condition['test']>> = {
  PathExists: '-e',
  PathIsDirectory: '-d',
  PathIsSymbolicLink: '-L',
  FileNotEmpty: '-s',
  FileIsExecutable: '-x',
};

function readConditions(reader: UnitReader): readonly Condition[] {
  const conditions: Condition[] = [];
  for (const [name, test] of Object.entries(TESTS)) {
    for (const entry of reader.all('Unit', `Condition${name}`, `Assert${name}`)) {
      const condition = readCondition(reader, entry, test);
      if (condition !== undefined) conditions.push(condition);
    }
  }
  return conditions;
}

function readCondition(reader: UnitReader, entry: UnitEntry, test: Condition['test']): Condition | undefined {
  if (entry.value.startsWith('|')) {
    const message = 'one of several conditions that are enough';
    reader.say(
      entry,
      'warning',
      'not-carried',
      `not carried over, ${message}`,
      'write the test into check_start',
    );
    return undefined;
  }
  const isNegated = entry.value.startsWith('!');
  return { test, path: reader.expand(entry, entry.value.slice(isNegated ? 1 : 0)), isNegated };
}
