/** Recorded runs of the real insserv, where they are: the headers of 243 scripts, insserv.conf, and 52 runs. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { RawFacilities, RawHeaders } from './check-order.ts';
import type { Tree } from './with-tree.ts';

const GOLDEN = join(import.meta.dirname, '../../../shared/golden');

/** Why the tests that need them are skipped; undefined where they are there. */
export const noGolden: string | undefined = existsSync(GOLDEN) ? undefined : 'no ../shared/golden here';

export interface GoldenCase {
  readonly case: string;
  readonly scripts: readonly string[];
  readonly args: readonly string[];
  /** Whether the packages' fragments of insserv.conf were there. */
  readonly confd: boolean;
  readonly rc: number;
  readonly stderr: string;
  /** False where the result depends on the order of the directory. */
  readonly stable_links: boolean;
  /** `rc2.d/S01foo -> ../init.d/foo` */
  readonly links: readonly string[];
  readonly depend: Readonly<Record<'boot' | 'start' | 'stop', string>>;
}

interface Definition {
  readonly name: string;
  readonly members: readonly string[];
}

interface Conf {
  readonly 'insserv.conf': readonly Definition[];
  readonly 'insserv.conf.d': Readonly<Record<string, readonly Definition[]>>;
}

export function readGoldenCases(): readonly GoldenCase[] {
  return noGolden === undefined ? (readLines('insserv-cases.jsonl') as GoldenCase[]) : [];
}

export function readGoldenHeaders(): RawHeaders {
  const lines = readLines('lsb-headers.jsonl') as { script: string; header: Record<string, string> }[];
  return Object.fromEntries(lines.map(({ script, header }) => [script, header]));
}

function readConf(): Conf {
  return JSON.parse(readFileSync(join(GOLDEN, 'facilities.json'), 'utf8')) as Conf;
}

function readLines(name: string): unknown[] {
  const lines = readFileSync(join(GOLDEN, name), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
}

/** All members of each facility. */
export function goldenFacilities(hasFragments: boolean): RawFacilities {
  const conf = readConf();
  const all = [
    ...conf['insserv.conf'],
    ...(hasFragments ? Object.values(conf['insserv.conf.d']).flat() : []),
  ];
  const facilities: Record<string, readonly string[]> = {};
  for (const { name, members } of all) facilities[name] = [...(facilities[name] ?? []), ...members];
  return facilities;
}

export function headerText(header: Readonly<Record<string, string>>): string {
  const lines = Object.entries(header).map(([key, value]) => `# ${key}: ${value}\n`);
  return `#!/bin/sh\n### BEGIN INIT INFO\n${lines.join('')}### END INIT INFO\n`;
}

/** The machine before the run: the scripts, no links. */
export function goldenTree(
  { scripts, confd }: Pick<GoldenCase, 'scripts' | 'confd'>,
  headers: RawHeaders,
): Tree {
  const conf = readConf();
  const text = (definitions: readonly Definition[]): string =>
    definitions.map(({ name, members }) => `${name} ${members.join(' ')}\n`).join('');
  const fragments = confd ? Object.entries(conf['insserv.conf.d']) : [];
  return {
    'etc/init.d/': '',
    'etc/insserv.conf': text(conf['insserv.conf']),
    ...Object.fromEntries(fragments.map(([name, list]) => [`etc/insserv.conf.d/${name}`, text(list)])),
    ...Object.fromEntries(scripts.map((name) => [`etc/init.d/${name}!`, headerText(headers[name] ?? {})])),
  };
}

/** The arguments of the run; the original was given all scripts from the last to the first. */
export function goldenArgs({ args, scripts }: Pick<GoldenCase, 'args' | 'scripts'>): readonly string[] {
  return args.flatMap((word) => (word === '@ALL@' ? [...scripts].reverse() : [word]));
}

/** All links of a root, as `rc2.d/S01foo -> ../init.d/foo`, sorted. */
export function listLinks(root: string): readonly string[] {
  return readdirSync(join(root, 'etc'))
    .filter((name) => /^rc.\.d$/.test(name))
    .flatMap((dir) =>
      readdirSync(join(root, 'etc', dir), { withFileTypes: true }).map((file) => ({ dir, file })),
    )
    .filter(({ file }) => file.isSymbolicLink())
    .map(({ dir, file }) => `${dir}/${file.name}`)
    .map((link) => `${link} -> ${readlinkSync(join(root, 'etc', link))}`)
    .sort();
}
