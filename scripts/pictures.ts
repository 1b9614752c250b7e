/**
 * `npx tsx scripts/pictures.ts`
 *
 * Makes the pictures in docs/pictures: boots a copy of the sample system, records what its commands print, and draws it
 * as a terminal would show it. Run `npm run build` before.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { drawTerminal } from './pictures/terminal-svg.ts';

const CHECKOUT = resolve(import.meta.dirname, '..');
const APPLETS = join(CHECKOUT, 'dist/applets');
/** What the pictures show instead of the folders of this machine. */
const SHOWN_ROOT = '/srv/sample';
const SHOWN_APPLETS = '/usr/lib/rcinit/current/dist/applets';
const BOOT_DEADLINE_MS = 60_000;
/** The sample's own may be taken, and is what is shown. */
const PORT = 8024;
const SHOWN_PORT = 8023;

async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'rcinit-pictures-'));
  for (const part of ['etc', 'init.d'])
    cpSync(join(CHECKOUT, part), join(root, part), { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(root, 'etc/default/web'), `PORT=${PORT}\n`);
  const env = {
    PATH: `${APPLETS}:/usr/sbin:/usr/bin:/sbin:/bin:${dirname(process.execPath)}`,
    RCINIT_ROOT: root,
    FORCE_COLOR: '1',
    LC_ALL: 'C.UTF-8',
  };
  const init = spawn(join(APPLETS, 'rcinit'), ['boot', '--root', root], { env, cwd: root });
  try {
    const boot = await readUntil(init, /Ctrl-C here/);
    writePicture(root, 'boot', 'rcinit boot --root .', boot);
    for (const command of ['status', 'chart'])
      writePicture(root, command, `rcinit ${command}`, run(command, env));
  } finally {
    init.kill('SIGINT');
    await once(init, 'exit');
    rmSync(root, { recursive: true, force: true });
  }
}

function readUntil(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((done, reject) => {
    let text = '';
    const timer = setTimeout(
      () => reject(new Error(`no "${pattern.source}" in:\n${text}`)),
      BOOT_DEADLINE_MS,
    );
    const add = (bytes: Buffer): void => {
      text += bytes.toString();
      if (!pattern.test(text)) return;
      clearTimeout(timer);
      done(text);
    };
    child.stdout?.on('data', add);
    child.stderr?.on('data', add);
  });
}

function run(command: string, env: NodeJS.ProcessEnv): string {
  const ran = spawnSync(join(APPLETS, 'rcinit'), [command], { env, encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`rcinit ${command} ended with ${ran.status}: ${ran.stderr}`);
  return ran.stdout;
}

function writePicture(root: string, name: string, command: string, output: string): void {
  const text = output
    .replaceAll('\r', '')
    .replaceAll(root, SHOWN_ROOT)
    .replaceAll(APPLETS, SHOWN_APPLETS)
    .replaceAll(`:${PORT}/`, `:${SHOWN_PORT}/`)
    .replaceAll(/\n{2,}/g, '\n\n')
    .trimEnd();
  const path = join(CHECKOUT, 'docs/pictures', `${name}.svg`);
  writeFileSync(path, drawTerminal(command, `$ ${command}\n${text}\n`));
}

await main();
