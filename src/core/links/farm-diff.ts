/** A planned change of the link farm as a diff, for a person who wants to look first. */
import type { FarmStep } from './farm-steps.ts';
import { compareRcLinkNames } from './rc-link.ts';

/**
 * @param etc The folder of the link directories, as it is shown.
 * @param shown How a path inside the root is shown.
 * @returns One line for each link that goes (`-`) or comes (`+`), then the lines of the files; nothing for no steps.
 */
export function formatFarmDiff(
  steps: readonly FarmStep[],
  etc: string,
  shown: (path: string) => string,
): string {
  const links = steps.flatMap(linkLines).sort((a, b) => compareRcLinkNames(a.name, b.name));
  const lines = links.map(
    ({ sign, name, target }) => `${sign}${name}${target === '' ? '' : ` -> ${target}`}`,
  );
  const head = lines.length === 0 ? [] : [`--- ${etc}`, `+++ ${etc}`];
  return [...head, ...lines, ...fileLines(steps, shown)].map((line) => `${line}\n`).join('');
}

interface LinkLine {
  readonly sign: '-' | '+';
  readonly name: string;
  readonly target: string;
}

function linkLines(step: FarmStep): readonly LinkLine[] {
  const line = (sign: '-' | '+', name: string, target: string): LinkLine => {
    return { sign, name: 'level' in step ? `rc${step.level}.d/${name}` : name, target };
  };
  switch (step.kind) {
    case 'make-dir':
      return [line('+', '', '')];
    case 'add':
      return [line('+', step.name, step.target)];
    case 'retarget':
      return [line('-', step.name, step.before), line('+', step.name, step.after)];
    case 'rename':
      return [line('-', step.from, step.target), line('+', step.to, step.target)];
    case 'remove':
      return [line('-', step.name, step.target)];
    case 'stage':
    case 'replace':
      return [];
    default:
      return step satisfies never;
  }
}

function fileLines(steps: readonly FarmStep[], shown: (path: string) => string): readonly string[] {
  const after = new Map(
    steps.flatMap((step) => (step.kind === 'stage' ? [[step.path, step.text] as const] : [])),
  );
  return steps.flatMap((step) => {
    if (step.kind !== 'replace') return [];
    const [old, now] = [linesOf(step.before ?? ''), linesOf(after.get(step.path) ?? '')];
    const path = shown(step.path);
    const signed = (sign: string, lines: readonly string[], others: readonly string[]): readonly string[] => {
      const known = new Set(others);
      return lines.filter((line) => !known.has(line)).map((line) => sign + line);
    };
    return [`--- ${path}`, `+++ ${path}`, ...signed('-', old, now), ...signed('+', now, old)];
  });
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
