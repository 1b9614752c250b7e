/** What a terminal shows, as a picture: text with colours becomes an SVG document. */
import { escapeXml } from '../../src/core/picture/escape-xml.ts';

/** A monospace font's letter is 0.6 of its size wide. */
const FONT_PX = 14;
const LETTER_PX = 8.4;
const LINE_PX = 19;
const PADDING_PX = 16;
const TITLE_PX = 30;

/** By SGR number. Those without a meaning here are left out. */
const COLOURS: Readonly<Record<string, string>> = {
  '31': '#f2777a',
  '32': '#99cc99',
  '33': '#ffcc66',
  '36': '#66cccc',
  '90': '#9a9a9a',
};
const FOREGROUND = '#d8d8d8';

interface Run {
  readonly text: string;
  readonly fill: string;
}

/** Splits a line at its colour sequences. */
function parseLine(line: string): readonly Run[] {
  let fill = FOREGROUND;
  const runs: Run[] = [];
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    const [, codes] = /^\u001b\[([\d;]*)m$/.exec(part) ?? [];
    if (codes !== undefined) fill = COLOURS[codes] ?? FOREGROUND;
    else if (part !== '') runs.push({ text: part, fill });
  }
  return runs;
}

/**
 * @param title In the bar above.
 * @param text Lines that end with `\n`, with colours of ANSI; prompts begin with `$ `.
 */
export function drawTerminal(title: string, text: string): string {
  const lines = text.replace(/\n$/, '').split('\n').map(parseLine);
  const lengths = lines.map((runs) => runs.reduce((sum, run) => sum + Array.from(run.text).length, 0));
  const width = Math.ceil(Math.max(...lengths, title.length) * LETTER_PX) + 2 * PADDING_PX;
  const height = TITLE_PX + lines.length * LINE_PX + PADDING_PX;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<style>text{font:${FONT_PX}px "DejaVu Sans Mono",Menlo,Consolas,monospace;white-space:pre}</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#22262b"/>`,
    ...[0, 1, 2].map((index) => `<circle cx="${18 + index * 18}" cy="15" r="5" fill="#5a6068"/>`),
    `<text x="${width / 2}" y="20" fill="#9a9a9a" text-anchor="middle">${escapeXml(title)}</text>`,
    ...lines.map((runs, index) => drawLine(runs, TITLE_PX + (index + 0.8) * LINE_PX)),
    '</svg>\n',
  ].join('\n');
}

/** Each run stands at its own column, so that fonts of another width do not shift what follows. */
function drawLine(runs: readonly Run[], y: number): string {
  let column = 0;
  const spans = runs.map(({ text, fill }) => {
    const x = round(PADDING_PX + column * LETTER_PX);
    const length = Array.from(text).length;
    column += length;
    const stretch = `textLength="${round(length * LETTER_PX)}" lengthAdjust="spacingAndGlyphs"`;
    return `<tspan x="${x}" fill="${fill}" ${stretch}>${escapeXml(text)}</tspan>`;
  });
  return `<text y="${round(y)}" xml:space="preserve">${spans.join('')}</text>`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
