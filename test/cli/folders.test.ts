/** Inside core/ and os/ the folders, too, import in one direction only: what stands higher may be read without what stands on it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = join(import.meta.dirname, '../../src');
const IMPORT = /\b(?:from|import\()\s*'(\.[^']+)'/g;

/** Each folder of the layer with the folders of it that its files import; the layer's own files are '.'. */
function folderImports(layer: string): Map<string, Set<string>> {
  const top = join(SOURCE, layer);
  const imports = new Map<string, Set<string>>();
  for (const file of readdirSync(top, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )) {
    const targets = imports.get(dirname(file)) ?? new Set();
    imports.set(dirname(file), targets);
    for (const [, path = ''] of readFileSync(join(top, file), 'utf8').matchAll(IMPORT)) {
      const target = dirname(relative(top, join(top, dirname(file), path)));
      if (target !== dirname(file) && !target.startsWith('..')) targets.add(target);
    }
  }
  return imports;
}

/** Takes away what imports nothing that is left, again and again. @returns What stays: the circles and what hangs on them. */
function findCircles(imports: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const left = new Set(imports.keys());
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const folder of left)
      if (![...(imports.get(folder) ?? [])].some((target) => left.has(target))) left.delete(folder);
  }
  return [...left];
}

test.each(['core', 'os'])('the folders of src/%s form no circle', (layer) => {
  const imports = folderImports(layer);
  expect(imports.size).toBeGreaterThan(10);
  expect(findCircles(imports)).toEqual([]);
});

test('a circle would be found', () => {
  const imports = new Map([
    ['a', new Set(['b'])],
    ['b', new Set(['c'])],
    ['c', new Set(['b'])],
    ['d', new Set<string>()],
  ]);
  expect(findCircles(imports)).toEqual(['a', 'b', 'c']);
});
