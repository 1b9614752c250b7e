/** The links of one script in one link directory. */
import { parseRcLink } from '../core/links/rc-link.ts';
import { readRcDirs } from '../os/scripts/read-rc-dirs.ts';

export interface ScriptLink {
  /** Inside the root, e.g. `/etc/rc2.d/S20foo`. */
  readonly path: string;
  readonly level: string;
  readonly kind: 'S' | 'K';
  /** What is wrong with it; a link to something that cannot be executed is a link all the same. */
  readonly problem: 'not a symlink' | 'dangling symlink' | undefined;
  readonly isExecutable: boolean;
}

/** In the order of the directories and, within one, of the names. */
export function findScriptLinks(root: string, script: string): readonly ScriptLink[] {
  return readRcDirs(root).entries.flatMap(({ dir, name, target, problem }) => {
    const link = parseRcLink(name);
    if (link?.name !== script) return [];
    const isBroken = problem !== undefined && problem !== 'not-executable';
    return [
      {
        path: `${dir}/${name}`,
        level: dir.slice('/etc/rc'.length, -'.d'.length),
        kind: link.kind,
        problem: target === undefined ? 'not a symlink' : isBroken ? 'dangling symlink' : undefined,
        isExecutable: problem === undefined,
      },
    ];
  });
}
