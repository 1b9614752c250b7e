/** The command line of `insserv`. */
import { posix } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { parseOptions, type OptionSpec } from '../../core/getopt.ts';
import { levelSet } from '../../core/level-set.ts';
import type { NamedScript } from '../../core/links/enable.ts';
import { INIT_D } from '../../core/system-paths.ts';
import type { FarmPaths } from '../../os/links/farm-paths.ts';
import { inRoot } from '../../os/file/in-root.ts';
import { isFolder } from '../../os/file/is-folder.ts';
import type { AppletIo } from '../applet.ts';
import { systemRoot } from '../system-root.ts';

const SPECS: readonly OptionSpec[] = [
  { short: 'c', long: 'config', value: 'required' },
  { short: 'd', long: 'default', value: 'none' },
  { short: 'e', long: 'recursive', value: 'none' },
  { short: 'f', long: 'force', value: 'none' },
  { short: 'h', long: 'help', value: 'none' },
  { short: 'i', long: 'insserv-dir', value: 'required' },
  { short: 'n', long: 'dry-run', value: 'none' },
  { long: 'dryrun', value: 'none' },
  { short: 'o', long: 'override', value: 'required' },
  { short: 'p', long: 'path', value: 'required' },
  { short: 'q', long: 'silent', value: 'none' },
  { short: 'r', long: 'remove', value: 'none' },
  { short: 's', long: 'show-all', value: 'none' },
  { long: 'showall', value: 'none' },
  { short: 'u', long: 'upstart-job', value: 'required' },
  { short: 'v', long: 'verbose', value: 'none' },
  { long: 'root', value: 'required' },
];

/** What makes a folder the init.d of another root, with its own configuration. */
const INIT_D_SUFFIX = /\/etc\/init\.d$/;
const OVERRIDES = '/usr/share/insserv/overrides';
const UPSTART_JOB = '/lib/init/upstart-job';

export interface InsservCommand {
  readonly paths: FarmPaths;
  readonly named: readonly NamedScript[];
  readonly action: 'enable' | 'remove';
  readonly isForced: boolean;
  readonly useDefaults: boolean;
  readonly isRecursive: boolean;
  readonly isDryRun: boolean;
  /** Print the order and change nothing. */
  readonly showsOrder: boolean;
  readonly isSilent: boolean;
  /** 1: what is changed; 2: every file that is read. */
  readonly verbosity: number;
}

/** @throws {UsageError} With getopt's words, or without any where a name is missing. */
export function parseInsserv(
  args: readonly string[],
  io: Pick<AppletIo, 'env' | 'cwd'>,
): InsservCommand | 'help' {
  const { options, operands, errors } = parseOptions(args, SPECS);
  if (errors[0] !== undefined) throw new UsageError(errors[0]);
  const has = (...names: readonly string[]): boolean => options.some(({ name }) => names.includes(name));
  const value = (name: string): string | undefined => options.findLast((one) => one.name === name)?.value;
  if (has('help')) return 'help';
  if (has('remove') && operands.length === 0) throw new UsageError('');
  const root = systemRoot(io, value('root'));
  const { dir, names } = splitOperands(root, io.cwd, operands);
  const said = dir ?? value('path');
  const isDryRun = has('dry-run', 'dryrun');
  return {
    paths: farmPaths(root, io.cwd, said, value),
    named: names.map(parseNamed),
    action: has('remove') ? 'remove' : 'enable',
    isForced: has('force'),
    useDefaults: has('default'),
    isRecursive: has('recursive'),
    isDryRun,
    showsOrder: has('show-all', 'showall'),
    isSilent: has('silent'),
    verbosity: options.filter(({ name }) => name === 'verbose').length + (isDryRun ? 1 : 0),
  };
}

function farmPaths(
  root: string,
  cwd: string,
  said: string | undefined,
  value: (name: string) => string | undefined,
): FarmPaths {
  const path = (text: string): string => posix.resolve(root === '/' ? cwd : '/', text);
  const initDir = said === undefined ? INIT_D : path(said);
  const prefix = INIT_D_SUFFIX.test(initDir) ? initDir.replace(INIT_D_SUFFIX, '') : '';
  const [conf, override, dependDir] = [value('config'), value('override'), value('insserv-dir')];
  return {
    root,
    initDir,
    conf: conf === undefined ? `${prefix}/etc/insserv.conf` : path(conf),
    overrides: [
      override === undefined ? `${prefix}/etc/insserv/overrides` : path(override),
      `${prefix}${OVERRIDES}`,
    ],
    fileFilters: `${prefix}/etc/insserv/file-filters`,
    dependDir: dependDir === undefined ? initDir : path(dependDir),
    upstartJob: path(value('upstart-job') ?? UPSTART_JOB),
  };
}

/** An operand may be another init.d, or the path of a script in one. */
function splitOperands(
  root: string,
  cwd: string,
  operands: readonly string[],
): { readonly dir: string | undefined; readonly names: readonly string[] } {
  let dir: string | undefined;
  const names: string[] = [];
  for (const operand of operands) {
    if (!operand.includes('/')) {
      names.push(operand);
      continue;
    }
    const path = posix.resolve(root === '/' ? cwd : '/', operand);
    if (isFolder(inRoot(root, path))) dir = path;
    else {
      dir = posix.dirname(path);
      names.push(posix.basename(path));
    }
  }
  return { dir, names };
}

/** `NAME[,start=LEVELS][,stop=LEVELS]`, where commas separate levels too. */
function parseNamed(operand: string): NamedScript {
  const [name = '', ...words] = operand.split(',');
  const levels: { start: string[] | undefined; stop: string[] | undefined } = {
    start: undefined,
    stop: undefined,
  };
  let current: 'start' | 'stop' | undefined;
  for (const word of words) {
    const [, kind, first] = /^(start|stop)=(.*)$/.exec(word) ?? [];
    if (kind === 'start' || kind === 'stop') {
      current = kind;
      levels[kind] = Array.from(first ?? '');
    } else if (current !== undefined) levels[current]?.push(...Array.from(word));
  }
  const set = (list: readonly string[] | undefined): number | undefined =>
    list === undefined ? undefined : levelSet(list);
  return { name, start: set(levels.start), stop: set(levels.stop) };
}
