/** Files like /etc/default/rcS, read without a shell: plain assignments, nothing is expanded or run. */

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=("[^"]*"|'[^']*'|[^\s"'#;]*)\s*(?:[#;].*)?$/;

/**
 * Reads `KEY=value` lines; the last one for a key counts. Values may stand in single or double quotes.
 * Every other line, and a value that only a shell could work out, is left out.
 */
export function parseDefaults(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, key, raw] = ASSIGNMENT.exec(line) ?? [];
    if (key === undefined || raw === undefined || /^[^']*[$`\\]/.test(raw)) continue;
    values.set(key, raw.replace(/^(["'])(.*)\1$/, '$2'));
  }
  return values;
}
