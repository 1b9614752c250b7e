/** Whether and how the words on a terminal are coloured. */
import type { ChalkInstance } from 'chalk';

export type Paint = (text: string) => string;

export interface Colours {
  readonly ok: Paint;
  readonly failed: Paint;
  readonly skipped: Paint;
}

const plain: Paint = (text) => text;
const PLAIN: Colours = { ok: plain, failed: plain, skipped: plain };

export async function loadColours(isTty: boolean, env: ColourEnvironment): Promise<Colours> {
  const chalk = await loadChalk(isTty, env);
  return chalk === undefined ? PLAIN : { ok: chalk.green, failed: chalk.red, skipped: chalk.yellow };
}

type ColourEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * @returns Undefined where nothing is to be coloured; chalk is not even loaded then.
 * @see no-color.org, force-color.org: both count if they are not empty, NO_COLOR first.
 */
export async function loadChalk(isTty: boolean, env: ColourEnvironment): Promise<ChalkInstance | undefined> {
  if ((env['NO_COLOR'] ?? '') !== '') return undefined;
  const force = env['FORCE_COLOR'] ?? '';
  const wanted = force === '' ? isTty && env['TERM'] !== 'dumb' : force !== '0' && force !== 'false';
  if (!wanted) return undefined;
  const { Chalk } = await import('chalk');
  return new Chalk({ level: 1 });
}
