/** What an administrator may set for `rc`, from the environment and /etc/default. */
import { parseDefaults } from '../core/default-file.ts';
import { parseSeconds } from '../core/seconds.ts';
import { DEFAULTS } from '../core/system-paths.ts';
import type { Millis } from '../core/units.ts';
import { readTextIfAny } from '../os/file/text-file.ts';
import type { Parallel } from './level-work.ts';

const RCS_DEFAULTS = '/etc/default/rcS';

export interface RcSettings {
  readonly verbose: string;
  /** RC_TIMEOUT: when a script is ended; undefined for never. */
  readonly timeoutMs: Millis | undefined;
  /** RC_STRICT=yes: a failed script makes `rc` fail. */
  readonly strict: boolean;
  /** RC_PARALLEL: side by side or not, or how many at once; `auto` if nothing was said. */
  readonly parallel: Parallel;
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
  const wanted = env['RC_PARALLEL'] ?? ours.get('RC_PARALLEL') ?? '';
  const parallel = parseParallel(wanted);
  return {
    verbose: rcS.get('VERBOSE') ?? env['VERBOSE'] ?? '',
    timeoutMs,
    strict: (env['RC_STRICT'] ?? ours.get('RC_STRICT')) === 'yes',
    parallel: parallel ?? 'auto',
    complaints: [
      ...(isBad ? [`RC_TIMEOUT=${timeout} is no number of seconds, ignoring it`] : []),
      ...(parallel === undefined
        ? [`RC_PARALLEL=${wanted} is neither yes, no nor a number above 0, ignoring it`]
        : []),
    ],
  };
}

/** @returns Undefined for what is none of its values. */
function parseParallel(text: string): Parallel | undefined {
  if (text === '') return 'auto';
  if (text === 'yes' || text === 'no') return text;
  return parseJobs(text);
}

/** @returns How many scripts may run at once, or undefined for what is no number above 0. */
export function parseJobs(text: string): number | undefined {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
}
