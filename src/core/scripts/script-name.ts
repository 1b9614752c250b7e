/** Which names in init.d insserv takes for init scripts. */

const NO_SCRIPT_PREFIX = /^(?:README|Makefile|skeleton|powerfail)/;
const NO_SCRIPT_NAME = /^(?:core|rx|rc|rcS)$/;
const FIRST_CHARACTER = /^[$.#%_+\-\\*[\]^:()~]/;
const LEFT_OVER = /\.(?:(?:rpm|ba|dpkg|ucf)[^.]*|old|new|org|orig|save|swp|core)$|,v$|~$/;

/**
 * Whether a file of that name counts as an init script.
 * @param filters Extensions from /etc/insserv/file-filters, without the dot.
 * @see insserv(8); the list is that of insserv 1.24
 */
export function isScriptName(name: string, filters: ReadonlySet<string> = new Set()): boolean {
  if (name === '' || name.includes('/') || FIRST_CHARACTER.test(name)) return false;
  if (NO_SCRIPT_PREFIX.test(name) || NO_SCRIPT_NAME.test(name) || LEFT_OVER.test(name)) return false;
  return filters.size === 0 || !filters.has(/\.([^.]*)$/.exec(name)?.[1] ?? '');
}

/** Longer ones, and more of them, insserv does not take either. */
const MAX_FILTER_LENGTH = 31;
const MAX_FILTERS = 1_000;

/** Reads /etc/insserv/file-filters: one extension per line. */
export function parseFileFilters(text: string): ReadonlySet<string> {
  const lines = text.split('\n').map((line) => line.trim().replace(/^\./, ''));
  const taken = lines.filter(
    (line) => line !== '' && !line.startsWith('#') && line.length <= MAX_FILTER_LENGTH,
  );
  return new Set(taken.slice(0, MAX_FILTERS));
}
