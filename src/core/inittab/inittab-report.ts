/** Collects what there is to say about one file of the inittab, but never a flood. */
import type { Diagnostic, Severity } from '../diagnostic.ts';
import type { LineRemark } from './inittab-line.ts';

/** Shown per file and severity; who has more has one mistake a hundred times. */
const MAX_SHOWN = 100;
/** A line may be megabytes long; nobody reads more of it than this. */
const MAX_SOURCE_CHARACTERS = 1000;

/** A line of a file, as the report needs it. */
export interface SourceLine {
  /** 1-based. */
  readonly line: number;
  readonly source: string;
}

export class FileReport {
  readonly #file: string;
  readonly #shown: Diagnostic[] = [];
  readonly #counts: Record<Severity, number> = { error: 0, warning: 0, note: 0 };

  constructor(file: string) {
    this.#file = file;
  }

  /** About a place in a line. The remark is made only if it will be shown. */
  addToLine(severity: Severity, place: SourceLine, remark: () => LineRemark): void {
    if (this.#counts[severity] < MAX_SHOWN) this.insist(severity, place, remark());
    else this.#counts[severity]++;
  }

  /** About a place in a line, shown however much there is already. */
  insist(severity: Severity, { line, source }: SourceLine, remark: LineRemark): void {
    this.#counts[severity]++;
    const shortSource = source.slice(0, MAX_SOURCE_CHARACTERS);
    this.#shown.push({ ...remark, file: this.#file, line, severity, source: shortSource });
  }

  /** About the file as a whole. */
  addToFile(severity: Severity, code: string, message: string, hint: string): void {
    this.#counts[severity]++;
    this.#shown.push({ file: this.#file, line: 0, column: 0, code, severity, message, hint });
  }

  /** In the order of the lines, those about the whole file first, then what was left out as a number. */
  diagnostics(): readonly Diagnostic[] {
    const shown = [...this.#shown].sort((a, b) => a.line - b.line);
    return [...shown, ...this.#leftOut('error', 'errors'), ...this.#leftOut('warning', 'warnings')];
  }

  #leftOut(severity: Severity, noun: string): readonly Diagnostic[] {
    const count = this.#counts[severity] - this.#shown.filter((one) => one.severity === severity).length;
    if (count <= 0) return [];
    const message = `${count} more ${noun}, not shown`;
    return [{ file: this.#file, line: 0, column: 0, code: `more-${noun}`, severity: 'note', message }];
  }
}
