/** What a console showed, as lines a test can wait for. */
import { waitFor } from './wait-for.ts';

/** Colours and other terminal control sequences (ECMA-48). */
// eslint-disable-next-line no-control-regex
const CONTROL_SEQUENCE = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

export class ConsoleLog {
  #raw = '';

  push(chunk: Buffer | string): void {
    this.#raw += chunk.toString('utf8');
  }

  /** Everything so far, exactly as it came. */
  get raw(): string {
    return this.#raw;
  }

  /** All lines so far without carriage returns and colours; the last one may be unfinished. */
  get lines(): readonly string[] {
    return this.#raw.replaceAll('\r', '').replace(CONTROL_SEQUENCE, '').split('\n');
  }

  /**
   * Waits until a line matches and returns it.
   * @param from Index of the first line looked at: `log.lines.length` before an action waits for what it causes.
   */
  async waitForLine(pattern: RegExp, deadlineMs = 20_000, from = 0): Promise<string> {
    const start = Math.max(0, from);
    const find = () => this.lines.slice(start).find((line) => pattern.test(line));
    try {
      return await waitFor(`a console line like ${pattern}`, find, deadlineMs);
    } catch (error) {
      throw new Error(`${(error as Error).message}; the console showed:\n${this.lines.join('\n')}`, {
        cause: error,
      });
    }
  }
}
