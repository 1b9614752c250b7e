/** The environment of init's children. Pure. */
import type { PreviousLevel, RunLevel } from '../core/runlevel.ts';

export interface EnvironmentBase {
  /** What init itself was given. */
  readonly own: Readonly<Record<string, string | undefined>>;
  readonly path: string;
  /** The console's path, where it has one. */
  readonly console: string | undefined;
  /** Set in a folder, so that applets find their root. */
  readonly root: string | undefined;
  readonly version: string;
}

/** What init itself has after a re-exec; INIT_ variables in it are what sysvinit has of them. */
export function nextEnvironment(
  base: EnvironmentBase,
  extraEnv: readonly (readonly [name: string, value: string])[],
): Readonly<Record<string, string>> {
  return {
    ...definedOnly(base.own),
    PATH: base.path,
    ...Object.fromEntries(extraEnv),
    ...(base.console !== undefined && { CONSOLE: base.console }),
  };
}

function definedOnly(own: EnvironmentBase['own']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(own).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

/**
 * init's own environment with PATH, the variables set through the fifo, and those of init(8) on top; each replaces an
 * earlier value.
 */
export function childEnvironment(
  base: EnvironmentBase,
  change: {
    readonly shownLevel: RunLevel;
    readonly previous: PreviousLevel;
    readonly extraEnv: readonly (readonly [name: string, value: string])[];
  },
): Readonly<Record<string, string>> {
  return {
    ...definedOnly(base.own),
    PATH: base.path,
    ...Object.fromEntries(change.extraEnv),
    SHELL: '/bin/sh',
    RUNLEVEL: change.shownLevel,
    PREVLEVEL: change.previous,
    ...(base.console !== undefined && { CONSOLE: base.console }),
    INIT_VERSION: base.version,
    ...(base.root !== undefined && { RCINIT_ROOT: base.root }),
  };
}
