/** The ports of init that are about becoming another program, and about having been one. */
import type { Place } from '../core/machine-types.ts';
import type { Pid } from '../core/units.ts';
import { forgetLevels, writeLevelFiles } from './level-files.ts';
import { ffiProblem, isChild } from './libc.ts';
import { nextPrograms, tryProgram, type Program } from './next-program.ts';
import { errnoText } from './os-error.ts';
import type { InitPorts } from './ports.ts';
import { handOver } from './re-exec.ts';

export interface ReexecOptions {
  readonly root: string;
  readonly place: Place;
  /** Arguments of the program that init becomes at a re-exec. */
  readonly again: readonly string[];
  /** The descriptor that holds the root's lock, where the next program shall have it. */
  readonly lockFd: number | undefined;
}

export interface ResumedLevel {
  readonly level: string;
  readonly shownLevel: string;
  readonly previous: string;
  /** Another init was here, which closes the standard streams and opens a console where it needs one. */
  readonly isForeign: boolean;
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
  { root, again, lockFd }: ReexecOptions,
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
    reexec: ({ stream, env, level, previous }) => {
      if (tried === undefined) return 'it was not tried';
      // Whoever comes next may be an init that does not know our file.
      forgetLevels(root);
      const keep = lockFd === undefined ? [] : [lockFd];
      const error = handOver([...tried, ...again], { stream, env, fifo: fifoFd(), keep });
      writeLevels(root, level, previous);
      return `${error.syscall}: ${errnoText(error.code)}`;
    },
  };
}

/** Title and level files; whoever came before may have been an init that writes others. */
export function takeUpLevel(
  { root, place }: Pick<ReexecOptions, 'root' | 'place'>,
  { level, shownLevel, previous }: ResumedLevel,
): void {
  process.title = titleOf(place, level);
  writeLevels(root, shownLevel, previous);
}

export function titleOf(place: Place, level: string): string {
  return `${place === 'folder' ? 'rcinit' : 'init'} [${level}]`;
}

function writeLevels(root: string, level: string, previous: string): void {
  try {
    writeLevelFiles(root, level, previous);
  } catch {
    // A read-only disk is told of at the next change of level.
  }
}
