/** `/etc/shutdown.allow`: whose presence at a console lets `shutdown -a` go ahead. */
import { UTMP_TYPES, type UtmpRecord } from '../wire/utmp-record.ts';

/** As many names as the original reads. */
const MAX_NAMES = 32;

/** @returns The names, one a line; empty lines and those that begin with `#` do not count. */
export function parseShutdownAllow(text: string): readonly string[] {
  const names = text.split('\n').map((line) => line.trim());
  return names.filter((name) => name !== '' && !name.startsWith('#')).slice(0, MAX_NAMES);
}

/**
 * Whether somebody who may is logged in at a virtual terminal. Root always may.
 * @param isVirtualTerminal Told a terminal without `/dev/`.
 */
export function isSomebodyAuthorized(
  allowed: readonly string[],
  records: readonly UtmpRecord[],
  isVirtualTerminal: (line: string) => boolean,
): boolean {
  return records.some(
    ({ type, user, line }) =>
      type === UTMP_TYPES.USER_PROCESS &&
      (user === 'root' || allowed.includes(user)) &&
      isVirtualTerminal(line),
  );
}
