/** Which scripts of a `.depend` file are due at a change of level, for startpar. */
import type { DependFile, DependMode } from './depend-file.ts';
import { parseRcLink } from '../links/rc-link.ts';
import type { Task } from './rc-schedule.ts';

export interface LevelDirs {
  /** The names in the link directory of the level to come (of `rcS.d` for boot), and of the one before. */
  readonly next: readonly string[];
  readonly previous: readonly string[];
}

/**
 * The scripts that have the kind of link in the level to come and do not have it in the level before. What a rule
 * names beyond the targets counts too: its author wanted it to run.
 * @see rc-tools, startpar: makefile mode
 */
export function dueTasks(
  { targets, interactive, needs }: DependFile,
  mode: DependMode,
  dirs: LevelDirs,
): Task[] {
  const kind = mode === 'stop' ? 'K' : 'S';
  const wanted = namesOf(dirs.next, kind);
  const before = mode === 'boot' ? new Set<string>() : namesOf(dirs.previous, kind);
  const names = new Set([...targets, ...[...needs].flatMap(([name, others]) => [name, ...others])]);
  return [...names]
    .filter((name) => wanted.has(name) && !before.has(name))
    .map((name) => ({ name, needs: needs.get(name) ?? [], interactive: interactive.has(name) }));
}

function namesOf(entries: readonly string[], kind: 'S' | 'K'): ReadonlySet<string> {
  return new Set(
    entries.flatMap((entry) => {
      const link = parseRcLink(entry);
      return link?.kind === kind ? [link.name] : [];
    }),
  );
}
