/** Text in two columns: a label, and the lines that belong to it. */

/** Rows without lines are left out. */
export interface LabelledRow {
  readonly label: string;
  readonly lines: readonly string[];
}

const GAP = 2;

/** @returns One line for each line of a row, indented; the label stands before the first. */
export function formatRows(rows: readonly LabelledRow[]): readonly string[] {
  const shown = rows.filter(({ lines }) => lines.length > 0);
  const width = Math.max(0, ...shown.map(({ label }) => label.length)) + GAP;
  return shown.flatMap(({ label, lines }) =>
    lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(width)}${line}`),
  );
}
