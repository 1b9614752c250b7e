/** Lines of shell that both forms of an init script are made of. `fail CODE TEXT` and `ssd` have to be functions there. */
import {
  hasSplitWord,
  plainText,
  quoteShell,
  quoteWord,
  quoteWords,
  type Word,
} from '../core/shell/shell-quote.ts';
import type { Command, Daemon, OneShot, ServiceDescription } from './service-description.ts';

/** Variables of the scripts; the environment of a service must not change them. */
export const OWN_NAMES: readonly string[] = [
  'name',
  'root',
  'library',
  'program',
  'script',
  'process',
  'pidfile',
  'flag',
  'log',
  'user',
  'owner',
  'group',
  'pid',
  'code',
  'left',
  'line',
  'key',
  'value',
  'folder',
  'hard',
];

/** A path below the system's root, in double quotes. */
export function rooted(path: string): string {
  return `"$root${path.replace(/["$`\\]/g, String.raw`\$&`)}"`;
}

/** What the commands of a service are, one after the other, wherever they stand. */
export function everyCommand(service: ServiceDescription): readonly Command[] {
  const { main, before, after, stop, afterStop } = service;
  return [
    ...(main.kind === 'oneshot' ? main.commands : []),
    ...main.reload,
    ...before,
    ...after,
    ...stop,
    ...afterStop,
  ];
}

function everyWord(service: ServiceDescription): readonly Word[] {
  const { main } = service;
  const inCommands = everyCommand(service).flatMap((one) => (one.kind === 'run' ? one.words : []));
  return [...(main.kind === 'daemon' ? main.args : []), ...inCommands];
}

/** Does the shell cut words of the service? Then it must not take `*` in them for file names. */
export function splitsWords(service: ServiceDescription): boolean {
  return service.readsDefaults || hasSplitWord(everyWord(service));
}

/** @returns The line that tells shellcheck what is meant; empty where nothing has to be told. */
export function shellcheckLine(service: ServiceDescription, always: readonly string[]): readonly string[] {
  const texts = [
    ...everyWord(service).map(quoteWord),
    ...service.environment.map(([, value]) => quoteShell(value)),
  ];
  const codes = [
    ...always,
    ...(texts.some((text) => text.includes(String.raw`\'`)) ? ['SC1003'] : []),
    ...(texts.some((text) => /'[^']*[$`]/.test(text)) ? ['SC2016'] : []),
    ...(splitsWords(service) ? ['SC2086'] : []),
  ].sort();
  return codes.length === 0 ? [] : [`# shellcheck disable=${codes.join(',')}`];
}

/**
 * @param otherwise What stands behind `||` where a command must not fail.
 * @returns One line for each command.
 */
export function commandLines(
  commands: readonly Command[],
  { user }: Pick<ServiceDescription, 'user'>,
  otherwise: (what: string) => string = (what) => `fail 1 ${quoteShell(`${what} failed`)}`,
): readonly string[] {
  return commands.map((one) => {
    if (one.kind === 'signal')
      return `ssd --stop --signal ${one.signal} || fail 4 'may not signal the daemon; become its owner'`;
    const line = `${user === undefined || one.asRoot ? '' : 'as_user '}${quoteWords(one.words)}`;
    const what = plainText(one.words[0] ?? []) ?? 'a command';
    return `${line} || ${one.mayFail ? ':' : otherwise(what)}`;
  });
}

/** Functions that some services need: as_user, own, set_limit, read_environment. */
export function helperFunctions(service: ServiceDescription): readonly string[] {
  const { user, group, environmentFiles } = service;
  const lines: string[] = [];
  const isCalled = everyCommand(service).some((one) => one.kind === 'run' && !one.asRoot);
  if (user !== undefined && isCalled) {
    const regid = group === undefined ? '"$(id -g "$user")"' : quoteShell(group);
    lines.push(
      '',
      'as_user() {',
      '\tif [ "$(id -u)" -ne 0 ]; then',
      '\t\t"$@"',
      '\telse',
      `\t\tsetpriv --reuid="$user" --regid=${regid} --init-groups -- "$@"`,
      '\tfi',
      '}',
    );
  }
  lines.push(...ownFunction(service), ...(service.limits.length === 0 ? [] : SET_LIMIT));
  return environmentFiles.length === 0 ? lines : [...lines, '', ...READ_ENVIRONMENT];
}

function ownFunction({ user, group, folders }: ServiceDescription): readonly string[] {
  if (user === undefined || !folders.some(({ isOwned }) => isOwned)) return [];
  const owner = group === undefined ? '"$(id -g "$user")"' : quoteShell(group);
  return [
    '',
    '# own MODE FOLDER: makes a folder for the user of the service, who has nothing to give away to himself.',
    'own() {',
    '\tif [ "$(id -u)" -eq 0 ]; then',
    `\t\tinstall -d -m "$1" -o "$user" -g ${owner} "$2"`,
    '\telse',
    '\t\tinstall -d -m "$1" "$2"',
    '\tfi',
    '}',
  ];
}

/** A container may have lower hard limits, which nobody in it can raise; systemd takes those then, too. */
const SET_LIMIT: readonly string[] = [
  '',
  '# set_limit NAME VALUE: or as near to it as we may.',
  'set_limit() {',
  '\tif prlimit --pid "$$" "--$1=$2" 2>/dev/null; then return; fi',
  '\thard=$(prlimit --pid "$$" "--$1" --output HARD --noheadings --raw) || fail 4 "may not set the limit $1"',
  '\tprlimit --pid "$$" "--$1=$hard" || fail 4 "may not set the limit $1"',
  '\techo "the limit $1=$2 is not permitted here; taking $hard" >&2',
  '}',
];

const READ_ENVIRONMENT: readonly string[] = [
  '# Takes over NAME=VALUE lines as they are: nothing in them is run.',
  'read_environment() {',
  '\twhile IFS= read -r line || [ -n "$line" ]; do',
  '\t\tline=${line#"${line%%[![:space:]]*}"}',
  '\t\tcase $line in [A-Za-z_]*=*) ;; *) continue ;; esac',
  '\t\tkey=${line%%=*} value=${line#*=}',
  `\t\tcase $key in *[!A-Za-z0-9_]* | ${OWN_NAMES.join(' | ')}) continue ;; esac`,
  '\t\tvalue=${value#"${value%%[![:space:]]*}"}',
  '\t\tvalue=${value%"${value##*[![:space:]]}"}',
  '\t\tcase $value in',
  `\t\t\\"*\\" | \\'*\\') value=\${value#?} value=\${value%?} ;;`,
  '\t\tesac',
  '\t\texport "$key=$value"',
  '\tdone <"$1"',
  '}',
];

/** Makes everything ready that the program needs: environment, limits, folders. */
export function prepareLines(service: ServiceDescription): readonly string[] {
  const { environment, environmentFiles, limits, folders, directory, umask, nice, main } = service;
  const isOneShot = main.kind === 'oneshot';
  return [
    ...environment.map(([name, value]) => `export ${name}=${quoteShell(value)}`),
    ...environmentFiles.map(({ path, isOptional }) =>
      isOptional
        ? `[ ! -r ${rooted(path)} ] || read_environment ${rooted(path)}`
        : `read_environment ${rooted(path)}`,
    ),
    ...limits.map(([name, value]) => `set_limit ${name} ${quoteShell(value)}`),
    ...folders.map((folder) => {
      const make = folder.isOwned && service.user !== undefined ? 'own' : 'install -d -m';
      const path = rooted(folder.path);
      return `${make} ${quoteShell(folder.mode)} ${path} || fail 4 'may not make '${path}`;
    }),
    ...(directory === undefined
      ? []
      : [`cd ${quoteShell(directory)} || fail 6 ${quoteShell(`${directory} is not there`)}`]),
    ...(isOneShot && umask !== undefined ? [`umask ${quoteShell(umask)}`] : []),
    ...(isOneShot && nice !== undefined
      ? [`renice -n ${nice} -p "$$" >/dev/null || fail 4 'may not set the priority'`]
      : []),
  ];
}

/** What start-stop-daemon is told beside the program and its pid file. */
export function startOptions(service: ServiceDescription, daemon: Daemon): readonly string[] {
  const { user, group, directory, umask, nice, startSeconds } = service;
  const changes = user !== undefined && !daemon.asRoot;
  return [
    ...(daemon.forks ? [] : ['--background', '--make-pidfile']),
    ...(daemon.notifies ? ['--notify-await', `--notify-timeout ${startSeconds}`] : []),
    ...(changes ? [`--chuid ${quoteShell(group === undefined ? user : `${user}:${group}`)}`] : []),
    ...(user === undefined && group !== undefined ? [`--group ${quoteShell(group)}`] : []),
    ...(directory === undefined ? [] : [`--chdir ${quoteShell(directory)}`]),
    ...(umask === undefined ? [] : [`--umask ${quoteShell(umask)}`]),
    ...(nice === undefined ? [] : [`--nicelevel ${nice}`]),
    ...(daemon.log === undefined || daemon.forks ? [] : ['--output "$log"']),
  ];
}

/** E.g. `TERM/30/KILL/5`. */
export function retrySchedule({ stopSignal, killsAfterwards }: ServiceDescription): string {
  return `${stopSignal}/$STOP_SECONDS${killsAfterwards ? '/KILL/5' : ''}`;
}

/** Everything that start needs, looked at before anything is changed. */
export function checkLines(service: ServiceDescription): readonly string[] {
  const { main, user, conditions, environmentFiles } = service;
  const programs =
    main.kind === 'daemon'
      ? []
      : main.commands.flatMap((one) =>
          one.kind === 'run' && !one.mayFail ? [plainText(one.words[0] ?? []) ?? ''] : [],
        );
  const called = [...new Set(programs.filter((path) => path.startsWith('/')))];
  return [
    ...(main.kind === 'daemon' ? ['[ -x "$program" ] || fail 5 "$program is not there; install it"'] : []),
    ...(main.kind === 'daemon' && main.script !== undefined && main.script !== main.program
      ? ['[ -r "$script" ] || fail 5 "$script is not there; install it"']
      : []),
    ...called.map(
      (path) => `[ -x ${quoteShell(path)} ] || fail 5 ${quoteShell(`${path} is not there; install it`)}`,
    ),
    ...conditions.map(({ test, path, isNegated }) => {
      const text = `not to be started: test "${isNegated ? '! ' : ''}${test} ${path}" fails`;
      return `[ ${isNegated ? '! ' : ''}${test} ${rooted(path)} ] || fail 6 ${quoteShell(text)}`;
    }),
    ...environmentFiles
      .filter(({ isOptional }) => !isOptional)
      .map(({ path }) => `[ -r ${rooted(path)} ] || fail 6 ${quoteShell(`${path} is not there; write it`)}`),
    ...(user === undefined
      ? []
      : [
          `id -u "$user" >/dev/null 2>&1 || fail 6 "there is no user $user; run: adduser --system --group $user"`,
          ...(main.kind === 'daemon' && main.asRoot
            ? []
            : [
                '[ "$(id -u)" -eq 0 ] || [ "$(id -un)" = "$user" ] || fail 4 "may not become $user; run as root"',
              ]),
        ]),
    '[ -d "$root/run" ] || mkdir -p "$root/run" || fail 4 "may not make $root/run; run as root"',
    '[ -w "$root/run" ] || fail 4 "may not write to $root/run; run as root"',
  ];
}

/** @returns The lines, each with tabs before it. */
export function indent(lines: readonly string[], depth = 1): readonly string[] {
  return lines.map((line) => (line === '' ? '' : '\t'.repeat(depth) + line));
}

/** More arguments, which the administrator gives in /etc/default. */
const MORE_WORDS: Word = [{ kind: 'variable', name: 'DAEMON_OPTS', split: true }];

/** The arguments of the daemon, and those of the administrator. */
export function daemonWords({ readsDefaults }: ServiceDescription, { args }: Daemon): string {
  return [...args, ...(readsDefaults ? [MORE_WORDS] : [])].map(quoteWord).join(' ');
}

/** The commands of a one-shot, the last one with the arguments of the administrator. */
export function oneShotCommands(
  { readsDefaults }: ServiceDescription,
  { commands }: OneShot,
): readonly Command[] {
  const last = commands.at(-1);
  if (!readsDefaults || last?.kind !== 'run') return commands;
  return [...commands.slice(0, -1), { ...last, words: [...last.words, MORE_WORDS] }];
}

/** Words that the shell cuts must not become file names. */
export function noGlob(service: ServiceDescription): readonly string[] {
  return splitsWords(service) ? ['set -f'] : [];
}

/** Commands of stop and reload see the environment that start has made. */
export function environmentLines(service: ServiceDescription): readonly string[] {
  return [...prepareLines({ ...service, limits: [], folders: [], directory: undefined }), ...noGlob(service)];
}
