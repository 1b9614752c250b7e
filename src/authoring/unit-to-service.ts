/** Turns a systemd service unit into the description of an init script, and says what cannot be turned. */
import type { Diagnostic } from '../core/diagnostic.ts';
import { parseSignal } from '../core/signal-names.ts';
import { plainText } from '../core/shell/shell-quote.ts';
import { parseUnit, type UnitSource } from '../core/unit/unit-file.ts';
import { parseUnitName, unitSpecifiers } from '../core/unit/unit-name.ts';
import { parseTimeSpan } from '../core/unit/unit-time.ts';
import { findProgram } from '../os/process/find-program.ts';
import type { ProgramLook } from '../os/process/look-at-program.ts';
import { describeProgram } from './describe-program.ts';
import type { Command, Daemon, OneShot, ServiceDescription } from './service-description.ts';
import { readExecLines, toCommand, type ExecLine } from './unit-commands.ts';
import { readOrder } from './unit-order.ts';
import { createUnitReader, type UnitReader } from './unit-reader.ts';
import { readSettings } from './unit-settings.ts';

export interface UnitConversion {
  /** Undefined where there is nothing to start; an error says so. */
  readonly service: ServiceDescription | undefined;
  /** By file and line. Notes are no losses. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface UnitOptions {
  /** The script's name. */
  readonly name: string;
  /** The unit's own name, with its instance. */
  readonly unitName: string;
  readonly look: (path: string) => ProgramLook;
  readonly searchPath: string | undefined;
  readonly processName: string | undefined;
  /** The author says that the daemon can be heard when it is ready. */
  readonly isHeard: boolean;
}

const DEFAULT_SECONDS = 90;
/** What a script waits where systemd would wait for ever: nobody can stop a boot that does. */
const LONG_SECONDS = 600;
const DAEMON_TYPES = ['simple', 'exec', 'forking', 'notify', 'notify-reload', 'dbus', 'idle'];

/** @param sources The unit, then its drop-ins in their order. */
export function convertUnit(sources: readonly UnitSource[], options: UnitOptions): UnitConversion {
  const parsed = parseUnit(sources);
  const reader = createUnitReader(parsed.entries, unitSpecifiers(parseUnitName(options.unitName)));
  const service = readService(reader, sources, options);
  reader.reportRest();
  const order = new Map(sources.map(({ path }, index) => [path, index]));
  const diagnostics = [...parsed.diagnostics, ...reader.diagnostics].sort(
    (a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.line - b.line,
  );
  return { service, diagnostics };
}

function readService(
  reader: UnitReader,
  sources: readonly UnitSource[],
  options: UnitOptions,
): ServiceDescription | undefined {
  const settings = readSettings(reader);
  const main = readMain(reader, options);
  if (main === undefined) return undefined;
  const describing = reader.last('Unit', 'Description');
  const pages = reader.all('Unit', 'Documentation').map((entry) => entry.value);
  const from = sources.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)).join(', ');
  return {
    ...settings,
    ...readOrder(reader, options.name),
    ...readStop(reader),
    name: options.name,
    shortDescription:
      describing === undefined
        ? options.name
        : reader.expand(describing, describing.value).replace(/\.$/, ''),
    description: pages.length === 0 ? [] : [`See ${pages.join(' ')}`],
    remarks: [`Made from ${from}.`],
    main,
    before: [...readExecConditions(reader), ...commandsOf(reader, 'ExecStartPre')],
    after: commandsOf(reader, 'ExecStartPost'),
    stop: commandsOf(reader, 'ExecStop'),
    afterStop: commandsOf(reader, 'ExecStopPost'),
    startSeconds: readSeconds(reader, 'TimeoutStartSec'),
    readsDefaults: false,
  };
}

function commandsOf(reader: UnitReader, ...keys: readonly string[]): readonly Command[] {
  return readExecLines(reader, ...keys).map(toCommand);
}

function readExecConditions(reader: UnitReader): readonly Command[] {
  for (const entry of reader.all('Service', 'ExecCondition')) {
    const message = 'a start that it forbids is told as failed, where systemd passes over it without a word';
    reader.say(entry, 'warning', 'condition', message, 'let the script exit 0 there if that is wanted');
  }
  return commandsOf(reader, 'ExecCondition');
}

function readMain(reader: UnitReader, options: UnitOptions): Daemon | OneShot | undefined {
  const lines = readExecLines(reader, 'ExecStart');
  const typeEntry = reader.last('Service', 'Type');
  const hasStart = reader.all('Service', 'ExecStart').length > 0;
  const hasStop = reader.all('Service', 'ExecStop').length > 0;
  const type = typeEntry?.value ?? (!hasStart && hasStop ? 'oneshot' : 'simple');
  reader.last('Service', 'RemainAfterExit');
  if (type === 'oneshot' && lines.length === 0 && !hasStop) return undefined;
  if (type === 'oneshot')
    return { kind: 'oneshot', commands: lines.map(toCommand), reload: readOneShotReload(reader) };
  const [line, ...more] = lines;
  for (const { entry } of more) {
    const message = 'only the first program of a unit of this type is started; this one is left out';
    reader.say(entry, 'error', 'second-program', message, 'make it a unit of its own, or use Type=oneshot');
  }
  if (typeEntry !== undefined && !DAEMON_TYPES.includes(type))
    reader.say(
      typeEntry,
      'warning',
      'type',
      `"${type}" is no type known here; taken as simple`,
      'correct it',
    );
  if (typeEntry !== undefined && type === 'dbus')
    reader.say(typeEntry, 'warning', 'type', 'nobody waits for its name on the bus', 'see --ready notify');
  if (line === undefined) return undefined;
  const pidEntry = reader.last('Service', 'PIDFile');
  const written = pidEntry === undefined ? undefined : runPath(reader.expand(pidEntry, pidEntry.value));
  const reload = commandsOf(reader, 'ExecReload');
  const signal = reader.last('Service', 'ReloadSignal')?.value.replace(/^SIG/, '');
  const itself: readonly Command[] =
    type === 'notify-reload' ? [{ kind: 'signal', signal: signal ?? 'HUP' }] : [];
  return readDaemon(reader, line, options, {
    forks: type === 'forking',
    notifies: type.startsWith('notify'),
    written,
    reload: reload.length === 0 ? itself : reload,
  });
}

function readOneShotReload(reader: UnitReader): readonly Command[] {
  return readExecLines(reader, 'ExecReload').flatMap((line) => {
    const command = toCommand(line);
    if (command.kind === 'run') return [command];
    const message = 'there is no process to signal; the line is left out';
    reader.say(line.entry, 'warning', 'no-process', message, 'let a command do it, or use another Type');
    return [];
  });
}

interface DaemonFacts {
  readonly forks: boolean;
  readonly notifies: boolean;
  /** The pid file that the daemon itself writes. */
  readonly written: string | undefined;
  readonly reload: readonly Command[];
}

function readDaemon(
  reader: UnitReader,
  line: ExecLine,
  options: UnitOptions,
  facts: DaemonFacts,
): Daemon | undefined {
  const { entry, words, asRoot, mayFail } = line;
  const named = plainText(words[0] ?? []) ?? '';
  const found = findProgram(named, options.searchPath);
  const path = found.kind === 'found' ? found.path : named;
  if (path.startsWith('/etc/init.d/')) {
    const message = `${path} is an init script itself; use that one`;
    reader.say(entry, 'error', 'is-script', message, 'nothing is written');
    return undefined;
  }
  if (asRoot && reader.last('Service', 'User') !== undefined)
    reader.say(
      entry,
      'note',
      'as-root',
      'starts with all privileges; the daemon drops them itself',
      'see User=',
    );
  const hasUser = !asRoot && reader.last('Service', 'User') !== undefined;
  if (facts.notifies && !hasUser && !options.isHeard) {
    // Its socket lies in a folder that only the user at the start may enter; the wait would end in a failure.
    const message =
      'nobody waits until it says that it is ready: start-stop-daemon does not hear a daemon that changes its user';
    reader.say(entry, 'warning', 'not-heard', message, 'use --ready notify if it stays who it is');
  }
  if (mayFail)
    reader.say(entry, 'note', 'may-fail', 'a start that fails is told as failed', 'nothing has to be done');
  const look = options.look(path);
  const { forks } = facts;
  const part = describeProgram(path, words.slice(1), look, options.processName);
  const criterion =
    forks && look.kind === 'script' && part.criterion.kind === 'exec'
      ? { kind: 'user' as const }
      : part.criterion;
  if (criterion.kind === 'user') {
    const message = `${path} is a script that may become any program; its process is known by its user only`;
    reader.say(entry, 'note', 'unknown-process', message, 'say what ps calls the daemon: --process NAME');
  }
  if (forks && facts.written === undefined) {
    const message = 'forks and names no pid file; all processes of the program are taken for the daemon';
    reader.say(entry, 'note', 'no-pidfile', message, 'name it, with --pidfile FILE');
  }
  const own = facts.written === `/run/${options.name}.pid` || mentions(reader, `run/${options.name}.pid`);
  const made = `/run/${options.name}${own ? '.main' : ''}.pid`;
  return {
    kind: 'daemon',
    ...part,
    criterion,
    forks,
    notifies: facts.notifies && (options.isHeard || hasUser),
    asRoot,
    pidFile: forks ? facts.written : made,
    reload: facts.reload,
    log: undefined,
  };
}

/** Two that write the same pid file get in each other's way. */
function mentions(reader: UnitReader, path: string): boolean {
  return reader
    .all('Service', 'ExecStart', 'Environment', 'PIDFile')
    .some(({ value }) => value.includes(path));
}

function runPath(path: string): string {
  const absolute = path.startsWith('/') ? path : `/run/${path}`;
  return absolute.replace(/^\/var\/run\//, '/run/');
}

function readStop(
  reader: UnitReader,
): Pick<ServiceDescription, 'stopSignal' | 'stopSeconds' | 'killsAfterwards'> {
  const entry = reader.last('Service', 'KillSignal');
  const signal = entry?.value.replace(/^SIG/, '') ?? 'TERM';
  const isKnown = parseSignal(signal) !== undefined;
  if (entry !== undefined && !isKnown)
    reader.say(
      entry,
      'warning',
      'signal',
      `start-stop-daemon does not know ${signal}; TERM is sent`,
      'use a number',
    );
  const mode = reader.last('Service', 'KillMode');
  if (mode !== undefined && mode.value !== 'process') {
    const message = 'only the main process is ended, it has to end its children';
    reader.say(
      mode,
      'warning',
      'kill-mode',
      message,
      'see that the daemon does, or name the others in the script',
    );
  }
  const kills = reader.last('Service', 'SendSIGKILL')?.value ?? 'yes';
  return {
    stopSignal: isKnown ? signal : 'TERM',
    stopSeconds: readSeconds(reader, 'TimeoutStopSec'),
    killsAfterwards: !/^(?:no|false|off|0|n|f)$/i.test(kills),
  };
}

function readSeconds(reader: UnitReader, key: string): number {
  const both = reader.last('Service', 'TimeoutSec');
  const entry = reader.last('Service', key) ?? both;
  if (entry === undefined) return DEFAULT_SECONDS;
  const seconds = parseTimeSpan(entry.value);
  if (seconds === undefined) {
    reader.say(
      entry,
      'error',
      'time',
      `"${entry.value}" is no time span; taken as 90 s`,
      'write e.g. 1min 30s',
    );
    return DEFAULT_SECONDS;
  }
  if (seconds !== Infinity) return seconds;
  const message = `a script waits ${LONG_SECONDS} s where systemd would wait for ever`;
  reader.say(entry, 'note', 'no-limit', message, 'change STOP_SECONDS in the script');
  return LONG_SECONDS;
}
