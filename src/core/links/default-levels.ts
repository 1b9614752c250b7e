/** The levels in a script's header as update-rc.d reads them: more strictly than insserv does. */

export interface DefaultLevels {
  /** The words as they stand there. */
  readonly start: readonly string[];
  readonly stop: readonly string[];
}

/**
 * Reads `Default-Start` and `Default-Stop` of the first header; the last line of each counts.
 * @see update-rc.d of init-system-helpers 1.65, `parse_def_start_stop`
 */
export function readDefaultLevels(text: string): DefaultLevels {
  const found: { start: readonly string[]; stop: readonly string[] } = { start: [], stop: [] };
  let isInside = false;
  for (const line of text.split('\n')) {
    if (/^### BEGIN INIT INFO\s*$/.test(line)) isInside = true;
    else if (/^### END INIT INFO\s*$/.test(line)) break;
    else if (isInside) {
      const [, kind, value = ''] = /^# Default-(Start|Stop):\s*(\S?.*)$/.exec(line) ?? [];
      if (kind !== undefined) found[kind === 'Start' ? 'start' : 'stop'] = words(value);
    }
  }
  return found;
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
