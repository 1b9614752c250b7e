/** Makes the description of a service from what its author says and from a look at the program. */
import { quoteWords, textWord, type Word } from '../core/shell/shell-quote.ts';
import { splitUnitWords } from '../core/unit/unit-words.ts';
import { UsageError } from '../core/errors.ts';
import type { ProgramLook } from '../os/process/look-at-program.ts';
import type { AuthorKeyName, AuthorValues } from './author-keys.ts';
import { describeProgram } from './describe-program.ts';
import type { Command, Daemon, OneShot, ServiceDescription } from './service-description.ts';
import { stopLevelsOf } from './unit-order.ts';

export interface Author {
  readonly name: string;
  readonly values: AuthorValues;
  /** Words behind `--`: the program and its arguments, as they are. */
  readonly words: readonly string[];
  /** @returns The absolute path, or undefined where there is no such program. */
  readonly find: (program: string) => string | undefined;
  readonly look: (path: string) => ProgramLook;
}

const START_SECONDS = 90;
const STOP_SECONDS = 30;
const YES = /^(?:yes|true|1|on)$/i;
/** What only a process has that stays. */
const OF_DAEMONS: readonly AuthorKeyName[] = ['PIDFILE', 'PROCESS', 'RELOAD', 'READY', 'LOG'];
const NO = /^(?:|no|false|0|off)$/i;

/** @throws {UsageError} What was said makes no sense. What it makes is still to be checked. */
export function describeService(author: Author): ServiceDescription {
  const { name, values } = author;
  const last = (key: AuthorKeyName): string | undefined => {
    const value = values.get(key)?.at(-1);
    return value === '' ? undefined : value;
  };
  const all = (key: AuthorKeyName): readonly string[] => values.get(key) ?? [];
  const startLevels = splitLevels(last('LEVELS') ?? '2345');
  const always = startLevels.includes('S') ? ['$local_fs'] : ['$remote_fs', '$syslog'];
  const requires = [...new Set([...always, ...all('REQUIRES').flatMap(splitNames)])];
  return {
    name,
    shortDescription: last('DESCRIPTION') ?? `The service ${name}`,
    description: [],
    remarks: [
      'Made by rcinit new. What an administrator may change belongs into /etc/default: it is read below.',
    ],
    main: readMain(author, last, all),
    user: last('USER'),
    group: last('GROUP'),
    directory: last('DIRECTORY'),
    umask: last('UMASK'),
    nice: numberOf('NICE', last('NICE')),
    limits: all('LIMITS').flatMap((text) => splitWords('LIMITS', text).map((word) => pairOf('LIMITS', word))),
    environment: all('ENVIRONMENT').flatMap((text) =>
      splitWords('ENVIRONMENT', text).map((word) => pairOf('ENVIRONMENT', word)),
    ),
    environmentFiles: all('ENVIRONMENT_FILE').map((path) => ({
      path: path.replace(/^-/, ''),
      isOptional: path.startsWith('-'),
    })),
    folders: all('FOLDERS').flatMap((text) => splitWords('FOLDERS', text).map(folderOf)),
    conditions: [],
    before: all('PRE').map((line) => commandOf('PRE', line)),
    after: all('POST').map((line) => commandOf('POST', line)),
    stop: all('STOP').map((line) => commandOf('STOP', line)),
    afterStop: [],
    stopSignal: signalOf(last('STOP_SIGNAL') ?? 'TERM'),
    stopSeconds: numberOf('STOP_SECONDS', last('STOP_SECONDS')) ?? STOP_SECONDS,
    killsAfterwards: true,
    startSeconds: numberOf('START_SECONDS', last('START_SECONDS')) ?? START_SECONDS,
    requires,
    wants: all('WANTS')
      .flatMap(splitNames)
      .filter((one) => !requires.includes(one)),
    startsBefore: all('BEFORE').flatMap(splitNames),
    startLevels,
    stopLevels: stopLevelsOf(startLevels),
    readsDefaults: true,
  };
}

function readMain(
  author: Author,
  last: (key: AuthorKeyName) => string | undefined,
  all: (key: AuthorKeyName) => readonly string[],
): Daemon | OneShot {
  const [behind, ...rest] = author.words;
  const named = behind ?? last('DAEMON') ?? author.name;
  const program = author.find(named) ?? (named.startsWith('/') ? named : undefined);
  if (program === undefined)
    throw new UsageError(
      `cannot find "${named}": it is not in PATH; name the program by --daemon /PATH/PROGRAM`,
    );
  const said = all('DAEMON_ARGS').flatMap((text) => splitWords('DAEMON_ARGS', text));
  const args = [...said, ...rest].map(textWord);
  if (isSaid('ONESHOT', last('ONESHOT'))) {
    refuseOfDaemons(last);
    const words: readonly Word[] = [textWord(program), ...args];
    return { kind: 'oneshot', commands: [{ kind: 'run', words, mayFail: false, asRoot: false }], reload: [] };
  }
  return readDaemon(author, { program, args }, last);
}

/** @throws {UsageError} Something is said that only a process has. */
function refuseOfDaemons(last: (key: AuthorKeyName) => string | undefined): void {
  const isForked = isSaid('FORK', last('FORK'));
  const said = OF_DAEMONS.find((key) => last(key) !== undefined);
  const key = isForked ? 'FORK' : said;
  if (key !== undefined)
    throw new UsageError(`cannot take both ONESHOT and ${key}: nothing runs on; leave one of them out`);
}

function readDaemon(
  { name, look }: Author,
  { program, args }: { program: string; args: readonly Word[] },
  last: (key: AuthorKeyName) => string | undefined,
): Daemon {
  const looked = look(program);
  const forks = isSaid('FORK', last('FORK'));
  const ready = last('READY') ?? 'exec';
  if (!['exec', 'notify'].includes(ready))
    throw new UsageError(
      `cannot take READY "${ready}": it is neither exec nor notify; leave it out if in doubt`,
    );
  if (forks && ready === 'notify')
    throw new UsageError(
      'cannot take both FORK and READY notify: a daemon that forks is ready when it has forked',
    );
  const part = describeProgram(program, args, looked, last('PROCESS'));
  const signal = last('RELOAD');
  return {
    kind: 'daemon',
    ...part,
    forks,
    notifies: ready === 'notify',
    asRoot: false,
    pidFile: last('PIDFILE') ?? (forks ? toldPidFile(name, looked) : undefined) ?? `/run/${name}.pid`,
    reload: signal === undefined ? [] : [{ kind: 'signal', signal: signalOf(signal) }],
    log: last('LOG'),
  };
}

/** A program that writes a pid file has its path in it. */
function toldPidFile(name: string, look: ProgramLook): string | undefined {
  const told =
    look.kind === 'missing' ? [] : look.pidFiles.map((path) => path.replace(/^\/var\/run\//, '/run/'));
  const paths = [...new Set(told)];
  return paths.find((path) => path.endsWith(`/${name}.pid`)) ?? (paths.length === 1 ? paths[0] : undefined);
}

function splitNames(text: string): readonly string[] {
  return text.split(/[ \t,]+/).filter((name) => name !== '');
}

function splitWords(key: AuthorKeyName, text: string): readonly string[] {
  const words = splitUnitWords(text);
  if ('problem' in words)
    throw new UsageError(`cannot read ${key} "${text}": it holds ${words.problem}; correct it`);
  return words.map((word) => word.text);
}

function pairOf(key: AuthorKeyName, word: string): readonly [string, string] {
  const at = word.indexOf('=');
  if (at < 1) throw new UsageError(`cannot take ${key} "${word}": it is no NAME=VALUE; write one`);
  return [word.slice(0, at), word.slice(at + 1)];
}

function folderOf(word: string): ServiceDescription['folders'][number] {
  const [, path = word, mode = '0755'] = /^(.*?)(?::([^:/]*))?$/.exec(word) ?? [];
  return { path, mode, isOwned: true };
}

function commandOf(key: AuthorKeyName, line: string): Command {
  const mayFail = line.startsWith('-');
  const words = splitWords(key, mayFail ? line.slice(1) : line).map(textWord);
  if (words.length === 0 || quoteWords(words.slice(0, 1)) === "''")
    throw new UsageError(
      `cannot take ${key} "${line}": there is no command in it; write one or leave ${key} out`,
    );
  return { kind: 'run', words, mayFail, asRoot: true };
}

function signalOf(text: string): string {
  return text.toUpperCase().replace(/^-?(?:SIG)?/, '');
}

function numberOf(key: AuthorKeyName, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?[0-9]{1,6}$/.test(text))
    throw new UsageError(`cannot take ${key} "${text}": it is no number; write one`);
  return Number(text);
}

function isSaid(key: AuthorKeyName, text: string | undefined): boolean {
  if (text === undefined || NO.test(text)) return false;
  if (YES.test(text)) return true;
  throw new UsageError(`cannot take ${key} "${text}": it is neither yes nor no; write one of them`);
}

/** @param text E.g. `2345` or `2 3 4 5`. */
export function splitLevels(text: string): readonly string[] {
  return [...new Set(text.toUpperCase().match(/[^ \t,]/g) ?? [])];
}
