/** Errors that a caller catches by class. Bad input text is no error but a Diagnostic. */

/** The command line is wrong. The applet prints the message and its usage, and exits with its usage code. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** For the `default` of a switch over a union: reached only if the types lie. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
