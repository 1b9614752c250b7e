/** Builds dist/: one executable file per applet with its code, the shell library, and completions. Types are checked by `npm run types`. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { APPLET_NAMES } from '../src/cli/applet-names.ts';
import { COMPLETED_SHELLS } from '../src/core/completion-script.ts';
import { interpreterLine } from '../src/core/interpreter-line.ts';
import { compile, compileByTrial, type Trial } from './code-cache.ts';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'src/cli');
const dist = join(root, 'dist');
/** Made beside what is there, so that what runs meanwhile finds the old program until the new one is whole. */
const next = join(dist, `.next-${process.pid}`);
/** What costs a millisecond to load and most runs of an applet never use: loaded at its first use. */
const HEAVY = ['child_process', 'net', 'os', 'readline', 'tty'].map((name) => `node:${name}`);
const REQUIRE = `const require = (name) => ${JSON.stringify(HEAVY)}.includes(name)
  ? new Proxy({}, { get: (_, key) => requireNow(name)[key] }) : requireNow(name);`;
/** What CommonJS has no word for. */
const FILE_URL = `const __fileUrl = require('node:url').pathToFileURL(__filename).href;`;
const SCRIPT = '#!/bin/sh\nexit 0\n';
/** What runs once before its cache is made: an init goes from its start through level 0, in a folder; rc runs scripts. */
const TRIALS: Readonly<Record<string, Trial>> = {
  init: {
    args: ['--init', '0'],
    files: { 'etc/inittab': 's::sysinit:true\nw:0:wait:true\no:0:once:true\n' },
  },
  rc: {
    args: ['3'],
    files: {
      'etc/init.d/one': SCRIPT,
      'etc/init.d/two': SCRIPT,
      'etc/rc3.d/S01one': SCRIPT,
      'etc/rc3.d/S02two': SCRIPT,
    },
  },
};
/** The applet whose file knows all the others. */
const ALL = 'rcinit';
/**
 * Packages that are ES modules only. CommonJS can load such from Node 22.13 on, and 20.19; those between refuse or warn. So
 * each becomes one CommonJS file.
 */
const ES_PACKAGES = ['chalk', 'execa'];
const madeOf = new Map<string, string>();

for (const folder of ['applets', 'code']) mkdirSync(join(next, folder), { recursive: true });
try {
  writeFileSync(join(next, 'package.json'), '{ "type": "commonjs" }\n');
  if (existsSync(join(root, 'src/sh'))) cpSync(join(root, 'src/sh'), join(next, 'sh'), { recursive: true });
  for (const name of ES_PACKAGES) madeOf.set(name, await buildPackage(name));
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

/** @returns Where an applet finds it. */
async function buildPackage(name: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '${name}';`, resolveDir: root },
    write: false,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
  });
  const code = outputFiles[0]?.text ?? '';
  const file = `${name}-${hashOf(code)}.js`;
  writeFileSync(join(next, 'code', file), code);
  return `../code/${file}`;
}

/** Leads the applets to what was made of those packages. */
function redirectPackages(): Plugin {
  const filter = new RegExp(`^(${ES_PACKAGES.join('|')})$`);
  return {
    name: 'es-packages',
    setup: (of) =>
      of.onResolve({ filter }, ({ path }) => ({ path: madeOf.get(path) ?? path, external: true })),
  };
}

/**
 * The executable file of an applet is short: it loads the code beside it, which is one file with all of our modules that
 * the applet may need, as CommonJS: Node's ES module loader costs 3 ms before it loads anything and half a millisecond
 * for each module. With it comes what V8 made of the code, which saves half of the time to compile it, and all of it for
 * what had a trial run; any other Node than the one that built it leaves that alone, and compiles. Other packages stay
 * where they are, and are loaded when needed.
 * @see docs/PERFORMANCE.md
 */
async function buildApplet(name: string): Promise<void> {
  const { outputFiles } = await build({
    stdin: { contents: appletSource(name), resolveDir: cli, sourcefile: `${name}.entry.ts`, loader: 'ts' },
    write: false,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    plugins: [redirectPackages()],
    supported: { 'dynamic-import': false },
    external: [`./${ALL}`],
    define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__fileUrl' },
    banner: { js: `(function (exports, requireNow, module, __filename, __dirname) {${REQUIRE}${FILE_URL}` },
    footer: { js: '})' },
    logLevel: 'warning',
  });
  const code = outputFiles[0]?.text ?? '';
  // The name tells code and cache of one build from those of another: V8 itself only compares the length.
  const file = `${name}-${hashOf(code)}.js`;
  const path = join(next, 'code', file);
  writeFileSync(path, code);
  writeFileSync(join(next, 'applets', name), loaderOf(file), { mode: 0o755 });
  const trial = TRIALS[name];
  const tried = trial && compileByTrial(name, { file: path, folder: join(next, 'applets') }, trial);
  writeFileSync(`${path}.cache`, tried ?? compile(code, file));
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('hex').slice(0, 12);
}

/**
 * esbuild writes ASCII only, so that the code can be read as Latin-1, which takes no decoding. What V8 made is for this very
 * binary: V8 only asks whether its own version is the same, and Node 20.19.0 crashed on what 20.20.2 had left. Size
 * and version tell binaries apart, copies not.
 */
function loaderOf(file: string): string {
  return `${interpreterLine(process.execPath)}
const { readFileSync, statSync } = require('node:fs');
const filename = __dirname + '/../code/${file}';
let cachedData;
try {
  if (process.version === '${process.version}' && statSync(process.execPath).size === ${statSync(process.execPath).size})
    cachedData = readFileSync(filename + '.cache');
} catch {}
const script = new (require('node:vm').Script)(readFileSync(filename, 'latin1'), { filename, cachedData });
script.runInThisContext()(exports, require, module, __filename, __dirname);
`;
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
