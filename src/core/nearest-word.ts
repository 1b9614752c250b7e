/** Finds what somebody meant to type. */

/** More wrong letters than this, or all of them, and a guess would only confuse. */
const MAX_DISTANCE = 2;

/**
 * The candidate that is at most two typing mistakes away, the nearest one, the first of equals.
 * A mistake is a letter too many, missing, wrong, or swapped with its neighbour.
 */
export function nearestWord<Word extends string>(
  typed: string,
  candidates: readonly Word[],
): Word | undefined {
  let best: Word | undefined;
  let bestDistance = Math.min(MAX_DISTANCE + 1, Math.max(1, typed.length));
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - typed.length) > MAX_DISTANCE) continue;
    const distance = typingDistance(typed, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Optimal string alignment distance, for words of a few letters. */
function typingDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const wrong = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(last, j) + 1,
          at(row, j - 1) + 1,
          at(last, j - 1) + wrong,
          swapped ? at(beforeLast, j - 2) + 1 : Infinity,
        ),
      );
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
