/** What insserv says, in the words of the original, which other programs look for. */
import type { Diagnostic } from '../diagnostic.ts';
import { hasLevels, type InitScript } from './enable.ts';
import { formatLevels, NO_LEVELS } from '../level-set.ts';
import { MAX_NUMBER, type Order } from '../order/order.ts';
import { linkLevels, type OrderKind, type OrderScript } from '../order/order-graph.ts';
import type { FarmPlan, LinkChange } from './rc-links.ts';

/** What the original has a line for; the rest of what a header's reader says is advice. */
const ORIGINAL_CODES: ReadonlySet<string> = new Set([
  'incomplete-header',
  'missing-keyword',
  'missing-provides',
  'overlapping-levels',
  'reserved-facility',
]);

/** Whether the original says it too, and not only we. */
export function isOriginalComplaint({ code }: Diagnostic): boolean {
  return ORIGINAL_CODES.has(code) || code === 'no-header' || code === 'no-end' || code === 'wrong-level';
}

/**
 * What the original says of a header, in its order. Only where nothing fatal is in it, or the run is forced.
 * @param isEnabled Whether the script has links: then a missing list of levels is nothing to assume.
 */
export function headerLines(
  { name, header }: InitScript,
  diagnostics: readonly Diagnostic[],
  isEnabled: Readonly<Record<OrderKind, boolean>>,
): readonly string[] {
  const lines = diagnostics.filter(({ code }) => ORIGINAL_CODES.has(code)).map(({ message }) => message);
  if (header.kind === 'unterminated') lines.push(`script ${name} is broken: missing end of LSB comment.`);
  if (header.kind === 'unterminated' || header.kind === 'none')
    lines.push(`warning: script '${name}' missing LSB tags`);
  if (header.defaultStart === undefined && !isEnabled.start)
    lines.push(`Default-Start undefined, assuming empty start runlevel(s) for script \`${name}'`);
  if (header.defaultStop === undefined && !isEnabled.stop)
    lines.push(`Default-Stop  undefined, assuming empty stop runlevel(s) for script \`${name}'`);
  return lines;
}

/**
 * What `-v` says of a plan's directories and links.
 * @param initDir As it is shown, e.g. `/etc/init.d`.
 */
export function planLines({ makeDirs, changes }: FarmPlan, initDir: string): readonly string[] {
  return [
    ...makeDirs.map((level) => `creating directory '../rc${level}.d/'`),
    ...changes.flatMap((change) => changeLines(change, `${initDir}/../rc${change.level}.d`)),
  ];
}

function changeLines(change: LinkChange, dir: string): readonly string[] {
  const removed = (name: string): string => `remove service ${dir}/${name}`;
  const added = (name: string, target: string): string => `enable service ${target} -> ${dir}/${name}`;
  switch (change.kind) {
    case 'add':
      return [added(change.name, change.target)];
    case 'remove':
      return [removed(change.name)];
    case 'rename':
      return [removed(change.from), added(change.to, change.target)];
    default:
      return change satisfies never;
  }
}

/**
 * `insserv -s`: the stop order, then the start order, as `K:NN:LEVELS:NAME`.
 * @param scripts Those that have links, and those that would get some by their headers: the original lists both.
 */
export function showOrder(
  scripts: readonly OrderScript[],
  orders: Readonly<Record<OrderKind, Order>>,
): string {
  const lines = (['stop', 'start'] as const).flatMap((kind) =>
    scripts
      .filter((script) => hasLevels(script) && linkLevels(script, kind) !== NO_LEVELS)
      .map((script) => {
        const number = Math.min(
          orders[kind].numbers.get(script.name) ?? orders[kind].places.get(script.name) ?? 1,
          MAX_NUMBER,
        );
        const levels = formatLevels(linkLevels(script, kind));
        return `${kind === 'stop' ? 'K' : 'S'}:${String(number).padStart(2, '0')}:${levels}:${script.name}\n`;
      }),
  );
  return lines.join('');
}
