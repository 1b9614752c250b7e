/** Why the kernel would not start a script, in words that name the culprit. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { errorCode, errorText } from '../os-error.ts';

/** The kernel itself looks no further than this (BINPRM_BUF_SIZE). */
const INTERPRETER_LINE_BYTES = 256;

/** ENOENT for a script that exists means its interpreter, which the kernel does not say. */
export function explainStartFailure(path: string, error: unknown): string {
  const interpreter = errorCode(error) === 'ENOENT' ? readInterpreter(path) : undefined;
  if (interpreter === undefined || existsSync(interpreter)) return errorText(error);
  return `its interpreter ${JSON.stringify(interpreter)} does not exist`;
}

function readInterpreter(path: string): string | undefined {
  try {
    const fd = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(INTERPRETER_LINE_BYTES);
      const text = buffer.toString('latin1', 0, readSync(fd, buffer, 0, INTERPRETER_LINE_BYTES, 0));
      return /^#![ \t]*([^ \t\n]+)/.exec(text)?.[1];
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
