/** The packages that the program needs when it runs, where they are and where they go in a copy. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OsError } from '../os-error.ts';

export interface PackageCopy {
  readonly from: string;
  /** Relative to the program's folder, e.g. `node_modules/koffi`. */
  readonly to: string;
}

interface Description {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Everything below `dependencies`, found as Node finds it. What is optional and not there, as for other processors, is left out.
 * @throws {OsError} `ENOENT` if a package is missing.
 */
export function listPackages(program: string): readonly PackageCopy[] {
  const placed = new Map<string, string>();
  const todo: { readonly from: string; readonly to: string }[] = [{ from: program, to: '' }];
  for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
    for (const [name, isOptional] of needs(next.from)) {
      const from = findPackage(next.from, name);
      if (from === undefined && isOptional) continue;
      if (from === undefined) throw missing(name, next.from);
      // Another version of it is there already: this one is for who needs it alone.
      const top = join('node_modules', name);
      const to = (placed.get(top) ?? from) === from ? top : join(next.to, top);
      if (placed.has(to)) continue;
      placed.set(to, from);
      todo.push({ from, to });
    }
  }
  return [...placed].map(([to, from]) => ({ from, to }));
}

function needs(folder: string): readonly (readonly [name: string, isOptional: boolean])[] {
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(text) as Description;
  const optional = Object.keys(optionalDependencies);
  return [
    ...Object.keys(dependencies)
      .filter((name) => !optional.includes(name))
      .map((name) => [name, false] as const),
    ...optional.map((name) => [name, true] as const),
  ];
}

function findPackage(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
    if (folder === dirname(folder)) return undefined;
  }
}

function missing(name: string, from: string): OsError {
  return new OsError(`cannot find the package "${name}" from "${from}"; run npm ci there`, {
    code: 'ENOENT',
    syscall: 'open',
    path: name,
  });
}
