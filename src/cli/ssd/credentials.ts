/** `--chuid` and `--group`: names looked up, and what follows from them for the program's environment. */
import { scanInt } from '../../core/c-number.ts';
import type { SsdRequest } from '../../core/daemon/ssd-options.ts';
import type { Credentials } from '../../os/process/become-program.ts';
import { isFolder } from '../../os/file/is-folder.ts';
import { findGroup, findUser } from '../../os/process/user-database.ts';
import { SsdFailure } from './failure.ts';

export interface NamedCredentials {
  readonly user: { readonly name: string; readonly uid: number } | undefined;
  /** `name` is empty if it is the user's own group. */
  readonly group: { readonly name: string; readonly gid: number } | undefined;
  /** The user's home, if there is one. */
  readonly home: string | undefined;
}

/** @throws {SsdFailure} If there is no such user or group. A group may be a number that has no name; a user may not. */
export function readCredentials({ chuid, group }: SsdRequest): NamedCredentials {
  const given = group === undefined ? undefined : readGroup(group);
  if (chuid === undefined) return { user: undefined, group: given, home: undefined };
  const record = findUser(scanInt(chuid) ?? chuid);
  if (record === undefined) throw new SsdFailure(`user '${chuid}' not found`);
  return {
    user: { name: record.name, uid: record.uid },
    group: given ?? { name: '', gid: record.gid },
    home: isFolder(record.home) ? record.home : undefined,
  };
}

export function toCredentials({ user, group }: NamedCredentials): Credentials {
  return { user, gid: group?.gid };
}

function readGroup(group: string): { readonly name: string; readonly gid: number } {
  const number = scanInt(group);
  if (number !== undefined) return { name: group, gid: number };
  const record = findGroup(group);
  if (record === undefined) throw new SsdFailure(`group '${group}' not found`);
  return record;
}
