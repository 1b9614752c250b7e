/** What `--main NAME` names: an inittab entry, or else an init script. Looked up before anything is booted. */
import { parseInittab } from '../core/inittab/inittab.ts';
import { nearestWord } from '../core/nearest-word.ts';
import { INIT_D } from '../core/system-paths.ts';
import { readInittabFiles } from '../os/pid1/read-inittab.ts';
import { scriptKind } from '../os/scripts/script-path.ts';
import { listServiceNames } from '../rc/service-names.ts';

export type MainProcess =
  | { readonly kind: 'entry' | 'script'; readonly name: string }
  /** Ends a sentence that begins with what cannot be done. */
  | { readonly kind: 'refused'; readonly why: string };

/** @param name An id; where no entry has it, the file name of an init script. */
export function findMainProcess(root: string, name: string): MainProcess {
  const { entries } = parseInittab(readInittabFiles(root)).table;
  const entry = entries.find(({ id }) => id === name);
  if (entry?.action === 'off')
    return {
      kind: 'refused',
      why: `its action in ${entry.file}:${entry.line} is off; name another or change it`,
    };
  if (entry !== undefined) return { kind: 'entry', name };
  const path = `${INIT_D}/${name}`;
  const kind = name.includes('/') ? 'dangling' : scriptKind(root, path);
  if (kind === 'script') return { kind: 'script', name };
  if (kind === 'not-executable')
    return { kind: 'refused', why: `${path} is not executable; chmod +x makes it an init script` };
  const scripts = listServiceNames(root);
  const known = [...entries.map(({ id }) => id), ...(scripts.kind === 'listed' ? scripts.names : [])];
  const near = nearestWord(name, known);
  const hint = near === undefined ? `known are ${listKnown(known)}` : `did you mean ${near}?`;
  return { kind: 'refused', why: `no inittab entry has this id, no init script this name; ${hint}` };
}

/** More would not be read. */
const MAX_LISTED = 20;

function listKnown(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).join(' ');
  return names.length > MAX_LISTED ? `${shown} …` : shown;
}
