/** What startpar tells the `rc` that called it, as shell assignments. */
import type { ExitStatus } from '../units.ts';

export interface TaskEnd {
  readonly name: string;
  /** Undefined if the script could not be started. */
  readonly status: ExitStatus | undefined;
}

const NOT_INSTALLED = 5;
const NOT_CONFIGURED = 6;
const NOT_RUNNING = 7;
/** What a shell says of a program that cannot be started, and what is made of one that a signal ended. */
const CANNOT_START = 127;
const KILLED = 1;

/**
 * Three assignments with names, blank-separated, for `eval`. Codes 8 and higher are nobody's business, as ever.
 * @param isStopping A service that is not running has nothing to stop.
 * @see rc-tools, startpar: exit codes 1–4, 7 unless stopping; 5; 6
 */
export function reportServices(ends: readonly TaskEnd[], isStopping: boolean): string {
  const named = (isOne: (code: number) => boolean): string =>
    ends
      .filter(({ status }) => isOne(codeOf(status)))
      .map(({ name }) => name)
      .join(' ');
  const isFailure = (code: number): boolean =>
    (code >= 1 && code <= 4) || code === CANNOT_START || (code === NOT_RUNNING && !isStopping);
  return [
    `failed_service="${named(isFailure)}"\n`,
    `skipped_service_not_installed="${named((code) => code === NOT_INSTALLED)}"\n`,
    `skipped_service_not_configured="${named((code) => code === NOT_CONFIGURED)}"\n`,
  ].join('');
}

function codeOf(status: ExitStatus | undefined): number {
  if (status === undefined) return CANNOT_START;
  return status.kind === 'exited' ? status.code : KILLED;
}
