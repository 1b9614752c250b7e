/** Turns an init script into a systemd service unit, and says what was guessed. */
import type { Diagnostic } from '../core/diagnostic.ts';
import { levelsOf } from '../core/level-set.ts';
import { defaultLevels, parseLsbHeader, type LsbHeader } from '../core/lsb/lsb-header.ts';
import { readScriptFacts, type DaemonCall, type ScriptFacts } from './daemon-call.ts';
import { OPEN } from './shell-scan.ts';
import { targetsOfLevels, unitOfFacility } from './unit-dependencies.ts';

export interface ScriptSource {
  readonly name: string;
  /** As the user knows it. */
  readonly path: string;
  readonly text: string;
}

export interface UnitText {
  readonly text: string;
  /** What was guessed, and why; faults of the header. */
  readonly diagnostics: readonly Diagnostic[];
}

type Say = (line: number, message: string, hint: string) => void;

/** @see systemd-sysv-generator(8), which is followed where the daemon's line is not certain. */
export function convertScript(script: ScriptSource): UnitText {
  const { header, diagnostics: faults } = parseLsbHeader(script.name, script.path, script.text);
  const facts = readScriptFacts(script.text);
  const diagnostics: Diagnostic[] = [...faults];
  const lines = script.text.split('\n');
  const say: Say = (line, message, hint) => {
    const place = { file: script.path, line, column: 0, severity: 'note', code: 'guessed' } as const;
    const source = line === 0 ? {} : { source: lines[line - 1] ?? '' };
    diagnostics.push({ ...place, ...source, message, hint });
  };
  const text = [
    ...unitSection(script, header, say),
    '',
    '[Service]',
    ...serviceSection(script, facts, say),
    ...installSection(script, header, say),
  ].join('\n');
  return { text: `${text}\n`, diagnostics };
}

function unitSection(script: ScriptSource, header: LsbHeader, say: Say): readonly string[] {
  const after = new Set<string>();
  const wants = new Set<string>();
  const before = new Set<string>();
  const add = (list: keyof LsbHeader['needs'], ...to: readonly Set<string>[]): void => {
    for (const { text, line } of header.needs[list]) {
      const name = text.replace(/^\+/, '');
      const unit = unitOfFacility(name);
      if (unit.kind === 'unknown')
        say(line, `no unit stands for ${name}; it is left out`, 'name one in After=');
      if (unit.kind === 'name') for (const set of to) set.add(unit.name);
    }
  };
  add('Required-Start', after, wants);
  add('Should-Start', after);
  add('X-Start-Before', before);
  const isEarly = levelsOf(defaultLevels(header).start).includes('S');
  if (isEarly) for (const unit of ['sysinit.target', 'shutdown.target']) before.add(unit);
  // Who waits for the network to be there has to ask for it.
  if (after.has('network-online.target')) wants.add('network-online.target');
  wants.delete('remote-fs.target');
  return [
    `# Made from ${script.path} by rcinit to-unit.`,
    '[Unit]',
    `Description=${escapePercent(header.shortDescription ?? `LSB: ${script.name}`)}`,
    ...(isEarly ? ['DefaultDependencies=no', 'Conflicts=shutdown.target'] : []),
    ...(after.size > 0 ? [`After=${[...after].join(' ')}`] : []),
    ...(wants.size > 0 ? [`Wants=${[...wants].join(' ')}`] : []),
    ...(before.size > 0 ? [`Before=${[...before].join(' ')}`] : []),
  ];
}

function serviceSection(script: ScriptSource, facts: ScriptFacts, say: Say): readonly string[] {
  const { calls } = facts;
  const [call] = calls;
  if (call === undefined) {
    say(
      0,
      'no daemon is started in a way that could be read; the unit calls the script',
      'correct Type= if there is one',
    );
    return callScript(script, facts, 'oneshot');
  }
  const why = whyUncertain(facts);
  if (why !== undefined) {
    say(
      call.line,
      `the unit calls the script: ${why}`,
      'write the program’s own line into ExecStart= if you know it',
    );
    return callScript(script, facts, 'forking');
  }
  say(
    call.line,
    'the unit starts the program itself: its line is a constant',
    'compare ExecStart= with the script',
  );
  return startProgram(call, facts, say);
}

/** Why the line of the daemon is not known for certain; undefined: it is. */
function whyUncertain(facts: ScriptFacts): string | undefined {
  const { calls, preparation, defaults, scan, isDeclarative } = facts;
  const [call] = calls;
  if (
    calls.length > 1 &&
    calls.some((other) => other.program !== call?.program || other.args?.join() !== call?.args?.join())
  )
    return 'it starts more than one thing';
  if (call?.program === undefined || !call.program.startsWith('/')) return 'its program is not a constant';
  if (call.args === undefined) return 'its arguments are not constants';
  const open = call.args.find((word) => word.includes(OPEN));
  if (open !== undefined && defaults === undefined && scan.variables.get(open.slice(1)) === undefined)
    return `nobody says what $${open.replace(OPEN, '')} is`;
  if (preparation !== undefined) return `it prepares more, in line ${preparation.line}`;
  if (isDeclarative && scan.variables.has('SETPRIV_ARGS'))
    return 'SETPRIV_ARGS changes what the daemon may do';
  if ([...call.options.values()].includes(undefined))
    return 'an option of start-stop-daemon is not a constant';
  return undefined;
}

function startProgram(call: DaemonCall, facts: ScriptFacts, say: Say): readonly string[] {
  const { defaults, pidFile, scan, reloadSignal: signal } = facts;
  const [user, group] = (call.options.get('chuid') ?? '').split(':');
  const type = call.notifies ? 'notify' : call.isBackground ? 'simple' : 'forking';
  if (type === 'forking' && pidFile === undefined)
    say(call.line, 'it forks, and no pid file is named; systemd has to guess the daemon', 'add PIDFile=');
  const option = (name: string, key: string): readonly string[] => {
    const value = call.options.get(name);
    return value === undefined || value === '' ? [] : [`${key}=${escapePercent(value)}`];
  };
  const environment = (call.args ?? []).flatMap((word) => {
    const value = word.startsWith(OPEN) ? (scan.variables.get(word.slice(1)) ?? '') : '';
    return value === '' ? [] : [`Environment=${quoteValue(`${word.slice(1)}=${value}`)}`];
  });
  const words = (call.args ?? []).map((word) =>
    word.startsWith(OPEN) ? word.replace(OPEN, '$') : quoteUnit(word),
  );
  return [
    `Type=${type}`,
    ...(type === 'forking' && pidFile !== undefined ? [`PIDFile=${escapePercent(pidFile)}`] : []),
    ...environment,
    ...(defaults === undefined ? [] : [`EnvironmentFile=-${defaults}`]),
    `ExecStart=${[quoteUnit(call.program ?? ''), ...words].join(' ')}`,
    ...(signal === undefined ? [] : [`ExecReload=/bin/kill -${signal} $MAINPID`]),
    ...(user === undefined || user === '' ? [] : [`User=${user}`]),
    ...(group === undefined ? option('group', 'Group') : [`Group=${group}`]),
    ...option('chdir', 'WorkingDirectory'),
    ...option('umask', 'UMask'),
    ...option('nicelevel', 'Nice'),
  ];
}

/** What systemd-sysv-generator wrote. */
function callScript(
  { path, name }: ScriptSource,
  facts: ScriptFacts,
  type: 'forking' | 'oneshot',
): readonly string[] {
  const script = quoteUnit(path.startsWith('/') ? path : `/etc/init.d/${name}`);
  const { pidFile } = facts;
  const isFollowed = type === 'forking' && pidFile !== undefined;
  return [
    `Type=${type}`,
    'Restart=no',
    'TimeoutSec=5min',
    'IgnoreSIGPIPE=no',
    'KillMode=process',
    'GuessMainPID=no',
    `RemainAfterExit=${isFollowed ? 'no' : 'yes'}`,
    ...(isFollowed ? [`PIDFile=${escapePercent(pidFile)}`] : []),
    'SuccessExitStatus=5 6',
    `ExecStart=${script} start`,
    `ExecStop=${script} stop`,
    ...(facts.hasReload && type === 'forking' ? [`ExecReload=${script} reload`] : []),
  ];
}

function installSection(script: ScriptSource, header: LsbHeader, say: Say): readonly string[] {
  const levels = levelsOf(defaultLevels(header).start);
  const targets = targetsOfLevels(levels);
  if (targets.length === 0)
    say(0, 'the header names no level that is a target; nothing starts the unit by itself', 'add WantedBy=');
  const aliases = header.provides.filter(
    (name) => name !== script.name.replace(/\.sh$/, '') && /^[A-Za-z0-9]/.test(name),
  );
  if (targets.length === 0 && aliases.length === 0) return [];
  return [
    '',
    '[Install]',
    ...(targets.length > 0 ? [`WantedBy=${targets.join(' ')}`] : []),
    ...(aliases.length > 0 ? [`Alias=${aliases.map((name) => `${name}.service`).join(' ')}`] : []),
  ];
}

function escapePercent(text: string): string {
  return text.replaceAll('%', '%%');
}

/** Writes a word so that systemd reads exactly this word. @see systemd.service(5), "Command lines" */
function quoteUnit(word: string): string {
  return quoteValue(word.replaceAll('$', '$$$$'));
}

function quoteValue(word: string): string {
  const escaped = escapePercent(word);
  if (/^[^\s"'\\;#]+$/.test(escaped)) return escaped;
  const text = escaped
    .replace(/["\\]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', String.raw`\t`);
  return `"${text}"`;
}
