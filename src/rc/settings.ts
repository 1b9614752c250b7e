/** What an administrator may set for `rc`, from the environment and /etc/default. */
import { parseDefaults } from '../core/default-file.ts';
import { parseSeconds } from '../core/seconds.ts';
import { DEFAULTS } from '../core/system-paths.ts';
import type { Millis } from '../core/units.ts';
import { readTextIfAny } from '../os/text-file.ts';

const RCS_DEFAULTS = '/etc/default/rcS';

export interface RcSettings {
  readonly verbose: string;
  /** RC_TIMEOUT: when a script is ended; undefined for never. */
  readonly timeoutMs: Millis | undefined;
  /** RC_STRICT=yes: a failed script makes `rc` fail. */
  readonly strict: boolean;
  /** Values that were ignored, as sentences. */
  readonly complaints: readonly string[];
}

/** The environment counts before the files. */
export function readRcSettings(root: string, env: Readonly<Record<string, string | undefined>>): RcSettings {
  const rcS = parseDefaults(readTextIfAny(root, RCS_DEFAULTS) ?? '');
  const ours = parseDefaults(readTextIfAny(root, DEFAULTS) ?? '');
  const timeout = env['RC_TIMEOUT'] ?? ours.get('RC_TIMEOUT') ?? '';
  const timeoutMs = parseSeconds(timeout);
  const isBad = timeout !== '' && timeout !== '0' && timeoutMs === undefined;
  return {
    verbose: rcS.get('VERBOSE') ?? env['VERBOSE'] ?? '',
    timeoutMs,
    strict: (env['RC_STRICT'] ?? ours.get('RC_STRICT')) === 'yes',
    complaints: isBad ? [`RC_TIMEOUT=${timeout} is no number of seconds, ignoring it`] : [],
  };
}
