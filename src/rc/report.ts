/** What `rc` says on the console about scripts and about the level as a whole. */
import { assertNever } from '../core/errors.ts';
import type { LastRc, ScriptOutcome, ScriptRecord } from '../core/scripts/last-rc.ts';
import type { RcStep } from '../core/scripts/rc-plan.ts';
import type { Millis } from '../core/units.ts';
import type { Colours } from './colours.ts';
import type { LevelWork } from './level-work.ts';

const LABELS = { ok: ' ok ', failed: 'fail', skipped: 'skip' } as const satisfies Record<
  ScriptOutcome,
  string
>;

/** One line for one script, e.g. `[fail] foo: exit 1 (generic or unspecified error), 0.20 s`. */
export function formatScriptLine(script: ScriptRecord, colours: Colours): string {
  const label = `[${colours[script.outcome](LABELS[script.outcome])}]`;
  const name = showName(script.name);
  switch (script.outcome) {
    case 'ok':
      return `${label} ${name} (${formatSeconds(script.durationMs)})\n`;
    case 'failed':
      return `${label} ${name}: ${script.why ?? ''}, ${formatSeconds(script.durationMs)}\n`;
    case 'skipped':
      return `${label} ${name}: ${script.why ?? ''}\n`;
    default:
      return assertNever(script.outcome);
  }
}

/** What went wrong in the level, by name; empty if nothing did. */
export function formatSummary(record: LastRc): string {
  const failed = record.scripts.filter((script) => script.outcome === 'failed');
  const skipped = record.scripts.filter((script) => script.outcome === 'skipped');
  return [
    ...listScripts(`${count(failed.length)} failed in run level ${record.level}`, failed),
    ...listScripts(`${count(skipped.length)} not run in run level ${record.level}`, skipped),
  ].join('');
}

export function formatStillRunning(name: string, action: string, pid: number, elapsedMs: Millis): string {
  return `rc: ${showName(name)} is still running after ${Math.round(elapsedMs / 1000)} s (${action}, pid ${pid}), waiting for it\n`;
}

/** The plan as commands, what is not run as comments; side by side, with what each waits for. */
export function formatPlan(work: LevelWork): string {
  if (work.kind === 'sequential') return work.steps.map((step) => formatStep(step)).join('');
  return work.phases
    .flatMap(({ tasks, steps, skipped }) => [
      ...skipped.map((step) => formatStep(step)),
      ...tasks.flatMap((task) => {
        const step = steps.get(task.name);
        return step === undefined
          ? []
          : [
              formatStep(
                step,
                task.needs.filter((need) => steps.has(need)),
              ),
            ];
      }),
    ])
    .join('');
}

function formatStep(step: RcStep, after: readonly string[] = []): string {
  const link = showName(step.link);
  if (step.kind === 'skip') return `# ${link}: ${step.why}\n`;
  return `${link} ${step.action}${after.length > 0 ? `  # after ${showName(after.join(' '))}` : ''}\n`;
}

function listScripts(head: string, scripts: readonly ScriptRecord[]): string[] {
  if (scripts.length === 0) return [];
  return [
    `rc: ${head}:\n`,
    ...scripts.map(({ link, action, why }) => {
      const call = action === null ? showName(link) : `${showName(link)} ${action}`;
      return `  ${call}: ${why ?? ''}\n`;
    }),
  ];
}

function count(scripts: number): string {
  return scripts === 1 ? '1 script' : `${scripts} scripts`;
}

function formatSeconds(durationMs: Millis): string {
  return `${(durationMs / 1000).toFixed(2)} s`;
}

/** A file name may hold anything; a terminal shall not obey it. */
function showName(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
