/** What `rcinit check` says about the link directories. */
import type { Diagnostic, Severity } from '../core/diagnostic.ts';
import { isHarmlessStranger, parseRcLink } from '../core/links/rc-link.ts';
import type { RcDirEntry, RcDirs } from '../os/scripts/read-rc-dirs.ts';

/** The diagnostics, directory by directory; each is about a whole file. */
export function diagnoseRcDirs(dirs: RcDirs): readonly Diagnostic[] {
  return [
    ...dirs.unreadable.map(({ dir, code }) =>
      about(dir, 'error', 'unreadable-directory', `cannot list: ${code}`, 'make it a readable directory'),
    ),
    ...dirs.entries.flatMap(diagnoseEntry),
    ...diagnoseRepeated(dirs.entries),
    ...dirs.unknownDirs.map((dir) =>
      about(
        dir,
        'warning',
        'unknown-directory',
        'no run level has this link directory',
        'link directories are rc0.d to rc6.d and rcS.d',
      ),
    ),
  ];
}

function diagnoseEntry(entry: RcDirEntry): readonly Diagnostic[] {
  const path = `${entry.dir}/${entry.name}`;
  if (parseRcLink(entry.name) !== undefined) {
    return entry.problem === undefined ? [] : [diagnoseProblem(path, entry, entry.problem)];
  }
  if (isHarmlessStranger(entry.name)) return [];
  return [
    about(
      path,
      'warning',
      'unknown-link-name',
      'neither a start nor a stop link, rc skips it',
      'name it with S or K, two digits and the service, for example S20foo, or remove it',
    ),
  ];
}

type Problem = NonNullable<RcDirEntry['problem']>;

/** Message and hint; the link's own text follows where it helps. */
const PROBLEMS: Readonly<Record<Problem, readonly [code: string, message: string, hint: string]>> = {
  dangling: [
    'dangling-link',
    'the link points to nothing',
    'remove the link, or put the script in its place',
  ],
  loop: ['link-loop', 'the links go in a circle', 'remove the link'],
  directory: ['script-is-directory', 'is a directory, expected a script', 'let it point to a script'],
  'not-executable': ['not-executable', 'the script is not executable', 'make it executable: chmod +x FILE'],
  special: ['not-a-file', 'is not a regular file, expected a script', 'let it point to a script'],
};

function diagnoseProblem(path: string, { target }: RcDirEntry, problem: Problem): Diagnostic {
  const [code, message, hint] = PROBLEMS[problem];
  return about(path, 'error', code, target === undefined ? message : `${message} -> ${target}`, hint);
}

/** A service with two links in a directory is started twice, or stopped and started. */
function diagnoseRepeated(entries: readonly RcDirEntry[]): readonly Diagnostic[] {
  const first = new Map<string, string>();
  return entries.flatMap(({ dir, name }) => {
    const link = parseRcLink(name);
    if (link === undefined) return [];
    const key = `${dir}/${link.name}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, name);
    return other === undefined
      ? []
      : [
          about(
            `${dir}/${name}`,
            'warning',
            'repeated-link',
            `"${link.name}" has another link here: ${other}`,
            'remove one of the two',
          ),
        ];
  });
}

function about(file: string, severity: Severity, code: string, message: string, hint: string): Diagnostic {
  return { file, line: 0, column: 0, code, severity, message, hint };
}
