/** Everything that decides the order of the scripts of a root: their headers, their links and insserv.conf. */
import { formatDiagnostic, type Diagnostic } from '../core/diagnostic.ts';
import type { InitScript } from '../core/links/enable.ts';
import { parseInsservConf, type FacilityTable } from '../core/lsb/facility.ts';
import { parseLsbHeader } from '../core/lsb/lsb-header.ts';
import { parseFileFilters } from '../core/scripts/script-name.ts';
import type { FarmPaths } from '../os/links/farm-paths.ts';
import { readConfFiles, readLinks, type PresentFarm } from '../os/links/read-farm.ts';
import { readInitDir, type InitDirEntry } from '../os/links/read-init-d.ts';
import { errnoText, errorCode, errorText, OsError } from '../os/os-error.ts';
import { readTextIfAny } from '../os/file/text-file.ts';

export interface ReadSystem {
  /** Everything in init.d, by name. */
  readonly entries: ReadonlyMap<string, InitDirEntry>;
  readonly scripts: readonly InitScript[];
  /** What the headers' reader said, by script name. */
  readonly complaints: ReadonlyMap<string, readonly Diagnostic[]>;
  readonly facilities: FacilityTable;
  readonly farm: PresentFarm;
  readonly conf: readonly Diagnostic[];
  /** Of files that could not be read, in the original's words. */
  readonly warnings: readonly string[];
  /** In the order in which they were read. */
  readonly loaded: readonly string[];
}

/** @throws {OsError} Where init.d or a link directory cannot be listed. */
export function readSystem(paths: FarmPaths): ReadSystem {
  const { files, problem } = readConfFiles(paths);
  const { table, diagnostics: conf } = parseInsservConf(files);
  const entries = attempt(paths.initDir, () =>
    readInitDir(paths, parseFileFilters(readTextIfAny(paths.root, paths.fileFilters) ?? '')),
  );
  const scripts: InitScript[] = [];
  const complaints = new Map<string, readonly Diagnostic[]>();
  for (const entry of entries) {
    if (entry.kind !== 'script') continue;
    const { header, diagnostics } = parseLsbHeader(entry.name, entry.path, entry.text);
    scripts.push({ name: entry.name, path: entry.path, header });
    complaints.set(entry.name, diagnostics);
  }
  const names = new Set(scripts.map(({ name }) => name));
  const warnings = problem === undefined ? [] : [`fopen(${paths.conf}): ${errnoText(problem)}`];
  for (const entry of entries)
    if (entry.kind === 'unreadable') warnings.push(`Could not read script ${entry.name}: ${entry.why}`);
  return {
    entries: new Map(entries.map((entry) => [entry.name, entry])),
    scripts,
    complaints,
    facilities: table,
    farm: readLinks(paths, names),
    conf,
    warnings,
    loaded: [...files.map(({ path }) => path), ...scripts.map(({ path }) => path)],
  };
}

/** Advice about a file, for a person who asked for it. */
export function formatAdvice(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(formatDiagnostic);
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const code = errorCode(cause);
    throw new OsError(`cannot read "${path}": ${errorText(cause)}`, {
      code,
      syscall: 'scandir',
      path,
      cause,
    });
  }
}
