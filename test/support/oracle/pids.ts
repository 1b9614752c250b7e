import { readdirSync, readFileSync } from 'node:fs';
import type { Machine } from './machine.ts';

/** Pids inside, of processes whose arguments end so, but of none that came in from outside. */
export function listPids(machine: Machine, words: string): readonly number[] {
  return readdirSync(machine.path('/proc'))
    .filter((name) => /^\d+$/.test(name) && name !== '1' && isSo(machine, name, words))
    .map(Number);
}

function isSo(machine: Machine, pid: string, words: string): boolean {
  try {
    const argv = readFileSync(machine.path(`/proc/${pid}/cmdline`), 'utf8')
      .replaceAll('\0', ' ')
      .trimEnd();
    const stat = readFileSync(machine.path(`/proc/${pid}/stat`), 'utf8');
    return argv.endsWith(words) && stat.slice(stat.lastIndexOf(') ') + 2).split(' ')[1] !== '0';
  } catch {
    return false;
  }
}
