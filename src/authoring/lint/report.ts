/** Findings in the forms that programs read, and the table of them. */
import type { Severity } from '../../core/diagnostic.ts';
import type { LintFinding } from './rule.ts';
import { explainRule, RULES } from './rules.ts';

export interface LintReport {
  /** By file, line and column. */
  readonly findings: readonly LintFinding[];
  /** How many files were looked at. */
  readonly files: number;
  /** Of this program. */
  readonly version: string;
}

export type LintFormat = 'text' | 'json' | 'sarif' | 'github';

export function countSeverity(findings: readonly LintFinding[], severity: Severity): number {
  return findings.filter((one) => one.severity === severity).length;
}

/** @returns One JSON object; `endColumn` is behind the last character. */
export function formatLintJson({ findings, files }: LintReport): string {
  const shown = findings.map(({ file, line, column, width = 1, code, severity, message, hint, edits }) => ({
    file,
    line,
    column,
    endColumn: column + width,
    code,
    severity,
    message,
    hint: hint ?? null,
    isFixable: edits.length > 0,
  }));
  const summary = {
    files,
    errors: countSeverity(findings, 'error'),
    warnings: countSeverity(findings, 'warning'),
    notes: countSeverity(findings, 'note'),
  };
  return `${JSON.stringify({ version: 1, findings: shown, summary }, undefined, 2)}\n`;
}

/** @see docs.github.com, workflow commands: `::error file=…,line=…::message` */
export function formatLintGithub({ findings }: LintReport): string {
  return findings
    .map(({ file, line, column, width = 1, code, severity, message, hint }) => {
      const kind = severity === 'note' ? 'notice' : severity;
      const place = `file=${escapeProperty(file)},line=${line},col=${column},endColumn=${column + width}`;
      const text = hint === undefined ? message : `${message}\n${hint}`;
      return `::${kind} ${place},title=${escapeProperty(code)}::${escapeData(text)}\n`;
    })
    .join('');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** @see SARIF 2.1.0, OASIS standard; columns are counted in UTF-16 units */
export function formatLintSarif({ findings, version }: LintReport): string {
  const rules = [...RULES.map(sarifRule), ...foreignCodes(findings).map((id) => ({ id }))];
  const index = new Map(rules.map(({ id }, at) => [id, at]));
  const results = findings.map(({ file, line, column, width = 1, code, severity, message, hint }) => ({
    ruleId: code,
    ruleIndex: index.get(code) ?? -1,
    level: severity,
    message: { text: hint === undefined ? message : `${message}. ${hint}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: toUri(file) },
          region: { startLine: line, startColumn: column, endColumn: column + width },
        },
      },
    ],
  }));
  const driver = { name: 'rcinit lint', version, rules };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function sarifRule(
  rule: (typeof RULES)[number],
): { readonly id: string } & Readonly<Record<string, unknown>> {
  const { code, title, why, severity } = rule;
  const help = { text: why, markdown: explainRule(rule) };
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help,
    defaultConfiguration: { level: severity },
  };
}

/** Codes of shellcheck. */
function foreignCodes(findings: readonly LintFinding[]): readonly string[] {
  return [...new Set(findings.map(({ code }) => code).filter((code) => code.startsWith('SC')))].sort();
}

function toUri(path: string): string {
  const uri = encodeURI(path).replaceAll('#', '%23').replaceAll('?', '%3F');
  return path.startsWith('/') ? `file://${uri}` : uri;
}

/** One line for each rule that found something, those that found most first. */
export function formatLintSummary(findings: readonly LintFinding[]): string {
  const rows = new Map<string, { severity: Severity; count: number; files: Set<string>; title: string }>();
  for (const { code, severity, file, message } of findings) {
    const title = RULES.find((rule) => rule.code === code)?.title ?? message;
    const row = rows.get(code) ?? { severity, count: 0, files: new Set<string>(), title };
    row.count++;
    row.files.add(file);
    rows.set(code, row);
  }
  const sorted = [...rows].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1));
  const lines = sorted.map(
    ([code, { severity, count, files, title }]) =>
      `${code.padEnd(7)} ${severity.padEnd(8)} ${String(count).padStart(6)} ${String(files.size).padStart(6)}  ${title}`,
  );
  return [
    `${'code'.padEnd(7)} ${'severity'.padEnd(8)} ${'count'.padStart(6)} ${'files'.padStart(6)}  rule`,
    ...lines,
    '',
  ].join('\n');
}
