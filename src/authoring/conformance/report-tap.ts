/** A test's results in the Test Anything Protocol, version 14. Pure. */
import type { CheckResult } from './check.ts';
import type { TestReport } from './report.ts';

/** A warning is a TODO, which TAP does not count as a failure. */
export function formatTap({ results }: TestReport): string {
  const points = results.flatMap((result, index) => formatPoint(result, index + 1));
  return ['TAP version 14', `1..${results.length}`, ...points, ''].join('\n');
}

function formatPoint(result: CheckResult, number: number): readonly string[] {
  const { name, outcome, got, expected, rule, mend, durationMs } = result;
  if (outcome === 'ok') return [`ok ${number} - ${name}`];
  if (outcome === 'skipped') return [`ok ${number} - ${name} # SKIP ${onOneLine(got)}`];
  const todo = outcome === 'warning' ? ' # TODO advice only' : '';
  const facts = { message: got, expected, rule, mend };
  return [
    `not ok ${number} - ${name}${todo}`,
    '  ---',
    // A JSON string is a YAML string.
    ...Object.entries(facts).map(([key, text]) => `  ${key}: ${JSON.stringify(text)}`),
    `  duration_ms: ${durationMs}`,
    '  ...',
  ];
}

/** `#` would begin a directive. */
function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\#]/g, (character) => `\\${character}`);
}
