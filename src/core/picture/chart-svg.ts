/** The picture of a boot as SVG: one row for each script, time from left to right. */
import type { BootChart, ChartBar } from './boot-chart.ts';
import { escapeXml } from './escape-xml.ts';
import type { Millis } from '../units.ts';

const ROW = 18;
const NAMES = 190;
const PLOT = 900;
const RIGHT = 130;
const TOP = 64;
const BOTTOM = 16;
/** About as many marks as a person reads. */
const MAX_MARKS = 10;
const STEPS_MS = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000] as const;

const STYLE = [
  'text{font:12px sans-serif;fill:#222}',
  '.title{font-size:16px;font-weight:bold}',
  '.axis{stroke:#ddd}',
  '.mark{fill:#666;font-size:11px}',
  '.needs{stroke:#aaa;stroke-width:2;stroke-dasharray:2 3}',
  '.place{fill:#ddd}',
  '.ok{fill:#6fa8dc}',
  '.failed{fill:#cc4125}',
  '.critical{stroke:#b45f06;stroke-width:2}',
  '.name-critical{font-weight:bold}',
].join('');

/** @returns A whole document, for a file or a browser. */
export function drawSvg(chart: BootChart): string {
  const width = NAMES + PLOT + RIGHT;
  const height = TOP + chart.bars.length * ROW + BOTTOM;
  const x = (ms: Millis): number => round(NAMES + (ms / Math.max(chart.totalMs, 1)) * PLOT);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<style>${STYLE}</style>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text class="title" x="10" y="22">${escapeXml(titleOf(chart))}</text>`,
    drawLegend(),
    ...drawAxis(chart, x, height),
    ...chart.bars.map((bar, index) => drawRow(bar, TOP + index * ROW, x)),
    '</svg>',
    '',
  ].join('\n');
}

function titleOf({ totalMs, bars, started }: BootChart): string {
  const failed = bars.filter(({ outcome }) => outcome === 'failed').length;
  const scripts = `${bars.length} scripts${failed > 0 ? `, ${failed} failed` : ''}`;
  return `Boot of ${new Date(started).toISOString().slice(0, 19).replace('T', ' ')} UTC: ${formatMs(totalMs)}, ${scripts}`;
}

function drawLegend(): string {
  const words = [
    ['ok', 'ran'],
    ['failed', 'failed'],
    ['place', 'waited for a free place'],
  ] as const;
  const boxes = words.map(
    ([name, text], index) =>
      `<rect class="${name}" x="${10 + index * 90}" y="32" width="12" height="12"/><text x="${26 + index * 90}" y="42">${text}</text>`,
  );
  return [
    '<g>',
    ...boxes,
    '<line class="needs" x1="360" y1="38" x2="390" y2="38"/><text x="396" y="42">waited for what it needs</text>',
    '<rect class="ok critical" x="560" y="32" width="12" height="12"/><text x="578" y="42">critical path</text>',
    '</g>',
  ].join('');
}

function drawAxis({ totalMs }: BootChart, x: (ms: Millis) => number, height: number): string[] {
  const step = STEPS_MS.find((one) => totalMs / one <= MAX_MARKS) ?? Math.ceil(totalMs / MAX_MARKS);
  const marks = Array.from({ length: Math.floor(totalMs / step) + 1 }, (_, index) => index * step);
  return marks.map(
    (ms) =>
      `<line class="axis" x1="${x(ms)}" y1="${TOP - 2}" x2="${x(ms)}" y2="${height - BOTTOM}"/>` +
      `<text class="mark" x="${x(ms) + 2}" y="${TOP - 5}">${formatMs(ms)}</text>`,
  );
}

function drawRow(bar: ChartBar, y: number, x: (ms: Millis) => number): string {
  const [ready, start, end] = [x(bar.readyMs), x(bar.startMs), x(bar.endMs)];
  const middle = y + ROW / 2;
  const parts = [`<title>${escapeXml(describe(bar))}</title>`];
  const nameClass = bar.isCritical ? ' class="name-critical"' : '';
  parts.push(
    `<text${nameClass} x="${NAMES - 8}" y="${y + 13}" text-anchor="end">${escapeXml(bar.name)}</text>`,
  );
  if (bar.readyMs > bar.levelMs)
    parts.push(`<line class="needs" x1="${x(bar.levelMs)}" y1="${middle}" x2="${ready}" y2="${middle}"/>`);
  if (start > ready) parts.push(drawRect('place', ready, y, start - ready));
  const kind = `${bar.outcome === 'failed' ? 'failed' : 'ok'}${bar.isCritical ? ' critical' : ''}`;
  parts.push(drawRect(kind, start, y, Math.max(end - start, 1)));
  parts.push(`<text class="mark" x="${end + 5}" y="${y + 13}">${formatMs(bar.endMs - bar.startMs)}</text>`);
  return `<g>${parts.join('')}</g>`;
}

function drawRect(kind: string, left: number, y: number, width: number): string {
  return `<rect class="${kind}" x="${left}" y="${y + 3}" width="${round(width)}" height="${ROW - 6}"/>`;
}

function describe(bar: ChartBar): string {
  const parts = [
    `${bar.name} ${bar.action}, level ${bar.level}`,
    `started after ${formatMs(bar.startMs)}, took ${formatMs(bar.endMs - bar.startMs)}`,
    ...(bar.why === null ? [] : [bar.why]),
  ];
  return parts.join('; ');
}

/** @example formatMs(1234) // 1.23 s */
function formatMs(ms: Millis): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
