/** The picture of a boot for a terminal. */
import type { BootChart, ChartBar } from './boot-chart.ts';
import type { Millis } from '../units.ts';

const MIN_PLOT = 20;
const MAX_NAME = 30;
/** Room for the time behind the bar, and for the marks before the name. */
const TIME = 10;

/**
 * @param columns The width of the terminal.
 * @param paint Colours a bar by its outcome.
 */
export function drawText(
  chart: BootChart,
  columns: number,
  paint: Readonly<Record<'ok' | 'failed', (text: string) => string>>,
): string {
  const nameWidth = Math.min(MAX_NAME, Math.max(...chart.bars.map(({ name }) => name.length)));
  const plot = Math.max(MIN_PLOT, columns - nameWidth - TIME - 4);
  const rows = chart.bars.map((bar) => drawRow(bar, { chart, plot, nameWidth, paint }));
  const failed = chart.bars.filter(({ outcome }) => outcome === 'failed').length;
  return [
    `${chart.bars.length} scripts in ${seconds(chart.totalMs)}${failed > 0 ? `, ${failed} failed` : ''}`,
    ...rows,
    '# ran   - waited for a free place   . waited for what it needs   * critical path',
    '',
  ].join('\n');
}

interface Frame {
  readonly chart: BootChart;
  readonly plot: number;
  readonly nameWidth: number;
  readonly paint: Readonly<Record<'ok' | 'failed', (text: string) => string>>;
}

function drawRow(bar: ChartBar, { chart, plot, nameWidth, paint }: Frame): string {
  const column = (ms: Millis): number => Math.floor((ms / Math.max(chart.totalMs, 1)) * (plot - 1));
  const [level, ready, start] = [column(bar.levelMs), column(bar.readyMs), column(bar.startMs)];
  const length = Math.max(1, column(bar.endMs) - start);
  const before = `${' '.repeat(level)}${'.'.repeat(ready - level)}${'-'.repeat(start - ready)}`;
  const ran = paint[bar.outcome === 'failed' ? 'failed' : 'ok']('#'.repeat(length));
  const name = showName(bar.name).slice(0, nameWidth).padEnd(nameWidth);
  return `${bar.isCritical ? '*' : ' '} ${name} ${before}${ran} ${seconds(bar.endMs - bar.startMs)}${bar.outcome === 'failed' ? ' failed' : ''}`;
}

function seconds(ms: Millis): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

function showName(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
