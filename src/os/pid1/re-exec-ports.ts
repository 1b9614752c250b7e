/** The ports of init that are about becoming another program, and about having been one. */
import type { Pid } from '../../core/units.ts';
import { ffiProblem, isChild } from '../libc/libc.ts';
import { nextPrograms, tryProgram, type Program } from '../process/next-program.ts';
import { errnoText } from '../os-error.ts';
import type { InitPorts } from './ports.ts';
import { handOver } from './re-exec.ts';

export interface ReexecOptions {
  /** Arguments of the program that init becomes at a re-exec. */
  readonly again: readonly string[];
  /** The descriptor that holds the root's lock, where the next program shall have it. */
  readonly lockFd: number | undefined;
}

/** Children that libuv waits for. */
export interface OwnChildren {
  readonly add: (pid: Pid) => void;
  readonly forget: (pid: Pid) => void;
}

interface Shared {
  readonly own: OwnChildren;
  readonly fifoFd: () => number | undefined;
}

export function createReexecPorts(
  { again, lockFd }: ReexecOptions,
  { own, fifoFd }: Shared,
): Pick<InitPorts, 'isChild' | 'tryProgram' | 'reexec'> {
  let tried: Program | undefined;
  const tryOne = (programs: readonly Program[], answer: (why: string | undefined) => void): void => {
    const [program, ...others] = programs;
    if (program === undefined) return answer('there is none');
    tryProgram(program, own.add, (why, pid) => {
      if (pid !== undefined) own.forget(pid);
      if (why !== undefined && others.length > 0) return tryOne(others, answer);
      tried = program;
      answer(why);
    });
  };
  return {
    isChild: (pid) => ffiProblem() !== undefined || isChild(pid),
    tryProgram: (answer) => {
      const noFfi = ffiProblem();
      if (noFfi === undefined) tryOne(nextPrograms(), answer);
      else answer(`no FFI, ${noFfi}`);
    },
    reexec: ({ stream, env }) => {
      if (tried === undefined) return 'it was not tried';
      const keep = lockFd === undefined ? [] : [lockFd];
      const error = handOver([...tried, ...again], { stream, env, fifo: fifoFd(), keep });
      return `${error.syscall}: ${errnoText(error.code)}`;
    },
  };
}
