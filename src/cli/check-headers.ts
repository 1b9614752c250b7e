/** What `rcinit check` says about the headers of the scripts that have links. */
import type { Diagnostic } from '../core/diagnostic.ts';
import { diagnoseHeaders } from '../core/links/header-check.ts';
import { INIT_D } from '../core/system-paths.ts';
import { errnoText, OsError } from '../os/os-error.ts';
import type { RcDirs } from '../os/scripts/read-rc-dirs.ts';
import { readScriptOrder } from '../rc/script-order.ts';

/** Nothing where no script has a link, or where a link directory cannot be read, which is told elsewhere. */
export function diagnoseScripts(root: string, dirs: RcDirs): readonly Diagnostic[] {
  if (dirs.entries.length === 0 || dirs.unreadable.length > 0) return [];
  try {
    const { system, start, stop, linked, facilities } = readScriptOrder(root);
    const { scripts, complaints, entries, conf } = system;
    if (conf.some(({ severity }) => severity === 'error')) return conf;
    const sourceOf = (script: string, line: number): string | undefined => {
      const entry = entries.get(script);
      return entry?.kind === 'script' ? entry.text.split('\n', line)[line - 1] : undefined;
    };
    return [...conf, ...diagnoseHeaders({ scripts, complaints, linked, start, stop, facilities, sourceOf })];
  } catch (error) {
    if (!(error instanceof OsError)) throw error;
    // Links may lead anywhere; there just are no headers.
    return error.code === 'ENOENT' ? [] : [unreadable(error)];
  }
}

function unreadable({ code, path = INIT_D }: OsError): Diagnostic {
  const message = `cannot be read: ${errnoText(code)}; no script has a place`;
  const hint = 'make it a readable directory';
  const place = { file: path, line: 0, column: 0 } as const;
  return { ...place, code: 'unreadable-directory', severity: 'error', message, hint };
}
