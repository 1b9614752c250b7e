/** Everything that is known of one inittab entry, and its form for people. */
import type { EntryStatus } from '../engine/control-message.ts';
import { placeOf } from './explain-entries.ts';
import type { Action, InittabEntry } from '../inittab/inittab-entry.ts';
import { formatRows } from './labelled-text.ts';

export interface EntryExplanation {
  readonly entry: InittabEntry;
  /** What the action means. */
  readonly meaning: string;
  /** The run level whose scripts it runs, if it does. */
  readonly runsScriptsOf: readonly string[];
  /** What init says of it; undefined where no init answers. */
  readonly status: EntryStatus | undefined;
  readonly next: readonly string[];
}

/** @see inittab(5) */
const MEANINGS: Readonly<Record<Action, string>> = {
  sysinit: 'once, first of all at boot; everything waits for its end',
  boot: 'once at boot, after sysinit; nothing waits for it',
  bootwait: 'once at boot, after sysinit; what follows waits for its end',
  wait: 'once, when a level is entered; what follows waits for its end',
  once: 'once, when a level is entered; nothing waits for it',
  respawn: 'as long as its level lasts: started again whenever it ends',
  ondemand: 'when it is called by telinit a, b or c; started again whenever it ends',
  powerwait: 'when the power fails; init waits for its end',
  powerfail: 'when the power fails; init does not wait',
  powerfailnow: 'when the battery is almost empty',
  powerokwait: 'when the power is back; init waits for its end',
  ctrlaltdel: 'when Ctrl-Alt-Del is pressed, or init gets SIGINT',
  kbrequest: 'when the KeyboardSignal key is pressed',
  off: 'never',
};

/** @param runsScriptsOf Levels whose scripts its command runs. */
export function explainEntry(
  entry: InittabEntry,
  runsScriptsOf: readonly string[],
  status: EntryStatus | undefined,
): EntryExplanation {
  return {
    entry,
    meaning: MEANINGS[entry.action],
    runsScriptsOf,
    status,
    next: adviseOnEntry(entry, status),
  };
}

/** @returns Lines without line ends. */
export function formatEntryExplanation({
  entry,
  meaning,
  runsScriptsOf,
  status,
  next,
}: EntryExplanation): readonly string[] {
  return [
    `inittab entry "${entry.id}"`,
    ...formatRows([
      { label: 'line', lines: [placeOf(entry)] },
      { label: 'command', lines: [entry.command] },
      { label: 'action', lines: [`${entry.action}: ${meaning}`] },
      {
        label: 'scripts',
        lines: runsScriptsOf.map((level) => `it runs the links of /etc/rc${level}.d: rcinit plan ${level}`),
      },
      { label: 'now', lines: [describeNow(status)] },
      { label: 'why', lines: status?.why === undefined ? [] : [status.why] },
      { label: 'do', lines: next },
    ]),
  ];
}

function describeNow(status: EntryStatus | undefined): string {
  if (status === undefined) return 'not known: no rcinit answers here, or it has not read this line yet';
  const { state, pid, starts } = status;
  const process = pid === undefined ? '' : `, pid ${pid}`;
  return `${state}${process}, started ${starts === 1 ? 'once' : `${starts} times`}`;
}

function adviseOnEntry(
  { id, action, levels }: InittabEntry,
  status: EntryStatus | undefined,
): readonly string[] {
  switch (status?.state) {
    case undefined:
      return ['telinit q   (read the inittab again)'];
    case 'held': {
      const seconds = Math.ceil((status.retryInMs ?? 0) / 1_000);
      return [
        `run its command by hand and read what it says; init tries again in ${seconds} s`,
        'telinit q   (try at once)',
      ];
    }
    case 'elsewhere':
      return levels === '' ? [] : [`telinit ${levels[0] ?? ''}   (changes the run level)`];
    case 'off':
      return [`change its action, and telinit q: "${id}" is ${action}`];
    default:
      return [];
  }
}
