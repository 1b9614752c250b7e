/** Builds dist/: one executable file per applet, the shell library, and completions. Types are checked by `npm run types`. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { APPLET_NAMES } from '../src/cli/applet-names.ts';
import { COMPLETED_SHELLS } from '../src/core/completion-script.ts';
import { interpreterLine } from '../src/core/interpreter-line.ts';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'src/cli');
const dist = join(root, 'dist');
/** Made beside what is there, so that what runs meanwhile finds the old program until the new one is whole. */
const next = join(dist, `.next-${process.pid}`);
/** What CommonJS has no word for. */
const FILE_URL = `const __fileUrl = require('node:url').pathToFileURL(__filename).href;`;
/** The applet whose file knows all the others. */
const ALL = 'rcinit';

mkdirSync(join(next, 'applets'), { recursive: true });
try {
  writeFileSync(join(next, 'package.json'), '{ "type": "commonjs" }\n');
  if (existsSync(join(root, 'src/sh'))) cpSync(join(root, 'src/sh'), join(next, 'sh'), { recursive: true });
  for (const name of APPLET_NAMES) await buildApplet(name);
  for (const entry of readdirSync(dist))
    if (!entry.startsWith('.next-')) rmSync(join(dist, entry), { recursive: true });
  for (const entry of readdirSync(next)) renameSync(join(next, entry), join(dist, entry));
  writeCompletions();
} finally {
  rmSync(next, { recursive: true, force: true });
}

/** What `rcinit install` places: said by the finished program. */
function writeCompletions(): void {
  mkdirSync(join(dist, 'completions'));
  for (const shell of COMPLETED_SHELLS) {
    const text = execFileSync(process.execPath, [join(dist, 'applets', ALL), 'completion', shell]);
    writeFileSync(join(dist, 'completions', `rcinit.${shell}`), text);
  }
}

/**
 * One file with all of our modules that the applet may need, as CommonJS: Node's ES module loader costs 3 ms before it
 * loads anything and half a millisecond for each module. Packages stay where they are, and are loaded when needed.
 * @see docs/PERFORMANCE.md
 */
async function buildApplet(name: string): Promise<void> {
  const outfile = join(next, 'applets', name);
  await build({
    stdin: { contents: appletSource(name), resolveDir: cli, sourcefile: `${name}.entry.ts`, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    supported: { 'dynamic-import': false },
    external: [`./${ALL}`],
    define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__fileUrl' },
    banner: { js: `${interpreterLine(process.execPath)}\n${FILE_URL}` },
    logLevel: 'warning',
  });
  chmodSync(outfile, 0o755);
}

/** An applet without a module of its own name is run by the file that knows all. */
function appletSource(name: string): string {
  if (name === ALL) return `import { main } from './main.ts';\nmain();\n`;
  const module = `${name.replaceAll('.', '-')}.ts`;
  if (!existsSync(join(cli, module))) return `require('./${ALL}');\n`;
  const others = APPLET_NAMES.filter((other) => other !== name);
  return [
    `import { runSingleApplet } from './run-applet.ts';`,
    `import { applet } from './${module}';`,
    `runSingleApplet('${name}', applet, ${JSON.stringify(others)}, () => require('./${ALL}'));\n`,
  ].join('\n');
}
