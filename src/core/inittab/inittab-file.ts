/** A file of the inittab as it was read, and what to say when it could not be. */

export interface InittabFile {
  /** Inside the system root, e.g. `/etc/inittab.d/net.tab`. */
  readonly path: string;
  /** What could be read; empty where nothing could. */
  readonly text: string;
  /** The name of the errno that ended reading; EFBIG when the file is over the limit. */
  readonly error?: string;
  /** Its lines count only where their id is free, and nothing is said about the others. */
  readonly yields?: boolean;
}

/** An inittab is a few hundred bytes; a file over this limit, in bytes, is a mistake and not read to its end. */
export const MAX_INITTAB_BYTES: number = 16 * 1024 * 1024;

interface FileProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const PROBLEMS: Readonly<Record<string, Omit<FileProblem, 'code'>>> = {
  EACCES: { message: 'permission denied', hint: 'make it readable: chmod 644 FILE' },
  EFBIG: {
    message: `larger than ${MAX_INITTAB_BYTES / 1024 / 1024} MiB, the rest is not read`,
    hint: 'this is hardly an inittab, look what it is',
  },
  EINVAL: { message: 'not a regular file', hint: 'put a text file in its place' },
  EISDIR: { message: 'is a directory', hint: 'put a text file in its place' },
  ELOOP: {
    message: 'too many levels of symbolic links',
    hint: 'a link points to itself, look at it with ls -l',
  },
  ENOENT: { message: 'no such file', hint: 'a link points to nothing, or the file was just removed' },
  ENOTDIR: { message: 'not a directory', hint: 'make it a directory, or remove it' },
};

/** @param isMain The inittab itself, whose absence has a text of its own. */
export function fileProblem(error: string, isMain: boolean): FileProblem {
  if (isMain && error === 'ENOENT') {
    return {
      code: 'no-inittab',
      message: 'No inittab file found',
      hint: 'write one; until then only level S can be entered',
    };
  }
  const { message, hint } = PROBLEMS[error] ?? { message: error, hint: 'look at the file and its disk' };
  return { code: 'unreadable-file', message: `cannot read: ${message}`, hint };
}
