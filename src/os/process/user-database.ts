/** Users and groups by name or number: the files first, then whatever else the machine asks (LDAP …) through getent(1). */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export interface UserRecord {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export interface GroupRecord {
  readonly name: string;
  readonly gid: number;
}

const NSSWITCH = '/etc/nsswitch.conf';
const GETENT_MS = 10_000;

/** @param key A name, or a uid. */
export function findUser(key: string | number): UserRecord | undefined {
  const fields = lookUp('passwd', key);
  const [name = '', , uid, gid, , home = ''] = fields ?? [];
  return fields === undefined ? undefined : { name, uid: Number(uid), gid: Number(gid), home };
}

export function findGroup(name: string): GroupRecord | undefined {
  const fields = lookUp('group', name);
  return fields === undefined ? undefined : { name: fields[0] ?? name, gid: Number(fields[2]) };
}

/** Both files have the name in the first field and the number in the third. */
function lookUp(database: 'passwd' | 'group', key: string | number): readonly string[] | undefined {
  if (key === '') return undefined;
  const field = typeof key === 'number' ? 2 : 0;
  const isIt = (fields: readonly string[]) => fields.length > 3 && fields[field] === String(key);
  return readLines(`/etc/${database}`).map(split).find(isIt) ?? askMachine(database, key)?.find(isIt);
}

function split(line: string): readonly string[] {
  return line.split(':');
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** Only where the machine knows more than its files: a process each time is not for nothing. */
function askMachine(database: string, key: string | number): readonly (readonly string[])[] | undefined {
  const sources = existsSync(NSSWITCH)
    ? readLines(NSSWITCH).find((line) => line.startsWith(`${database}:`))
    : undefined;
  if (sources === undefined || /^\w+:\s*(files|compat)\s*$/.test(sources)) return undefined;
  const { stdout } = spawnSync('getent', [database, '--', String(key)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: GETENT_MS,
  });
  return stdout?.split('\n').map(split);
}
