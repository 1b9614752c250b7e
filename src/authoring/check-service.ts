/** What a description must not hold, whoever wrote it: each script made from one that passes is well-formed. */
import { parseSignal } from '../core/signal-names.ts';
import { plainText } from '../core/shell/shell-quote.ts';
import { everyCommand, OWN_NAMES } from './script-parts.ts';
import type { ServiceDescription } from './service-description.ts';

const ACCOUNT = /^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/;
const LIMIT_NAMES =
  /^(?:as|core|cpu|data|fsize|locks|memlock|msgqueue|nice|nofile|nproc|rss|rtprio|rttime|sigpending|stack)$/;
const LIMIT_VALUE = /^(?:(?:[0-9]+|unlimited)(?::(?:[0-9]+|unlimited))?)$/;
const HEADER_NAME = /^\$?[A-Za-z0-9+][A-Za-z0-9_+.-]*$/;

/** @returns What is wrong, one sentence each: what, and what is wanted. */
export function checkService(service: ServiceDescription): readonly string[] {
  return [
    ...checkIdentity(service),
    ...checkNumbers(service),
    ...checkPlaces(service),
    ...checkHeader(service),
  ];
}

function checkIdentity({ user, group, environment }: ServiceDescription): readonly string[] {
  const problems: string[] = [];
  for (const [what, value] of [
    ['user', user],
    ['group', group],
  ] as const) {
    if (value !== undefined && !ACCOUNT.test(value)) problems.push(`"${value}" is no name of a ${what}`);
  }
  for (const [name] of environment) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) problems.push(`"${name}" is no name of a variable`);
    else if (OWN_NAMES.includes(name) || name === 'PATH' || name === 'IFS')
      problems.push(
        `the variable "${name}" is the script’s own; start the program through env ${name}=VALUE`,
      );
  }
  return problems;
}

function checkNumbers(service: ServiceDescription): readonly string[] {
  const { umask, nice, limits, folders, stopSignal, stopSeconds, startSeconds } = service;
  const problems: string[] = [];
  if (umask !== undefined && !/^[0-7]{1,4}$/.test(umask))
    problems.push(`umask "${umask}" is no octal number`);
  if (nice !== undefined && !(Number.isInteger(nice) && nice >= -20 && nice <= 19))
    problems.push(`the nice level is no number from -20 to 19`);
  for (const [name, value] of limits) {
    if (!LIMIT_NAMES.test(name) || !LIMIT_VALUE.test(value))
      problems.push(`"${name}=${value}" is no limit; write e.g. nofile=4096 or core=unlimited`);
  }
  for (const { path, mode } of folders) {
    if (!/^[0-7]{3,4}$/.test(mode)) problems.push(`mode "${mode}" of ${path} is no octal number`);
  }
  const signals = everyCommand(service).flatMap((one) => (one.kind === 'signal' ? [one.signal] : []));
  for (const signal of [stopSignal, ...signals]) {
    if (parseSignal(signal) === undefined)
      problems.push(`"${signal}" is no signal of start-stop-daemon; write e.g. HUP, or a number`);
  }
  for (const seconds of [stopSeconds, startSeconds]) {
    if (!Number.isInteger(seconds) || seconds < 1)
      problems.push('a time limit is no whole number of seconds');
  }
  return problems;
}

function checkPlaces(service: ServiceDescription): readonly string[] {
  const { main, directory, environmentFiles, folders, conditions } = service;
  const daemon = main.kind === 'daemon' ? [main.program, main.pidFile, main.log] : [];
  const paths = [
    ...daemon,
    directory,
    ...[...environmentFiles, ...folders, ...conditions].map(({ path }) => path),
  ];
  const problems = paths
    .filter((path) => path !== undefined && !path.startsWith('/'))
    .map((path) => `"${path}" is no absolute path`);
  const texts = [...paths, ...words(service), ...service.environment.map(([, value]) => value)];
  return texts.some((text) => text?.includes('\0'))
    ? [...problems, 'a value holds the character NUL']
    : problems;
}

function words(service: ServiceDescription): readonly (string | undefined)[] {
  const args = service.main.kind === 'daemon' ? service.main.args : [];
  const commands = everyCommand(service).flatMap((one) => (one.kind === 'run' ? one.words : []));
  return [...args, ...commands].map(plainText);
}

function checkHeader(service: ServiceDescription): readonly string[] {
  const { requires, wants, startsBefore, startLevels, stopLevels } = service;
  const names = [...requires, ...wants, ...startsBefore].filter((name) => !HEADER_NAME.test(name));
  const levels = [...startLevels, ...stopLevels].filter((level) => !/^[0-6S]$/.test(level));
  return [
    ...names.map((name) => `"${name}" is no name of a service or facility`),
    ...levels.map((level) => `"${level}" is no run level of links; those are 0 to 6 and S`),
  ];
}
