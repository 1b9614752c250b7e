/** Runs tasks as a schedule allows it. Knows nothing of scripts. */
import type { Schedule, Task } from '../core/scripts/rc-schedule.ts';

export interface ScheduleRun {
  readonly schedule: Schedule;
  /** How many may run at once. */
  readonly jobs: number;
  /** Must not reject. */
  readonly start: (task: Task) => Promise<void>;
  /** True when nothing new is to be started. */
  readonly isStopped: () => boolean;
}

/** @returns When every task has ended, or all that run have and the rest is not to be started. */
export function runSchedule({ schedule, jobs, start, isStopped }: ScheduleRun): Promise<void> {
  return new Promise((resolve) => {
    let running = 0;
    const end = (task: Task): void => {
      running -= 1;
      schedule.finish(task.name);
      next();
    };
    const next = (): void => {
      for (const task of isStopped() ? [] : schedule.take(jobs)) {
        running += 1;
        void start(task).then(() => end(task));
      }
      if (running === 0) resolve();
    };
    next();
  });
}
