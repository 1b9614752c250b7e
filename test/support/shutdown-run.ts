/** Calls the built shutdown, in folders only: there it asks their init, and nothing reaches this machine. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InitRequest } from '../../src/core/initctl-message.ts';
import { runApplet, startApplet, type AppletRun, type StartedApplet } from './run-applet.ts';
import { waitFor } from './wait-for.ts';

export const CANCELLED = '\r\nShutdown cancelled.\r\n';
export const UNSET: InitRequest = { kind: 'setenv', variables: ['INIT_HALT'] };

export function shutdown(root: string, ...args: readonly string[]): Promise<AppletRun> {
  return runApplet('shutdown', args, { env: { RCINIT_ROOT: root, TZ: 'UTC' } });
}

/** Starts one that waits, and waits until it does. */
export async function startWaiting(root: string, ...args: readonly string[]): Promise<StartedApplet> {
  const started = startApplet('shutdown', args, { env: { RCINIT_ROOT: root, TZ: 'UTC' } });
  await waitFor('the pid file', () => readText(root, 'run/shutdown.pid') === `${started.child.pid}\n`);
  return started;
}

export function readText(root: string, path: string): string | undefined {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
}

/** What a shutdown leaves while it waits, and nothing once it is over. */
export function traces(root: string): readonly string[] {
  return ['run/shutdown.pid', 'run/nologin', 'fastboot', 'forcefsck'].filter((path) =>
    existsSync(join(root, path)),
  );
}
