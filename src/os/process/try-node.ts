/** Finds out whether a Node runs in a system root, by running it there. */
import { spawnSync } from 'node:child_process';
import { errorText } from '../os-error.ts';

const TRIAL_MS = 30_000;
/** What a Node says of itself: its version, and why the FFI does not load, if it does not. */
const TRIAL = `
let ffi = '';
try { require(process.argv[1]).load(null); } catch (error) { ffi = String(error.message).split('\\n')[0]; }
console.log(JSON.stringify({ version: process.versions.node, ffi }));`;

export type NodeTrial =
  | { readonly kind: 'runs'; readonly version: string; readonly ffiProblem: string | undefined }
  | { readonly kind: 'fails'; readonly reason: string };

/**
 * @param node Path inside the root.
 * @param koffi Folder of the FFI package, inside the root.
 */
export function tryNode(root: string, node: string, koffi: string): NodeTrial {
  const [program, ...args] = [...enter(root), node, '-e', TRIAL, koffi];
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: TRIAL_MS,
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error !== undefined) return { kind: 'fails', reason: `${program}: ${errorText(error)}` };
  if (status !== 0)
    return { kind: 'fails', reason: firstLine(stderr) ?? `it ended with ${signal ?? status}` };
  const { version, ffi } = JSON.parse(stdout) as { readonly version: string; readonly ffi: string };
  return { kind: 'runs', version, ffiProblem: ffi === '' ? undefined : ffi };
}

/** Only root may change the root; others may in a user namespace of their own. */
function enter(root: string): readonly string[] {
  if (root === '/') return [];
  const user = process.getuid?.() === 0 ? [] : ['unshare', '--user', '--map-root-user'];
  return [...user, 'chroot', root];
}

function firstLine(text: string): string | undefined {
  return text.split('\n').find((line) => line.trim() !== '');
}
