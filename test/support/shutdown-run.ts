/** Calls the built shutdown, in folders only: there it asks their init. Nothing reaches this machine. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InitRequest } from '../../src/core/wire/initctl-message.ts';
import { HARMLESS } from './harmless.ts';
import {
  runApplet,
  startApplet,
  type AppletRun,
  type StartedApplet,
  type StartOptions,
} from './run-applet.ts';
import { waitFor } from './wait-for.ts';

export const CANCELLED = '\r\nShutdown cancelled.\r\n';
export const UNSET: InitRequest = { kind: 'setenv', variables: ['INIT_HALT'] };

/** How it is called in a folder. */
export function optionsFor(root: string, env: Readonly<Record<string, string>> = {}): StartOptions {
  return { env: { ...env, RCINIT_ROOT: root, TZ: 'UTC' }, through: HARMLESS };
}

export function shutdown(root: string, ...args: readonly string[]): Promise<AppletRun> {
  return runApplet('shutdown', args, optionsFor(root));
}

/** Starts one that waits, and waits until it does. */
export async function startWaiting(root: string, ...args: readonly string[]): Promise<StartedApplet> {
  const started = startApplet('shutdown', args, optionsFor(root));
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
