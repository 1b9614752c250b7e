/** A test's results as JUnit XML. Pure. */
import { escapeXml } from '../../core/picture/escape-xml.ts';
import type { CheckResult } from './check.ts';
import { countOutcomes, type TestReport } from './report.ts';

/** @see the schema of Jenkins' xUnit plugin, which GitLab and others read as well */
export function formatJunit({ script, results }: TestReport): string {
  const { failed, skipped } = countOutcomes(results);
  const time = seconds(results.reduce((sum, { durationMs }) => sum + durationMs, 0));
  const counts = `tests="${results.length}" failures="${failed}" errors="0" skipped="${skipped}" time="${time}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts.replace(/ skipped="\d+"/, '')}>`,
    `  <testsuite name="${escapeXml(script)}" ${counts}>`,
    ...results.flatMap((result) => formatCase(script, result)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function formatCase(script: string, result: CheckResult): readonly string[] {
  const { name, outcome, got, expected, rule, mend, durationMs } = result;
  const head = `    <testcase classname="${escapeXml(script)}" name="${name}" time="${seconds(durationMs)}"`;
  const message = escapeXml(got);
  const text = escapeXml(`expected: ${expected}\nrule: ${rule}\nmend: ${mend}`);
  switch (outcome) {
    case 'ok':
      return [`${head}/>`];
    case 'skipped':
      return [`${head}>`, `      <skipped message="${message}"/>`, '    </testcase>'];
    case 'warning':
      return [`${head}>`, `      <system-out>warning: ${message}\n${text}</system-out>`, '    </testcase>'];
    case 'failed':
      return [
        `${head}>`,
        `      <failure type="${result.groups[0] ?? 'lsb'}" message="${message}">${text}</failure>`,
        '    </testcase>',
      ];
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
