/** Lines and columns of a text, and offsets in it. */

export interface TextPlaces {
  /** Offsets at which lines begin. */
  readonly starts: readonly number[];
  readonly lines: readonly string[];
}

export function readPlaces(text: string): TextPlaces {
  const lines = text.split('\n');
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
  }
  return { starts, lines };
}

/** @param line 1-based; a line behind the end is the last one. */
export function lineStart({ starts }: TextPlaces, line: number): number {
  return starts[Math.min(Math.max(line, 1), starts.length) - 1] ?? 0;
}

/** @returns 1-based. */
export function placeOf(
  { starts }: TextPlaces,
  offset: number,
): { readonly line: number; readonly column: number } {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}
