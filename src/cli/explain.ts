/** `rcinit explain NAME`: where an init script or an inittab entry runs, why there, and why it does not run now. */
import {
  explainEntry,
  formatEntryExplanation,
  type EntryExplanation,
} from '../core/explain/explain-entry.ts';
import { formatScriptExplanation, type ScriptExplanation } from '../core/explain/explain-script.ts';
import { parseInittab } from '../core/inittab/inittab.ts';
import { runsScriptsOf } from '../core/engine/level-plan.ts';
import { nearestWord } from '../core/nearest-word.ts';
import { parseRcLink } from '../core/links/rc-link.ts';
import { parseRunLevel, RC_LEVELS } from '../core/runlevel.ts';
import { INIT_D } from '../core/system-paths.ts';
import { errorText } from '../os/os-error.ts';
import { readInittabFiles } from '../os/pid1/read-inittab.ts';
import { scriptKind } from '../os/scripts/script-path.ts';
import { explainScript } from '../rc/explain-script.ts';
import { askStatus, levelFromFiles } from '../rc/level-change.ts';
import { findScriptLinks } from '../rc/script-links.ts';
import { readScriptOrder, type ScriptOrder } from '../rc/script-order.ts';
import { readScriptStatus } from '../rc/script-status.ts';
import type { AppletIo } from './applet.ts';
import { printable } from './printable.ts';
import { startProgress } from './progress.ts';

interface ExplainOptions {
  /** Absolute. */
  readonly root: string;
  /** A script, a link, a path of one, or the id of an inittab entry. */
  readonly name: string;
  readonly json: boolean;
}

/** As LSB's "insufficient information": there is nothing of that name. */
const EXIT_UNKNOWN = 4;

export async function runExplain({ root, name: asked, json }: ExplainOptions, io: AppletIo): Promise<number> {
  const order = readOrder(root, io);
  const name = scriptName(root, asked);
  const entry = parseInittab(readInittabFiles(root)).table.entries.find(({ id }) => id === asked);
  if (name === undefined && entry === undefined) {
    io.err(`rcinit: cannot explain "${printable(asked)}": ${adviseOnName(root, asked, order)}\n`);
    return EXIT_UNKNOWN;
  }
  const progress = startProgress(io);
  progress.update('waiting for the answer of init …');
  const status = await askStatus(root);
  progress.stop();
  const level = parseRunLevel(status?.level ?? levelFromFiles(root) ?? '');
  const script = name === undefined ? undefined : explainScript(root, name, order, level);
  const line =
    entry &&
    explainEntry(
      entry,
      RC_LEVELS.filter((one) => entry.levels.includes(one) && runsScriptsOf(entry.command, one)),
      status?.entries.find(({ id }) => id === asked),
    );
  print({ script, entry: line }, json, io);
  return 0;
}

function print(
  found: {
    readonly script: ScriptExplanation | undefined;
    readonly entry: EntryExplanation | undefined;
  },
  json: boolean,
  io: AppletIo,
): void {
  const { script = null, entry = null } = found;
  if (json) return io.out(`${JSON.stringify({ version: 1, script, entry }, undefined, 2)}\n`);
  const blocks = [
    ...(script === null ? [] : [formatScriptExplanation(script)]),
    ...(entry === null ? [] : [formatEntryExplanation(entry)]),
  ];
  io.out(blocks.map((lines) => lines.map((line) => `${printable(line)}\n`).join('')).join('\n'));
}

/** Without the headers there is still something to say. */
function readOrder(root: string, io: AppletIo): ScriptOrder | undefined {
  try {
    return readScriptOrder(root);
  } catch (error) {
    io.err(
      `rcinit: cannot read the init scripts of "${root}": ${errorText(error)}; nothing is known of the order\n`,
    );
    return undefined;
  }
}

/** The script that somebody means by `foo`, `/etc/init.d/foo` or `S20foo`. */
function scriptName(root: string, asked: string): string | undefined {
  const last = asked.slice(asked.lastIndexOf('/') + 1);
  const names = [last, parseRcLink(last)?.name].filter((name) => name !== undefined && !/^\.*$/.test(name));
  return names.find(
    (name) =>
      scriptKind(root, `${INIT_D}/${name}`) !== 'dangling' || findScriptLinks(root, name ?? '').length > 0,
  );
}

function adviseOnName(root: string, asked: string, order: ScriptOrder | undefined): string {
  const provider = order?.system.scripts.find(({ header }) => header.provides.includes(asked));
  if (provider !== undefined)
    return `it is no script, but what the script ${provider.name} provides; rcinit explain ${provider.name}`;
  const ids = parseInittab(readInittabFiles(root)).table.entries.map(({ id }) => id);
  const near = nearestWord(asked, [...readScriptStatus(root).map(({ name }) => name), ...ids]);
  const what = 'neither an init script nor an inittab entry';
  return near === undefined
    ? `${what}; rcinit status lists both`
    : `${what}; did you mean ${printable(near)}?`;
}
