/** What is known of every init script without running it: its links, and how its last run ended. */
import { describeExit } from '../core/lsb/lsb-codes.ts';
import type { ScriptRecord } from '../core/scripts/last-rc.ts';
import { parseRcLink } from '../core/links/rc-link.ts';
import { readRcDirs } from '../os/scripts/read-rc-dirs.ts';
import { readLastResults } from './last-results.ts';
import { listServiceNames } from './service-names.ts';

export interface ScriptStatus {
  readonly name: string;
  /** Levels with an S link, e.g. `2345`, and with a K link. */
  readonly startLevels: string;
  readonly stopLevels: string;
  /** From the last run of `rc` that had this script in it. */
  readonly last: ScriptRecord | undefined;
}

/** Every script in init.d and every name that only links know, sorted. */
export function readScriptStatus(root: string): readonly ScriptStatus[] {
  const listed = listServiceNames(root);
  const links = readRcDirs(root).entries.flatMap(({ dir, name }) => {
    const link = parseRcLink(name);
    return link === undefined ? [] : [{ ...link, level: dir.slice('/etc/rc'.length, -'.d'.length) }];
  });
  const last = readLastResults(root);
  const names = new Set([
    ...(listed.kind === 'listed' ? listed.names : []),
    ...links.map(({ name }) => name),
  ]);
  const levelsOf = (name: string, kind: 'S' | 'K'): string =>
    links
      .filter((link) => link.name === name && link.kind === kind)
      .map(({ level }) => level)
      .join('');
  return [...names].sort().map((name) => ({
    name,
    startLevels: levelsOf(name, 'S'),
    stopLevels: levelsOf(name, 'K'),
    last: last.get(name),
  }));
}

/** `start ok`, `stop failed: exit 1 (…)`, `skipped: dangling link`. */
export function describeLast(last: ScriptRecord): string {
  if (last.outcome === 'skipped') return `skipped: ${last.why ?? ''}`;
  const action = last.action ?? '';
  if (last.outcome === 'ok') return `${action} ok`;
  const ended = last.exit === null ? last.why : describeExit(action, { kind: 'exited', code: last.exit });
  return `${action} failed: ${ended ?? 'unknown'}`;
}
