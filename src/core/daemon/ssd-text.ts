/** Texts of start-stop-daemon about a request, in the original's words. */
import type { SchedulerChoice } from './scheduler-options.ts';

export interface SsdTarget {
  readonly name: string | undefined;
  /** As it was looked up: absolute. */
  readonly execPath: string | undefined;
  readonly pidfile: string | undefined;
  readonly pid: number | undefined;
  readonly ppid: number | undefined;
  readonly user: string | undefined;
}

/** What `--stop` calls the thing it stops; the original cuts long paths too. */
export function describeTarget({ name, execPath, pidfile, pid, ppid, user }: SsdTarget): string {
  if (name !== undefined) return name;
  if (execPath !== undefined) return execPath;
  if (pidfile !== undefined) return `process in pidfile '${pidfile.slice(0, 200)}'`;
  if (pid !== undefined) return `process with pid ${pid}`;
  if (ppid !== undefined) return `process(es) with parent pid ${ppid}`;
  return `process(es) owned by '${(user ?? '').slice(0, 200)}'`;
}

export interface SsdDryRun {
  readonly startas: string;
  readonly args: readonly string[];
  readonly user: { readonly name: string; readonly uid: number } | undefined;
  /** `name` is empty if it is the user's own group. */
  readonly group: { readonly name: string; readonly gid: number } | undefined;
  readonly chroot: string | undefined;
  readonly nice: number;
  readonly processScheduler: SchedulerChoice | undefined;
  readonly ioScheduler: SchedulerChoice | undefined;
}

/** The line of `--start --test`. */
export function describeDryRun(run: SsdDryRun): string {
  const { user, group, processScheduler: cpu, ioScheduler: io } = run;
  const words = [run.startas, ...run.args].map((word) => `${word} `).join('');
  const parts = [
    user === undefined ? '' : ` (as user ${user.name}[${user.uid}]`,
    user === undefined ? '' : group === undefined ? ')' : `, and group ${group.name}[${group.gid}])`,
    run.chroot === undefined ? '' : ` in directory ${run.chroot}`,
    run.nice === 0 ? '' : `, and add ${run.nice} to the priority`,
    cpu === undefined ? '' : `, with scheduling policy ${cpu.name} with priority ${cpu.priority}`,
    io === undefined ? '' : `, with IO scheduling class ${io.name} with priority ${io.priority}`,
  ];
  return `Would start ${words}${parts.join('')}.\n`;
}
