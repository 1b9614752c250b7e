/** `rcinit new`: writes an init script from what its author says, or from a systemd unit. */
import { resolve } from 'node:path';
import type { AuthorKeyName, AuthorValues } from '../authoring/author-keys.ts';
import { parseAuthorFile } from '../authoring/author-keys.ts';
import { checkService } from '../authoring/check-service.ts';
import { describeService, splitLevels } from '../authoring/describe-service.ts';
import type { ServiceDescription } from '../authoring/service-description.ts';
import { stopLevelsOf } from '../authoring/unit-order.ts';
import { convertUnit } from '../authoring/unit-to-service.ts';
import { writeScript, type ScriptForm } from '../authoring/write-script.ts';
import { formatDiagnostic, type Diagnostic } from '../core/diagnostic.ts';
import { UsageError } from '../core/errors.ts';
import { isScriptName } from '../core/scripts/script-name.ts';
import { INIT_D, SYSTEM_PATH } from '../core/system-paths.ts';
import { findProgram } from '../os/process/find-program.ts';
import { lookAtProgram } from '../os/process/look-at-program.ts';
import { readText } from '../os/file/text-file.ts';
import { findUser } from '../os/process/user-database.ts';
import type { AppletIo } from './applet.ts';
import { placeResult } from './place-result.ts';

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
/** What can be said beside a unit. */
const BESIDE_UNIT: readonly AuthorKeyName[] = [
  'PROCESS',
  'READY',
  'PIDFILE',
  'LOG',
  'LEVELS',
  'DESCRIPTION',
  'DIRECTORY',
];

export interface NewOptions {
  /** Absolute. */
  readonly root: string;
  readonly name: string;
  /** Behind `--`. */
  readonly words: readonly string[];
  /** Said by options; they count more than those of a file. */
  readonly values: AuthorValues;
  /** A file with KEY=value lines. */
  readonly from: string | undefined;
  /** A unit and its drop-ins. */
  readonly units: readonly string[];
  readonly instance: string | undefined;
  readonly form: ScriptForm;
  /** `-` is standard output. */
  readonly output: string | undefined;
  readonly force: boolean;
  readonly strict: boolean;
}

/** @returns 0 written, 1 not written (or lost something, with `--strict`), 2 wrong use or input. */
export function runNew(options: NewOptions, io: AppletIo): number {
  try {
    return tryNew(options, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.err(`rcinit new: ${error.message}\n`);
    return EXIT_USAGE;
  }
}

function tryNew(options: NewOptions, io: AppletIo): number {
  const { name, root } = options;
  if (!NAME.test(name) || !isScriptName(name))
    throw new UsageError(
      `cannot take "${name}": insserv takes no script of that name; use letters, digits and -`,
    );
  const { service, diagnostics } = options.units.length > 0 ? fromUnit(options, io) : fromAuthor(options, io);
  for (const one of diagnostics) io.err(`${formatDiagnostic(one)}\n`);
  if (service === undefined) {
    const state =
      options.units.length > 0 ? 'there is nothing in it to start' : `${options.from} has errors in it`;
    throw new UsageError(`cannot write "${name}": ${state}; see above`);
  }
  const problems = checkService(service);
  if (problems.length > 0) throw new UsageError(`cannot write "${name}": ${problems.join('; ')}`);
  const lost = diagnostics.filter(({ severity }) => severity !== 'note').length;
  if (options.units.length > 0) io.err(`rcinit new: ${summary(lost)}\n`);
  if (options.strict && lost > 0) {
    io.err(`rcinit new: cannot write "${name}": something is lost, and --strict is given; leave it out\n`);
    return EXIT_FAILED;
  }
  const written = placeResult(
    {
      command: 'new',
      root,
      path: `${INIT_D}/${name}`,
      output: options.output,
      force: options.force,
      text: writeScript(service, options.form),
      mode: 0o755,
      next: `try it with: service ${name} start; then: update-rc.d ${name} defaults`,
    },
    io,
  );
  return written ? EXIT_DONE : EXIT_FAILED;
}

function summary(lost: number): string {
  if (lost === 0) return 'everything is carried over';
  return `${lost} ${lost === 1 ? 'line is' : 'lines are'} not carried over, see above`;
}

interface Described {
  readonly service: ServiceDescription | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

function fromAuthor(options: NewOptions, io: AppletIo): Described {
  const file =
    options.from === undefined ? undefined : parseAuthorFile(options.from, readInput(options.from, io));
  if (file !== undefined && file.diagnostics.length > 0)
    return { service: undefined, diagnostics: file.diagnostics };
  const values: AuthorValues = new Map([...(file?.values ?? []), ...options.values]);
  const { name, words } = options;
  const service = describeService({
    name,
    values,
    words,
    find: (program) => {
      const found = findProgram(program, io.env['PATH'] ?? SYSTEM_PATH, io.cwd);
      return found.kind === 'found' ? resolve(io.cwd, found.path) : undefined;
    },
    look: (path) => lookAtProgram(path, io.env['PATH']),
  });
  if (service.user === undefined && findUser(name) !== undefined)
    io.err(
      `rcinit new: there is a user ${name}; if the daemon does not become that user itself, add --user ${name}\n`,
    );
  return { service, diagnostics: [] };
}

function fromUnit(options: NewOptions, io: AppletIo): Described {
  const { name, units, values } = options;
  const strange = [...values.keys()].find((key) => !BESIDE_UNIT.includes(key));
  if (strange !== undefined || options.from !== undefined || options.words.length > 0)
    throw new UsageError(
      `cannot take ${strange ?? 'a program'} beside --from-unit; write it into a drop-in, a further file`,
    );
  const sources = units.map((path) => ({ path, text: readInput(path, io) }));
  const base = (units[0] ?? '').replace(/^.*\//, '');
  const conversion = convertUnit(sources, {
    name,
    unitName: base.replace('@.', () => `@${options.instance ?? ''}.`),
    look: (path) => lookAtProgram(path, SYSTEM_PATH),
    searchPath: SYSTEM_PATH,
    processName: values.get('PROCESS')?.at(-1),
    isHeard: values.get('READY')?.at(-1) === 'notify',
  });
  const { service } = conversion;
  return { ...conversion, service: service === undefined ? undefined : overrule(service, values) };
}

/** What is said by options counts more than the unit. */
function overrule(service: ServiceDescription, values: AuthorValues): ServiceDescription {
  const last = (key: AuthorKeyName) => values.get(key)?.at(-1);
  const { main } = service;
  const levels = last('LEVELS');
  const startLevels = levels === undefined ? service.startLevels : splitLevels(levels);
  return {
    ...service,
    main:
      main.kind === 'oneshot'
        ? main
        : { ...main, pidFile: last('PIDFILE') ?? main.pidFile, log: last('LOG') ?? main.log },
    shortDescription: last('DESCRIPTION') ?? service.shortDescription,
    directory: last('DIRECTORY') ?? service.directory,
    startLevels,
    stopLevels: levels === undefined ? service.stopLevels : stopLevelsOf(startLevels),
  };
}

/** @throws {UsageError} The file cannot be read. */
function readInput(path: string, io: AppletIo): string {
  try {
    return readText('/', resolve(io.cwd, path));
  } catch (error) {
    throw new UsageError(
      `cannot read "${path}": ${error instanceof Error ? error.message : String(error)}; name a file`,
    );
  }
}
