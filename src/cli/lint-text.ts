/** Findings for people: place, severity, code, message, the line with a caret, and what to do. */
import type { LintFinding } from '../authoring/lint/rule.ts';
import { formatDiagnostic } from '../core/diagnostic.ts';
import { loadColours, type Paint } from '../rc/colours.ts';
import type { AppletIo } from './applet.ts';

export async function writeLintText(findings: readonly LintFinding[], io: AppletIo): Promise<void> {
  const { failed, skipped } = await loadColours(io.stdoutIsTty, io.env);
  const paints = { error: failed, warning: skipped, note: (text: string) => text } as const;
  for (const one of findings) {
    const text = formatDiagnostic({ ...one, message: `${one.code}: ${one.message}` });
    io.out(`${paintFinding(text, one.severity, paints[one.severity])}\n`);
  }
}

/** The severity and the caret. */
function paintFinding(text: string, severity: string, paint: Paint): string {
  return text
    .replace(`: ${severity}: `, () => `: ${paint(severity)}: `)
    .replace(/^( *)(\^+)$/m, (_, indent: string, caret: string) => indent + paint(caret));
}
