/** `rcinit test SCRIPT`: runs an init script for real and says whether it behaves. */
import { resolve } from 'node:path';
import {
  describePlace,
  formatJson,
  formatList,
  formatTable,
  isPassed,
} from '../authoring/conformance/report.ts';
import type { Outcome } from '../authoring/conformance/check.ts';
import type { PaintOutcome, TestReport } from '../authoring/conformance/report.ts';
import { formatJunit } from '../authoring/conformance/report-junit.ts';
import { formatTap } from '../authoring/conformance/report-tap.ts';
import { selectChecks } from '../authoring/conformance/select-checks.ts';
import { testScript } from '../authoring/conformance/test-script.ts';
import { CHECKS } from '../authoring/conformance/try-checks.ts';
import { nearestWord } from '../core/nearest-word.ts';
import { INIT_D } from '../core/system-paths.ts';
import { scriptKind, scriptPath } from '../os/scripts/script-path.ts';
import { toExitCode } from '../core/exit-code.ts';
import { catchSignals } from '../os/process/signals.ts';
import { listNames } from '../os/file/text-file.ts';
import { loadColours } from '../rc/colours.ts';
import type { AppletIo } from './applet.ts';
import { showProgress } from './test-progress.ts';

const EXIT_PASSED = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_NOT_TRIED = 3;

const FORMATS: readonly string[] = ['text', 'json', 'junit', 'tap'];
/** Longer is no limit; setTimeout cannot count further. */
const MAX_TIMEOUT_SECONDS = 86_400;
const ENDING: readonly NodeJS.Signals[] = ['SIGHUP', 'SIGINT', 'SIGTERM'];

export interface TestOptions {
  /** Absolute. */
  readonly root: string;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly timeoutSeconds: number;
  readonly prepare?: string;
  readonly here?: boolean;
  readonly force?: boolean;
  readonly list?: boolean;
  readonly format: string;
}

export async function runTest(name: string | undefined, options: TestOptions, io: AppletIo): Promise<number> {
  const infos = CHECKS.map(({ info }) => info);
  const selection = selectChecks(infos, options.only, options.skip);
  const misuse = (text: string): number => complain(io, text, EXIT_USAGE);
  if (selection.kind === 'unknown') {
    const hint = selection.near === undefined ? '--list names them' : `did you mean ${selection.near}?`;
    return misuse(`unknown check "${selection.word}"; ${hint}`);
  }
  if (!FORMATS.includes(options.format))
    return misuse(`unknown format "${options.format}"; use one of ${FORMATS.join(', ')}`);
  const { timeoutSeconds } = options;
  if (!(timeoutSeconds > 0 && timeoutSeconds <= MAX_TIMEOUT_SECONDS))
    return misuse(`--timeout takes seconds, more than 0 and at most ${MAX_TIMEOUT_SECONDS}`);
  const checks = selection.names;
  if (options.list === true) {
    io.out(formatList(infos.filter((info) => checks.includes(info.name))));
    return EXIT_PASSED;
  }
  if (name === undefined) return misuse('which script? Give a path, or the name of a script in init.d');
  if (checks.length === 0) return misuse('--only and --skip leave no check');
  const script = findScript(name, options.root, io);
  if (typeof script !== 'string') return complain(io, script.why, EXIT_NOT_TRIED);
  return tryScript(script, checks, options, io);
}

function findScript(name: string, root: string, io: AppletIo): string | { readonly why: string } {
  const isPath = name.includes('/');
  const path = isPath ? resolve(io.cwd, name) : `${INIT_D}/${name}`;
  const kind = scriptKind(isPath ? '/' : root, path);
  if (kind === 'script') return isPath ? path : scriptPath(root, path);
  const shown = isPath ? path : scriptPath(root, path);
  const near = isPath ? undefined : nearestWord(name, listNames(root, INIT_D));
  const hint =
    near === undefined ? 'give the path of a script, or its name in init.d' : `did you mean ${near}?`;
  const state = {
    dangling: `no such file; ${hint}`,
    directory: 'a folder; give the script in it',
    special: 'no regular file; give the script itself',
    'not-executable': 'not executable; run chmod +x on it',
  }[kind];
  return { why: `cannot test "${shown}": ${state}` };
}

async function tryScript(
  script: string,
  checks: readonly string[],
  options: TestOptions,
  io: AppletIo,
): Promise<number> {
  const { root, timeoutSeconds, prepare, force = false } = options;
  const place = options.here === true ? 'here' : 'room';
  if (options.format === 'text') io.out(`${script}, ${describePlace(place)}\n\n`);
  const cancel = new AbortController();
  let asked: NodeJS.Signals | undefined;
  const release = catchSignals(ENDING, (signal) => {
    asked ??= signal;
    cancel.abort();
  });
  const progress = showProgress(checks.length, io);
  const request = { script, root, checks, timeoutMs: timeoutSeconds * 1000, place, prepare, force } as const;
  const end = await testScript(request, io.env, progress.begin, cancel.signal);
  progress.stop();
  release();
  if (asked !== undefined) {
    const left = place === 'room' ? 'nothing of it is left' : 'the service was stopped';
    return complain(io, `interrupted by ${asked}; ${left}`, toExitCode({ kind: 'signaled', signal: asked }));
  }
  switch (end.kind) {
    case 'tested': {
      const report = { script, root, place, results: end.results } as const;
      io.out(await formatReport(report, options.format, io));
      return isPassed(report) ? EXIT_PASSED : EXIT_FAILED;
    }
    case 'no-place': {
      const advice = place === 'room' ? 'add --here to test on this machine as it is' : 'try without --here';
      return complain(io, `cannot make a place to test in: ${end.why}; ${advice}`, EXIT_NOT_TRIED);
    }
    case 'refused':
      return complain(io, `cannot test "${script}": ${end.why}`, EXIT_NOT_TRIED);
    case 'broken':
      return complain(
        io,
        `cannot go on testing "${script}": ${end.why}; nothing of it is left`,
        EXIT_NOT_TRIED,
      );
  }
}

async function formatReport(report: TestReport, format: string, io: AppletIo): Promise<string> {
  switch (format) {
    case 'json':
      return formatJson(report);
    case 'junit':
      return formatJunit(report);
    case 'tap':
      return formatTap(report);
    default:
      return formatTable(report, await makePaint(io));
  }
}

async function makePaint({ stdoutIsTty, env }: AppletIo): Promise<PaintOutcome> {
  const { ok, failed, skipped } = await loadColours(stdoutIsTty, env);
  const paints: Readonly<Record<Outcome, (text: string) => string>> = {
    ok,
    failed,
    skipped,
    warning: skipped,
  };
  return (outcome, text) => paints[outcome](text);
}

function complain(io: AppletIo, text: string, status: number): number {
  io.err(`${io.name} test: ${text}\n`);
  return status;
}
