/** `rcinit chart`: the last boot as a picture. */
import { chartBoot, type BootChart } from '../core/picture/boot-chart.ts';
import { EMPTY_BOOT, parseBootRecord } from '../core/scripts/boot-record.ts';
import { drawSvg } from '../core/picture/chart-svg.ts';
import { drawText } from '../core/picture/chart-text.ts';
import { LAST_BOOT } from '../core/system-paths.ts';
import { windowSize } from '../os/stdio.ts';
import { readTextIfAny } from '../os/file/text-file.ts';
import { loadColours } from '../rc/colours.ts';
import type { AppletIo } from './applet.ts';

type ChartFormat = 'text' | 'svg' | 'json';

interface ChartOptions {
  /** Absolute. */
  readonly root: string;
  readonly format: ChartFormat;
}

const EXIT_NOTHING = 1;
/** Where the output is no terminal. */
const DEFAULT_COLUMNS = 100;

export async function runChart({ root, format }: ChartOptions, io: AppletIo): Promise<number> {
  const text = readTextIfAny(root, LAST_BOOT);
  const chart = chartBoot(text === undefined ? EMPTY_BOOT : parseBootRecord(text));
  if (chart === undefined) {
    io.err(
      `rcinit: cannot draw the last boot of "${root}": ${LAST_BOOT} tells of no script; it is written when rc runs a level at boot\n`,
    );
    return EXIT_NOTHING;
  }
  io.out(await draw(chart, format, io));
  return 0;
}

async function draw(chart: BootChart, format: ChartFormat, io: AppletIo): Promise<string> {
  if (format === 'svg') return drawSvg(chart);
  if (format === 'json') return `${JSON.stringify({ version: 1, ...chart }, undefined, 2)}\n`;
  const colours = await loadColours(io.stdoutIsTty, io.env);
  return drawText(chart, windowSize()?.columns ?? DEFAULT_COLUMNS, colours);
}
