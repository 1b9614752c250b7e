/** The environments init scripts get. */
import { SYSTEM_PATH } from '../core/system-paths.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where scripts of a folder find our commands; a machine has them installed. */
export interface ProgramFolders {
  readonly root: string;
  readonly appletsDir: string;
  /** The path of our init-functions, if there is one. */
  readonly initFunctions: string | undefined;
}

const LOCALE_VARIABLES = [
  'LANG',
  'LANGUAGE',
  'LC_CTYPE',
  'LC_NUMERIC',
  'LC_TIME',
  'LC_COLLATE',
  'LC_MONETARY',
  'LC_MESSAGES',
  'LC_PAPER',
  'LC_NAME',
  'LC_ADDRESS',
  'LC_TELEPHONE',
  'LC_MEASUREMENT',
  'LC_IDENTIFICATION',
  'LC_ALL',
] as const;

/** What Debian's shell takes for PATH when it is called without one, and with it Debian's `service`. */
const SHELL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The environment of `service`: these seventeen, always all of them. @see rc-tools: Debian's service(8) */
export function serviceEnvironment(env: Env, program: ProgramFolders): Record<string, string> {
  const locale = LOCALE_VARIABLES.map((name) => [name, env[name] ?? '']);
  const all = { ...Object.fromEntries(locale), PATH: env['PATH'] ?? SHELL_PATH, TERM: env['TERM'] ?? '' };
  return addFolder(all, program);
}

/** The environment of invoke-rc.d: the caller's. */
export function keptEnvironment(env: Env, program: ProgramFolders): Record<string, string> {
  const own = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return addFolder(Object.fromEntries(own), program);
}

export interface LevelFacts {
  readonly level: string;
  readonly previous: string;
  readonly verbose: string;
}

/**
 * The environment of `rc`. Beside the levels scripts get what only init can tell them: the console, which
 * Debian's checkfs.sh passes to sulogin, and its INIT_ variables (INIT_HALT decides between halt and power off).
 */
export function levelEnvironment(
  env: Env,
  facts: LevelFacts,
  program: ProgramFolders,
): Record<string, string> {
  const inherited = Object.entries(env).filter(([name]) => isInherited(name));
  const all = {
    ...Object.fromEntries(inherited),
    RUNLEVEL: env['RUNLEVEL'] ?? facts.level,
    PREVLEVEL: env['PREVLEVEL'] ?? facts.previous,
    runlevel: facts.level,
    previous: facts.previous,
    VERBOSE: facts.verbose,
    PATH: program.root === '/' ? SYSTEM_PATH : (env['PATH'] ?? SYSTEM_PATH),
  };
  return addFolder(all, program);
}

function isInherited(name: string): boolean {
  const names: readonly string[] = ['TERM', 'CONSOLE', ...LOCALE_VARIABLES];
  return names.includes(name) || name.startsWith('INIT_');
}

/** In a folder the scripts must find our commands before the machine's, and those must work on the folder. */
function addFolder(
  env: Readonly<Record<string, string>>,
  { root, appletsDir, initFunctions }: ProgramFolders,
): Record<string, string> {
  if (root === '/') return { ...env };
  const path = env['PATH'] ?? '';
  return {
    ...env,
    PATH: path.split(':')[0] === appletsDir ? path : `${appletsDir}:${path}`,
    RCINIT_ROOT: root,
    ...(initFunctions === undefined ? {} : { INIT_FUNCTIONS: initFunctions }),
  };
}
