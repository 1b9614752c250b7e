/** What an author can say about a service, as KEY=value in a file and as an option of `rcinit new`. */
import type { Diagnostic } from '../core/diagnostic.ts';
import { nearestWord } from '../core/nearest-word.ts';

export interface AuthorKey {
  readonly key: string;
  /** Of the option that says the same, in commander's manner. */
  readonly flags: string;
  readonly help: string;
  /** Several are taken one after the other, else the last one counts. */
  readonly isList: boolean;
}

const one = (key: string, flags: string, help: string): AuthorKey => ({ key, flags, help, isList: false });
const list = (key: string, flags: string, help: string): AuthorKey => ({ key, flags, help, isList: true });

export const AUTHOR_KEYS = [
  one('DAEMON', '--daemon <program>', 'the program, a path or looked for in PATH (default: NAME)'),
  list('DAEMON_ARGS', '--args <words>', 'its arguments; "a b" and \'a b\' are one; or write them behind --'),
  one('DESCRIPTION', '--description <text>', 'what it does, in one line'),
  one('USER', '--user <name>', 'whom it runs as'),
  one('GROUP', '--group <name>', 'its group, if not the user’s'),
  one('FORK', '--fork', 'it puts itself into the background and writes its own pid file'),
  one('ONESHOT', '--oneshot', 'it is no daemon: it does something and ends'),
  one('PIDFILE', '--pidfile <path>', 'where its pid stands (default: /run/NAME.pid)'),
  one('PROCESS', '--process <name>', 'what ps calls the daemon, if not like its program'),
  one('RELOAD', '--reload <signal>', 'the signal that makes it read its configuration again, e.g. HUP'),
  one('READY', '--ready <how>', 'how it tells that it works: exec (it runs) or notify (NOTIFY_SOCKET)'),
  one('START_SECONDS', '--start-seconds <n>', 'how long it may take until it tells so (default: 90)'),
  one('STOP_SIGNAL', '--stop-signal <signal>', 'what ends it (default: TERM)'),
  one('STOP_SECONDS', '--stop-seconds <n>', 'how long it may take to end before it is killed (default: 30)'),
  list('REQUIRES', '--requires <names>', 'services and facilities it cannot do without'),
  list('WANTS', '--wants <names>', 'services and facilities that come first if they are there'),
  list('BEFORE', '--before <names>', 'services that come after it'),
  one('LEVELS', '--levels <levels>', 'run levels in which it runs (default: 2345)'),
  list('ENVIRONMENT', '--env <words>', 'variables: NAME=VALUE, several with blanks between them'),
  list(
    'ENVIRONMENT_FILE',
    '--env-file <path>',
    'a file with lines NAME=VALUE; a - before the path: if it is there',
  ),
  one('DIRECTORY', '--directory <path>', 'where it works (default: /)'),
  one('UMASK', '--umask <mask>', 'e.g. 027'),
  one('NICE', '--nice <level>', '-20 to 19'),
  list('LIMITS', '--limits <words>', 'resource limits of prlimit(1): nofile=4096 core=unlimited'),
  list('FOLDERS', '--folders <words>', 'folders that it needs and the user owns: /run/foo or /run/foo:0750'),
  list('PRE', '--pre <command>', 'runs before it; a - before the command: may fail'),
  list('POST', '--post <command>', 'runs when it is started'),
  list('STOP', '--stop <command>', 'runs before it is ended; for --oneshot: what undoes it'),
  one('LOG', '--log <path>', 'a file for what it writes to standard output and error'),
] as const satisfies readonly AuthorKey[];

export type AuthorKeyName = (typeof AUTHOR_KEYS)[number]['key'];

/** What was said, by key; of several values of a list all, in their order. */
export type AuthorValues = ReadonlyMap<AuthorKeyName, readonly string[]>;

const NAMES: readonly string[] = AUTHOR_KEYS.map(({ key }) => key);

/**
 * Reads KEY=value lines. Blank lines and those that begin with `#` say nothing; a value is the rest of its line
 * without the blanks around it.
 * @example parseAuthorFile('foo.conf', 'DAEMON=/usr/sbin/foo\nFORK=yes\n').values.get('FORK')
 */
export function parseAuthorFile(
  path: string,
  text: string,
): { readonly values: AuthorValues; readonly diagnostics: readonly Diagnostic[] } {
  const values = new Map<AuthorKeyName, readonly string[]>();
  const diagnostics: Diagnostic[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const source = raw.replace(/\r$/, '');
    if (/^[ \t]*(?:#|$)/.test(source)) continue;
    const [, key, value = ''] = /^[ \t]*([A-Za-z_]+)[ \t]*=(.*)$/.exec(source) ?? [];
    const known = AUTHOR_KEYS.find((one) => one.key === key?.toUpperCase());
    if (known === undefined) {
      const near = key === undefined ? undefined : nearestWord(key.toUpperCase(), NAMES);
      const hint = near === undefined ? 'rcinit new --help lists the keys' : `did you mean ${near}?`;
      const message = key === undefined ? 'no KEY=value' : `there is no key ${key}`;
      const place = { file: path, line: index + 1, column: 1, severity: 'error', source } as const;
      diagnostics.push({ ...place, code: 'unknown-key', message, hint, width: key?.length ?? 1 });
      continue;
    }
    const before = known.isList ? (values.get(known.key) ?? []) : [];
    values.set(known.key, [...before, value.trim()]);
  }
  return { values, diagnostics };
}
