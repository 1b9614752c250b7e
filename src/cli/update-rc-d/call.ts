/** What the parts of one call of `update-rc.d` share. */
import { posix } from 'node:path';
import { readDefaultLevels, type DefaultLevels } from '../../core/links/default-levels.ts';
import { INIT_D } from '../../core/system-paths.ts';
import type { UpdateRcCommand } from '../../core/links/update-rc-command.ts';
import { isFile } from '../../os/file/is-file.ts';
import { readTextIfAny } from '../../os/file/text-file.ts';
import type { AppletIo } from '../applet.ts';

const OVERRIDES = '/etc/insserv/overrides';
const PACKAGED_OVERRIDES = '/usr/share/insserv/overrides';

/** Ends the run: printed as `update-rc.d: error: …`, exit status 1. */
export class UpdateRcError extends Error {
  override readonly name = 'UpdateRcError';
}

export interface UpdateRcCall {
  readonly command: UpdateRcCommand;
  /** Absolute. */
  readonly root: string;
  /** Fail where insserv finds something wrong that it could go on with. */
  readonly isStrict: boolean;
  readonly io: AppletIo;
  readonly warn: (text: string) => void;
}

export function hasScript({ command, root }: UpdateRcCall): boolean {
  return !command.name.includes('/') && isFile(root, `${INIT_D}/${command.name}`);
}

/**
 * The levels in the script's own header.
 * @throws {UpdateRcError} Where there is no script to read.
 */
export function scriptLevels({ command, root }: UpdateRcCall): DefaultLevels {
  const path = `${INIT_D}/${command.name}`;
  const text = command.name.includes('/') ? undefined : readTextIfAny(root, path);
  if (text === undefined) throw new UpdateRcError(`unable to read ${root === '/' ? '' : root}${path}`);
  return readDefaultLevels(text);
}

/**
 * The levels that enable and disable are about: those given, or `Default-Start` of the script or its override.
 * @throws {UpdateRcError} Where there are none.
 */
export function toggledLevels({ command, root }: UpdateRcCall, given: readonly string[]): readonly string[] {
  const { name } = command;
  const dirs = name.includes('/') ? [] : [OVERRIDES, INIT_D, PACKAGED_OVERRIDES];
  const texts = dirs.map((dir) => readTextIfAny(root, posix.join(dir, name)));
  const text = texts.find((one) => one !== undefined && one !== '');
  if (text === undefined) throw new UpdateRcError(`cannot find a LSB script for ${name}`);
  if (given.length > 0) return given;
  const { start } = readDefaultLevels(text);
  if (start.length === 0) throw new UpdateRcError(`${name} Default-Start contains no runlevels, aborting.`);
  return start;
}
