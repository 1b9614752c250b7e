/** What every applet is: a function of arguments and a small view of the process, so tests run it in-process. */

export interface AppletIo {
  /** The name the applet was called by, for messages. */
  readonly name: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Writes the text as it is, at once and completely. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
}

/**
 * Runs an applet.
 * @param args The arguments after the applet's name.
 * @returns The exit status, 0–255.
 */
export type Applet = (args: readonly string[], io: AppletIo) => number | Promise<number>;
