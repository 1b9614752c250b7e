/** Which system root an applet works on: `--root DIR`, else `RCINIT_ROOT`, else `/`. */
import { resolve } from 'node:path';
import type { AppletIo } from './applet.ts';

/** @param option What `--root` said, if it was given. */
export function systemRoot(io: Pick<AppletIo, 'env' | 'cwd'>, option?: string): string {
  const said = option ?? io.env['RCINIT_ROOT'];
  return said === undefined || said === '' ? '/' : resolve(io.cwd, said);
}
