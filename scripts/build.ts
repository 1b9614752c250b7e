/** Builds dist/: compiled sources, the shell library, and one executable per applet. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APPLETS } from '../src/cli/main.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
/** Kernels before 5.1 cut the interpreter line at 127 bytes. */
const MAX_INTERPRETER_BYTES = 125;

rmSync(dist, { recursive: true, force: true });
const tsc = spawnSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
if (tsc.status !== 0) process.exit(tsc.status ?? 1);
if (existsSync(join(root, 'src/sh'))) cpSync(join(root, 'src/sh'), join(dist, 'sh'), { recursive: true });
writeApplets();

/**
 * An applet is found by the kernel through an absolute interpreter path: init's PATH holds no unusual node.
 * Where that path cannot stand on an interpreter line, /bin/sh execs it.
 */
function writeApplets(): void {
  const dir = join(dist, 'applets');
  mkdirSync(dir, { recursive: true });
  for (const name of Object.keys(APPLETS)) {
    const path = join(dir, name);
    writeFileSync(path, appletText(process.execPath));
    chmodSync(path, 0o755);
  }
}

function appletText(node: string): string {
  if (Buffer.byteLength(node) <= MAX_INTERPRETER_BYTES && !/\s/.test(node)) {
    return `#!${node}\nimport { main } from '../cli/main.js';\nmain();\n`;
  }
  const quoted = `'${node.replaceAll("'", `'\\''`)}'`;
  return `#!/bin/sh\n":" //; exec ${quoted} "$0" "$@"\nimport { main } from '../cli/main.js';\nmain();\n`;
}
