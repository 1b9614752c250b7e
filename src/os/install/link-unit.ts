/** Enables and disables systemd's unit of the same name where there is no systemctl to do it. */
import { readFileSync, symlinkSync, unlinkSync } from 'node:fs';
import { isFile } from '../file/is-file.ts';
import { inRoot } from '../file/in-root.ts';
import { makeFolder } from '../file/make-folder.ts';
import { errorCode, errorText, OsError } from '../os-error.ts';

const UNIT_DIRS = ['/etc/systemd/system', '/lib/systemd/system', '/usr/lib/systemd/system'];
const DIR_MODE = 0o755;

/**
 * Makes or removes the links that the unit's `WantedBy=` lines ask for. Where there is no such unit, it does nothing.
 * @throws {OsError}
 * @see update-rc.d of init-system-helpers 1.65, `make_systemd_links`
 */
export function linkUnit(root: string, name: string, action: 'enable' | 'disable'): void {
  const unit = UNIT_DIRS.map((dir) => `${dir}/${name}.service`).find((path) => isFile(root, path));
  if (unit === undefined) return;
  const text = readFileSync(inRoot(root, unit), 'utf8');
  for (const [, targets = ''] of text.matchAll(/^\s*WantedBy=(.+)$/gim))
    for (const target of targets.split(/\s+/).filter((word) => /^[^/]+$/.test(word)))
      setLink(root, `/etc/systemd/system/${target}.wants`, `${name}.service`, unit, action);
}

function setLink(root: string, dir: string, name: string, unit: string, action: 'enable' | 'disable'): void {
  const path = `${inRoot(root, dir)}/${name}`;
  try {
    if (action === 'disable') return unlinkSync(path);
    makeFolder(inRoot(root, dir), DIR_MODE);
    symlinkSync(unit, path);
  } catch (cause) {
    const code = errorCode(cause);
    if (code === (action === 'disable' ? 'ENOENT' : 'EEXIST')) return;
    throw new OsError(`cannot ${action} "${path}": ${errorText(cause)}`, {
      code,
      syscall: 'link',
      path,
      cause,
    });
  }
}
