/** Whether and how the words on a terminal are coloured. */

export type Paint = (text: string) => string;

export interface Colours {
  readonly ok: Paint;
  readonly failed: Paint;
  readonly skipped: Paint;
}

const plain: Paint = (text) => text;
const PLAIN: Colours = { ok: plain, failed: plain, skipped: plain };

/** @see no-color.org, force-color.org: both count if they are not empty, NO_COLOR first. */
export async function loadColours(
  isTty: boolean,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Colours> {
  if ((env['NO_COLOR'] ?? '') !== '') return PLAIN;
  const force = env['FORCE_COLOR'] ?? '';
  const wanted = force === '' ? isTty && env['TERM'] !== 'dumb' : force !== '0' && force !== 'false';
  if (!wanted) return PLAIN;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return { ok: chalk.green, failed: chalk.red, skipped: chalk.yellow };
}
