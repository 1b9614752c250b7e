/** Tells OpenRC and systemd, where they are on the system, what `update-rc.d` has done. Their exit statuses do not count. */
import { runProgram } from '../../os/process/ask-program.ts';
import type { PresentLink } from '../../core/links/rc-links.ts';
import { compareRcLinkNames } from '../../core/links/rc-link.ts';
import { findProgram } from '../../os/process/find-program.ts';
import { inRoot } from '../../os/file/in-root.ts';
import { isFolder } from '../../os/file/is-folder.ts';
import { linkUnit } from '../../os/install/link-unit.ts';
import { readLinks } from '../../os/links/read-farm.ts';
import { toggledLevels, type UpdateRcCall } from './call.ts';
import { insservCommand } from './plan.ts';

/** Ours; the state of a level that OpenRC has no name for is lost, as with the original. */
const OPENRC_LEVELS: Readonly<Record<string, string>> = {
  S: 'sysinit',
  '1': 'recovery',
  '2': 'default',
  '3': 'default',
  '4': 'default',
  '5': 'default',
  '6': 'off',
};

/** @throws {UpdateRcError} As the toggling itself. @throws {OsError} Where the links cannot be read. */
export function tellManagers(call: UpdateRcCall): void {
  // Its tool knows no root: it would change the machine that we run on.
  if (call.root === '/' && isExecutable('/', '/sbin/openrc')) tellOpenRc(call);
  tellSystemd(call);
}

function tellOpenRc(call: UpdateRcCall): void {
  const { command, io } = call;
  const { name } = command;
  const run = (args: readonly string[]): void => void runProgram('rc-update', args, io.env);
  switch (command.kind) {
    case 'remove':
      return run(['-qqa', 'delete', name]);
    case 'defaults': {
      // What halts a machine is OpenRC's own business.
      const levels = name === 'halt' || name === 'reboot' ? [] : linkedLevels(call);
      return levels.length === 0 ? undefined : run(['add', name, ...openRcLevels(levels)]);
    }
    case 'defaults-disabled':
      return undefined;
    case 'enable':
    case 'disable': {
      const verb = command.kind === 'enable' ? 'add' : 'del';
      return run([verb, name, ...openRcLevels(toggledLevels(call, command.levels))]);
    }
    default:
      return command satisfies never;
  }
}

/** Where it starts; in 6 where it is stopped at the end and disabled nowhere. */
function linkedLevels(call: UpdateRcCall): readonly string[] {
  const { links } = readLinks(insservCommand(call).paths, new Set());
  const ours = links
    .filter(({ link }) => link.name === call.command.name)
    .sort((a, b) => compareRcLinkNames(a.level, b.level));
  const at = (levels: string, kind: 'S' | 'K'): readonly PresentLink[] =>
    ours.filter(({ level, link }) => levels.includes(level) && link.kind === kind);
  const starts = at('12345S', 'S');
  if (starts.length > 0) return starts.map(({ level }) => level);
  return at('12345S', 'K').length === 0 && at('06', 'K').length > 0 ? ['6'] : [];
}

function openRcLevels(levels: readonly string[]): readonly string[] {
  return [...new Set(levels.map((level) => OPENRC_LEVELS[level] ?? ''))];
}

function tellSystemd(call: UpdateRcCall): void {
  const { command, root, io } = call;
  const isToggle = command.kind === 'enable' || command.kind === 'disable';
  if (isToggle && io.env['_SKIP_SYSTEMD_NATIVE'] !== '1') {
    const { kind, name } = command;
    if (isExecutable(root, '/bin/systemctl') || isExecutable(root, '/usr/bin/systemctl')) {
      const env = { ...io.env, SYSTEMCTL_SKIP_SYSV: '1' };
      runProgram('systemctl', [`--root=${root}`, '--quiet', kind, name], env);
    } else linkUnit(root, name, kind);
  }
  if (root === '/' && isFolder('/run/systemd/system')) runProgram('systemctl', ['daemon-reload'], io.env);
}

function isExecutable(root: string, path: string): boolean {
  return findProgram(inRoot(root, path), undefined).kind === 'found';
}
