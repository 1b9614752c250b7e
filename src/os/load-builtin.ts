/** Loading a module of Node's own where it is needed, which saves everybody else its share of the start-up. */
import { createRequire } from 'node:module';

interface Builtins {
  readonly 'node:child_process': typeof import('node:child_process');
  readonly 'node:crypto': typeof import('node:crypto');
  readonly 'node:tty': typeof import('node:tty');
}

let load: NodeJS.Require | undefined;

/** For want of process.getBuiltinModule in Node 21 and in 22 before 22.3. */
export function loadBuiltin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  load ??= createRequire(import.meta.url);
  return load(name) as Builtins[Name];
}
