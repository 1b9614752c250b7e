/** The readable form of `rcinit status`: tables as wide as their widest cell. Pure. */
import type { EntryStatus, StatusReply } from '../core/engine/control-message.ts';
import { describeLast, type ScriptStatus } from '../rc/script-status.ts';
import type { Colours, Paint } from '../rc/colours.ts';
import { printable } from './printable.ts';

/** A command longer than this is cut in the table; `--json` has it whole. */
const MAX_COMMAND = 40;
const GAP = '  ';

interface Cell {
  readonly text: string;
  readonly paint?: Paint;
}

/** @param status Undefined where no init answers: then only the scripts are shown. */
export function renderStatus(
  status: StatusReply | undefined,
  scripts: readonly ScriptStatus[],
  colours: Colours,
): string {
  const parts: string[] = [];
  if (status !== undefined) parts.push(renderHead(status), renderEntries(status.entries, colours));
  if (scripts.length > 0) parts.push(renderScripts(scripts, colours));
  return parts.length === 0 ? '' : `${parts.join('\n\n')}\n`;
}

function renderHead({ level, previous, state, pid, place, root, uptimeMs }: StatusReply): string {
  const phase = { '#': 'sysinit', '*': 'boot', S: 'single user' }[level as string] ?? `run level ${level}`;
  const word = state === 'running' ? '' : `, ${state}`;
  return `${phase}${word} (previous ${previous}), pid ${pid}, ${place} "${root}", up ${formatSpan(uptimeMs)}`;
}

function renderEntries(entries: readonly EntryStatus[], colours: Colours): string {
  const rows = entries.map((entry): readonly Cell[] => [
    { text: printable(entry.id) },
    { text: printable(shownLevels(entry.levels)) },
    { text: entry.action },
    { text: entry.state, ...paintFor(entry, colours) },
    { text: entry.pid === undefined ? '-' : String(entry.pid) },
    { text: entry.uptimeMs === undefined ? '-' : formatSpan(entry.uptimeMs) },
    { text: String(entry.starts) },
    { text: shorten(printable(entry.command)) },
    { text: why(entry) },
  ]);
  return renderTable(['ID', 'LEVELS', 'ACTION', 'STATE', 'PID', 'UP', 'STARTS', 'COMMAND', 'WHY'], rows);
}

function paintFor(entry: EntryStatus, colours: Colours): { readonly paint?: Paint } {
  if (entry.state === 'running') return { paint: colours.ok };
  if (entry.state === 'held') return { paint: colours.failed };
  return entry.state === 'blocked' ? { paint: colours.skipped } : {};
}

function why(entry: EntryStatus): string {
  const retry = entry.retryInMs === undefined ? '' : `, again in ${formatSpan(entry.retryInMs)}`;
  return `${entry.why ?? ''}${retry}`;
}

/** `#` and `*` are init's own names for the phases. */
function shownLevels(levels: string): string {
  return { '#': 'sysinit', '*': 'boot' }[levels] ?? (levels === '' ? '-' : levels);
}

function renderScripts(scripts: readonly ScriptStatus[], colours: Colours): string {
  const rows = scripts.map(({ name, startLevels, stopLevels, last }): readonly Cell[] => [
    { text: printable(name) },
    { text: startLevels || '-' },
    { text: stopLevels || '-' },
    {
      text: last === undefined ? '-' : describeLast(last),
      ...(last?.outcome === 'failed' && { paint: colours.failed }),
      ...(last?.outcome === 'skipped' && { paint: colours.skipped }),
    },
  ]);
  return renderTable(['SCRIPT', 'START', 'STOP', 'LAST'], rows);
}

function renderTable(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const all = [heads.map((text): Cell => ({ text })), ...rows];
  const widths = heads.map((_, column) => Math.max(...all.map((row) => row[column]?.text.length ?? 0)));
  return all
    .map((row) =>
      row
        .map(({ text, paint }, column) => {
          const isLast = column === row.length - 1;
          const padding = isLast ? '' : ' '.repeat((widths[column] ?? 0) - text.length);
          return `${paint?.(text) ?? text}${padding}`;
        })
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** Control characters would leave the table, or worse; a tab is a blank. */

function shorten(command: string): string {
  return command.length <= MAX_COMMAND ? command : `${command.slice(0, MAX_COMMAND - 1)}…`;
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`. */
export function formatSpan(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 10) return `${(ms / 1_000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
