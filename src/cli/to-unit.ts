/** `rcinit to-unit`: writes the systemd unit for an init script. */
import { resolve } from 'node:path';
import { convertScript } from '../authoring/script-to-unit.ts';
import { formatDiagnostic } from '../core/diagnostic.ts';
import { nearestWord } from '../core/nearest-word.ts';
import { INIT_D } from '../core/system-paths.ts';
import { errorText } from '../os/os-error.ts';
import { listNames, readText } from '../os/file/text-file.ts';
import type { AppletIo } from './applet.ts';
import { placeResult } from './place-result.ts';

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

export interface ToUnitOptions {
  /** Absolute. */
  readonly root: string;
  /** A script of init.d, or a path with a slash. */
  readonly name: string;
  readonly output: string | undefined;
  readonly force: boolean;
}

/** @returns 0 written, 1 not written, 2 no such script. */
export function runToUnit({ root, name, output, force }: ToUnitOptions, io: AppletIo): number {
  const isPath = name.includes('/');
  const path = isPath ? resolve(io.cwd, name) : `${INIT_D}/${name}`;
  let text: string;
  try {
    text = readText(isPath ? '/' : root, path);
  } catch (error) {
    const near = isPath ? undefined : nearestWord(name, listNames(root, INIT_D));
    const hint = near === undefined ? 'name a script of init.d, or a path' : `did you mean ${near}?`;
    io.err(`rcinit to-unit: cannot read "${path}": ${errorText(error)}; ${hint}\n`);
    return EXIT_USAGE;
  }
  const base = path.slice(path.lastIndexOf('/') + 1);
  const unit = convertScript({ name: base, path: isPath ? name : path, text });
  for (const one of unit.diagnostics) io.err(`${formatDiagnostic(one)}\n`);
  const result = {
    command: 'to-unit',
    root,
    path: `/etc/systemd/system/${base.replace(/\.sh$/, '')}.service`,
    output: output ?? '-',
    force,
    text: unit.text,
    mode: 0o644,
    next: 'run: systemctl daemon-reload',
  };
  return placeResult(result, io) ? EXIT_DONE : EXIT_FAILED;
}
