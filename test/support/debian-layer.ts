/** Builds what lies over the machine's root for the system tests: unmodified packages and what their postinst would do. */
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fetchPackages, unpackPackages } from './packages.ts';
import { writeTree, type Tree } from './with-tree.ts';

/** Debian's range for system users that packages make (policy 9.2.2). */
const FIRST_SYSTEM_ID = 100;
const LAST_SYSTEM_ID = 999;

export interface LayerPlan {
  /** Alternatives are tried in order, e.g. `['nginx-light', 'nginx']`. */
  readonly packages: readonly (readonly string[])[];
  readonly files: Tree;
}

/**
 * Fills the folder. Its files appear over the machine's, so folders that are links there (`/sbin`) must not be named.
 * @throws Error when apt does not have the packages.
 */
export async function fillDebianLayer(layer: string, plan: LayerPlan): Promise<void> {
  chmodSync(layer, 0o755);
  await unpackPackages(await fetchAlternatives(plan.packages), layer);
  configureNginx(layer);
  configureRedis(layer);
  writeTree(layer, plan.files);
}

/** Fetches the first of each group, or the last of each where one of the first is not to be had. */
export async function fetchAlternatives(packages: LayerPlan['packages']): Promise<readonly string[]> {
  const first = packages.map((names) => names[0] ?? '');
  const last = packages.map((names) => names.at(-1) ?? '');
  if (first.join() === last.join()) return fetchPackages(first);
  return fetchPackages(first).catch(() => fetchPackages(last));
}

/** nginx-common.postinst */
function configureNginx(layer: string): void {
  const at = (path: string) => join(layer, path);
  if (!existsSync(at('etc/nginx/sites-available/default'))) return;
  writeTree(layer, { 'etc/nginx/sites-enabled/default=': '/etc/nginx/sites-available/default' });
  mkdirSync(at('var/www/html'), { recursive: true });
  copyFileSync(at('usr/share/nginx/html/index.html'), at('var/www/html/index.nginx-debian.html'));
  for (const log of ['access.log', 'error.log']) {
    writeFileSync(at(`var/log/nginx/${log}`), '');
    chownSync(at(`var/log/nginx/${log}`), idOf('passwd', 'www-data'), idOf('group', 'adm'));
    chmodSync(at(`var/log/nginx/${log}`), 0o640);
  }
}

/** redis-tools.postinst and redis-server.postinst */
function configureRedis(layer: string): void {
  if (!existsSync(join(layer, 'etc/redis/redis.conf'))) return;
  const id = addSystemUser(layer, 'redis', '/var/lib/redis');
  const own = (path: string, mode: number, group = id) => {
    if (!path.endsWith('.conf')) mkdirSync(join(layer, path), { recursive: true });
    chownSync(join(layer, path), id, group);
    chmodSync(join(layer, path), mode);
  };
  own('var/log/redis', 0o2750, idOf('group', 'adm'));
  own('var/lib/redis', 0o750);
  own('etc/redis', 0o2770);
  own('etc/redis/redis.conf', 0o640);
}

/** `adduser --system --group`, in the layer's copy of the machine's tables. @returns The user's and group's id. */
function addSystemUser(layer: string, name: string, home: string): number {
  const tables = ['passwd', 'group', 'shadow'].map(
    (table) => [table, readFileSync(`/etc/${table}`, 'utf8')] as const,
  );
  const isTaken = (id: number) =>
    tables.slice(0, 2).some(([, text]) => new RegExp(`^[^:]*:[^:]*:${id}:`, 'm').test(text));
  let id = FIRST_SYSTEM_ID;
  while (isTaken(id) && id < LAST_SYSTEM_ID) id++;
  const lines: Readonly<Record<string, string>> = {
    passwd: `${name}:x:${id}:${id}::${home}:/usr/sbin/nologin\n`,
    group: `${name}:x:${id}:\n`,
    shadow: `${name}:!:19000::::::\n`,
  };
  for (const [table, text] of tables) {
    if (new RegExp(`^${name}:`, 'm').test(text)) continue;
    const path = join(layer, 'etc', table);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text + lines[table], { mode: table === 'shadow' ? 0o640 : 0o644 });
  }
  return id;
}

function idOf(table: 'passwd' | 'group', name: string): number {
  const line = new RegExp(`^${name}:[^:]*:(\\d+):`, 'm').exec(readFileSync(`/etc/${table}`, 'utf8'));
  if (line === null) throw new Error(`The machine's /etc/${table} has no ${name}`);
  return Number(line[1]);
}
